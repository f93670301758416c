"""Cuts: one frame belongs to the shot before, the next to another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clearreel.stages.boundaries.likeness import (
    Picture,
    Pictures,
    steps,
    structural_unlikeness,
    unlikeness,
)

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
UNLIKE_SHAPES = 0.48
"""And the same share of their shapes, so that a change of light is not one of scene."""
LONGEST_FLASH = 5
"""Frames of light, or of anything else, after which the scene before may come back."""


def find_cuts(pictures: Pictures) -> list[int]:
    """Numbers of the frames that begin a new shot at once, in order."""
    change = steps(pictures)
    return [at for at in _candidates(change) if _is_cut(pictures, at)]


def different(before: Picture, after: Picture) -> bool:
    """Whether two pictures show different scenes, however these are lit."""
    seen = unlikeness(before, after)
    if seen.residual < UNLIKE_LEVELS or seen.share < UNLIKE:
        return False
    return structural_unlikeness(before, after) >= UNLIKE_SHAPES


def _candidates(change: NDArray[np.float32]) -> list[int]:
    found = []
    for at in np.flatnonzero(change >= LEAST_STEP):
        beside = [change[n] for n in (at - 1, at + 1) if 0 < n < len(change)]
        around = np.concatenate(
            [change[max(1, at - AROUND) : at], change[at + 1 : at + 1 + AROUND]]
        )
        usual = float(np.median(around)) if len(around) else 0.0
        if change[at] >= SHARPNESS * max(beside, default=0.0) and change[at] >= STANDS_OUT * usual:
            found.append(int(at))
    return found


def _is_cut(pictures: Pictures, at: int) -> bool:
    if not different(pictures[at - 1], pictures[at]):
        return False
    # The scene before comes back: this frame begins a flash. Or it came back here.
    after = range(at + 1, min(at + 1 + LONGEST_FLASH, len(pictures)))
    before = range(at - 2, max(at - 2 - LONGEST_FLASH, -1), -1)
    return all(different(pictures[at - 1], pictures[n]) for n in after) and all(
        different(pictures[n], pictures[at]) for n in before
    )
