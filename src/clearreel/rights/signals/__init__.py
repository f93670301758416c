"""Readers of machine-readable signals: what rights holders say, one file a standard."""
