"""Cuts: one frame belongs to the shot before, the next to another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clearreel.stages.boundaries.likeness import (
    Pictures,
    blurred_distance,
    by_chance,
    distance,
    reaches,
    steps,
    structural_unlikeness,
)
from clearreel.stages.boundaries.matching import Picture

LEAST_STEP = 2.0
"""Grey levels that the whole picture must change by, on average."""
SHARPNESS = 1.6
"""A cut changes more than the frames right beside it by this factor."""
STANDS_OUT = 3.0
"""And more than the usual change around it by this one."""
AROUND = 8
"""Frames on each side that say what is usual."""
UNLIKE = 0.27
"""Share of unlikeness (`likeness.Unlikeness`) from which two pictures are different scenes."""
UNLIKE_LEVELS = 5.0
"""And the residual, in grey levels."""
BLURRED = 4.0
"""Grey levels that different scenes differ by at least, however much they are blurred."""
UNLIKE_SHAPES = 0.48
"""And the same share of their shapes, so that a change of light is not one of scene."""
SAME = 0.12
"""Share of plain difference up to which two pictures are the same for any comparison."""
LONGEST_FLASH = 5
"""Frames of light, or of anything else, after which the scene before may come back."""


def find_cuts(pictures: Pictures) -> list[int]:
    """Numbers of the frames that begin a new shot at once, in order."""
    change = steps(pictures)
    return [at for at in _candidates(change) if _is_cut(pictures, at)]


def different(before: Picture, after: Picture) -> bool:
    """Whether two pictures show different scenes, however these are lit."""
    if distance(before, after) < UNLIKE_LEVELS or blurred_distance(before, after) < BLURRED:
        return False
    if reaches(before, after, max(UNLIKE_LEVELS, UNLIKE * by_chance(before, after))):
        return False
    return structural_unlikeness(before, after) >= UNLIKE_SHAPES


def _candidates(change: NDArray[np.float32]) -> list[int]:
    beside = np.zeros(len(change), np.float32)
    beside[1:] = change[:-1]
    beside[:-1] = np.maximum(beside[:-1], change[1:])
    found = []
    for at in np.flatnonzero((change >= LEAST_STEP) & (change >= SHARPNESS * beside)):
        around = np.concatenate(
            [change[max(1, at - AROUND) : at], change[at + 1 : at + 1 + AROUND]]
        )
        usual = float(np.median(around)) if len(around) else 0.0
        if change[at] >= STANDS_OUT * usual:
            found.append(int(at))
    return found


def _is_cut(pictures: Pictures, at: int) -> bool:
    if not different(pictures[at - 1], pictures[at]):
        return False
    # The scene before comes back: this frame begins a flash. Or it came back here.
    after = range(at + 1, min(at + 1 + LONGEST_FLASH, len(pictures)))
    before = range(at - 2, max(at - 2 - LONGEST_FLASH, -1), -1)
    return all(
        _same(pictures[at], pictures[n]) or different(pictures[at - 1], pictures[n]) for n in after
    ) and all(
        _same(pictures[at - 1], pictures[n]) or different(pictures[n], pictures[at]) for n in before
    )


def _same(one: Picture, other: Picture) -> bool:
    """Whether two pictures hardly differ, so that what holds for one holds for the other."""
    return distance(one, other) <= SAME * by_chance(one, other)
