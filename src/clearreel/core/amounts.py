"""Amounts in words."""

from __future__ import annotations


def counted(count: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 clip", "2,000 clips"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
