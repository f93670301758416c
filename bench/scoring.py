"""How well found boundaries agree with the true ones, counted in blocks of footage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bench.statistics import Counts
from clearreel.core.shots import Transition
from clearreel.testing.boundaries import TOLERANCE, compare

BLOCK_FRAMES = 500
"""Length of the blocks that are resampled for intervals: about 20 s."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Counts for cuts alone, for gradual transitions alone, and for all; rows are blocks.

    What is asked is whether a boundary was found, not whether its kind was named: PySceneDetect
    names none. A true cut is overlooked when no found boundary lies within the tolerance. What
    was invented counts among the cuts when it was given as a cut, else among the gradual ones.
    """

    cuts: Counts
    gradual: Counts
    all: Counts

    def __add__(self, other: Agreement) -> Agreement:
        """Both, one after the other."""
        return Agreement(
            np.concatenate([self.cuts, other.cuts]),
            np.concatenate([self.gradual, other.gradual]),
            np.concatenate([self.all, other.all]),
        )


def agreement(
    truth: Iterable[Transition],
    found: Iterable[Transition],
    frames: int,
    tolerance: int = TOLERANCE,
) -> Agreement:
    """Pair off the boundaries of footage of `frames` frames; see `testing.boundaries.compare`."""
    true = [t for t in truth if t.kind != "start"]
    seen = [t for t in found if t.kind != "start"]
    pairs = compare(true, seen, tolerance).pairs
    right = [t for t, _ in pairs]
    invented = _without(seen, [f for _, f in pairs])
    overlooked = _without(true, right)
    columns = (right, invented, overlooked)
    blocks = -(-frames // BLOCK_FRAMES)
    return Agreement(
        cuts=_counts([[t for t in ts if t.kind == "cut"] for ts in columns], blocks),
        gradual=_counts([[t for t in ts if t.kind != "cut"] for ts in columns], blocks),
        all=_counts(columns, blocks),
    )


def _without(all_of: Sequence[Transition], taken: Sequence[Transition]) -> list[Transition]:
    left = list(all_of)
    for transition in taken:
        left.remove(transition)
    return left


def _counts(columns: Sequence[Sequence[Transition]], blocks: int) -> Counts:
    counts = np.zeros((blocks, len(columns)), np.int64)
    for column, transitions in enumerate(columns):
        for transition in transitions:
            counts[min(transition.start_frame // BLOCK_FRAMES, blocks - 1), column] += 1
    return counts
