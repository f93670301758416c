"""The time of the clock, as the tables and documents of a data set write it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """The time, as RFC 3339 in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
