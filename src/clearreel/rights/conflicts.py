"""Grants that speak of the same footage: with both sides, where they contradict each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from clearreel.rights.finding import Finding


@dataclass(frozen=True, slots=True, order=True)
class Overlap:
    """Two grants about the same footage."""

    contradicts: bool
    """Whether one permits what the other refuses; else both count, and so do the duties of both."""
    one: Finding
    """The side that refuses, if one does."""
    other: Finding

    def __str__(self) -> str:
        if self.contradicts:
            return f"refused: {self.one.reason} | permitted: {self.other.reason} | the no counts"
        return f"{self.one.reason} | {self.other.reason} | both count"

    def to_json(self) -> dict[str, Any]:
        """Both sides in JSON types."""
        return {
            "contradicts": self.contradicts,
            "sides": [
                {"grant": side.grant, "permits": side.permits, "reason": side.reason}
                for side in (self.one, self.other)
            ],
        }


def overlaps(findings: Iterable[Finding]) -> Iterator[Overlap]:
    """Every two grants among the findings on one source, contradictions with the no first."""
    grants = sorted({finding for finding in findings if finding.grant})
    for one, other in combinations(grants, 2):  # what refuses sorts before what permits
        yield Overlap(one.permits != other.permits, one, other)
