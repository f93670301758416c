"""One worker's one visit to one source: shots, facts, verdicts, cut."""
