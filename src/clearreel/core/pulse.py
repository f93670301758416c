"""Signs of life of a long visit: a count that moves on, and how far along it is.

Whatever loops over packets, frames or clips beats. A worker tells its pulse to its runner, which
shows progress by it, and ends a worker whose count stands still because its decoder hangs.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pulse:
    """What a worker tells about once a second."""

    beats: int
    """How often something moved on since the process began."""
    share: float
    """How much of the source at hand is done, from 0 to 1."""


_beats = 0
_share = 0.0
_part = (0.0, 1.0)


def beat() -> None:
    """Something moved on."""
    global _beats  # a process has one pulse
    _beats += 1


def begin(low: float, high: float, share: float = 0.0) -> None:
    """What follows is the part from `low` to `high` of the whole; `share` of it is done already."""
    global _part
    _part = (low, high)
    reach(share)


def reach(share: float) -> None:
    """So much of the current part is done, from 0 to 1."""
    global _share
    low, high = _part
    _share = low + share * (high - low)
    beat()


def pulse() -> Pulse:
    """How things stand."""
    return Pulse(_beats, _share)
