"""Runners execute visits over many sources; stages don't know which runner they are in."""
