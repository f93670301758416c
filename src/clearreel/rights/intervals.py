"""Stretches of time inside a file: half open, in seconds of its presentation time, exact."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

Interval = tuple[Fraction, Fraction]
"""From the first moment inside to the first moment behind."""


def overlaps(one: Interval, other: Interval) -> bool:
    """Whether both hold a common moment."""
    return max(one[0], other[0]) < min(one[1], other[1])


def gaps(wanted: Interval, covering: Iterable[Interval]) -> list[Interval]:
    """What of `wanted` none of `covering` holds, in the order of time."""
    found = []
    reached, end = wanted
    for first, last in sorted(covering):
        if first >= end:
            break
        if first > reached:
            found.append((reached, first))
        reached = max(reached, last)
    if reached < end:
        found.append((reached, end))
    return found


def written(interval: Interval) -> str:
    """For a person: "2.5–10 s"; a number that ends nowhere stays a fraction."""
    return f"{_number(interval[0])}–{_number(interval[1])} s"


def _number(seconds: Fraction) -> str:
    decimal = f"{float(seconds):.6f}".rstrip("0").rstrip(".")
    return decimal if Fraction(decimal) == seconds else str(seconds)
