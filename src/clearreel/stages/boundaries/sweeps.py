"""Whether another picture comes in bit by bit: a wipe, told from motion by peeks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clearreel.media.peeking import Peeker
from clearreel.stages.boundaries.course import Course, Frames

COVERED = 0.75
"""Share of a picture that comes from nowhere in one frame of a wipe or another: each bit does when
the border passes it. Where packets give reason to look (`Course.sweep`), 86 of 96 wipes on tuning
reels reach it, and so does a quarter of the stretches of a film and a seventh of those of reels."""
A_THIRD = 0.3
"""Share that comes so in each third frame alone. Of these wipes all but one reach it."""
WHOLE = 0.95
"""A frame of which so much seems to come from nowhere was not understood, or is a picture of its
own."""


class Sweeps:
    """Looks into the P frames of places where a wipe may be; each frame once."""

    def __init__(self, course: Course, peeker: Peeker) -> None:
        self._course = course
        self._peeker = peeker
        self._seen: dict[int, NDArray[np.bool_] | None] = {}

    def covers(self, frames: Frames) -> bool:
        """Whether what comes from nowhere in frames of start <= n < end covers the picture."""
        start, end = frames
        numbers = [n for n in range(start, end) if self._course.forward[n]]
        return self._cover(numbers[::3]) >= A_THIRD and self._cover(numbers) >= COVERED

    def _cover(self, numbers: list[int]) -> float:
        """The share that comes from nowhere in any of the frames; 1 where too few can be seen."""
        seen = [part for number in numbers if (part := self._look(number)) is not None]
        return float(np.any(seen, axis=0).mean()) if len(seen) > 1 else 1.0

    def _look(self, number: int) -> NDArray[np.bool_] | None:
        """The macroblocks of a frame that come from nowhere, bool (rows, columns)."""
        if number not in self._seen:
            peek = self._peeker.peek(number)
            part = None if peek is None else peek.from_nowhere()
            self._seen[number] = None if part is None or part.mean() >= WHOLE else part
        return self._seen[number]

    def forget(self, before: int) -> None:
        """Nothing in front of this frame will be asked for any more."""
        for number in [number for number in self._seen if number < before]:
            del self._seen[number]
