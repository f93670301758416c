"""One file a stage: what it needs, what it adds, one method."""
