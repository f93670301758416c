"""What is where in a release."""

from __future__ import annotations

MANIFEST = "manifest.json"
"""What the release is, and the SHA-256 and size of every other file but the statement."""
STATEMENT = "statement.dsse.json"
"""The signed statement, which has the SHA-256 of the manifest. Only signed releases have it."""
CREDITS = "ATTRIBUTION.csv"
"""A row for each work that any clip comes from, with the id of its source."""
CLIPS = "proofs/clips.jsonl"
"""The leaves of the tree of clips, one a line, in its order."""
SOURCES = "proofs/sources.jsonl"
"""The values of the map of sources, one a line, in the order of their hashed keys."""

SHARD_SUFFIXES = (".tar", ".parquet")
"""Of files with many clips, which the statement names one by one."""
