"""What a data set is on disk: the catalog's tables, the packs, the events."""
