"""Take footage out of a data set and its releases, for ever, and tell what was done."""
