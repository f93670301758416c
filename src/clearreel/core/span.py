"""Time without floats: integer ticks in a time base, and half-open spans of them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Self

# Ticks are stored as int64 and time bases as two int32; what does not fit is no real footage.
MAX_TICK = 2**62


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch of time: the ticks t with start <= t < end.

    `start` and `end` are integer ticks of `time_base` seconds each, in the presentation time of
    the stream they were read from. Neighbouring spans share a border and no tick.
    """

    start: int
    end: int
    time_base: Fraction

    def __post_init__(self) -> None:
        if self.time_base <= 0:
            raise ValueError(f"time base {self.time_base} is not positive")
        if self.end < self.start:
            raise ValueError(f"span ends before it starts: [{self.start}, {self.end})")
        if max(abs(self.start), abs(self.end)) > MAX_TICK:
            raise ValueError(f"span [{self.start}, {self.end}) is outside of 62 bits")

    @property
    def duration(self) -> Fraction:
        """Length in seconds."""
        return (self.end - self.start) * self.time_base

    @property
    def seconds(self) -> tuple[Fraction, Fraction]:
        """Start and end in seconds."""
        return self.start * self.time_base, self.end * self.time_base

    def __contains__(self, tick: int) -> bool:
        return self.start <= tick < self.end

    def overlaps(self, other: Self) -> bool:
        """Whether both hold at least one common tick."""
        self._same_base(other)
        return self.start < other.end and other.start < self.end

    def intersection(self, other: Self) -> Self | None:
        """The ticks that both hold, or None."""
        self._same_base(other)
        start, end = max(self.start, other.start), min(self.end, other.end)
        return type(self)(start, end, self.time_base) if start < end else None

    def split(self, tick: int) -> tuple[Self, Self]:
        """Two spans that meet at `tick`, which must lie inside."""
        if not self.start < tick < self.end:
            raise ValueError(f"tick {tick} does not divide [{self.start}, {self.end})")
        return (
            type(self)(self.start, tick, self.time_base),
            type(self)(tick, self.end, self.time_base),
        )

    def _same_base(self, other: Self) -> None:
        if self.time_base != other.time_base:
            raise ValueError(f"time bases differ: {self.time_base} and {other.time_base}")


def to_ticks(seconds: Fraction, time_base: Fraction) -> int:
    """The last tick at or before `seconds`."""
    return (seconds / time_base).__floor__()
