"""Single frames, looked at without what they refer to: what of them is new."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from clearreel.media.peeking import Peek, Peeker

NEW, OLD = 0.05, 0.25
"""Share of a picture that is taken from before, up to which it is a new one, and from which on it
is none. Of 40 cuts that x264 was forbidden to mark at medium speed, all stayed below 0.01, and all
else above 0.25; 0.12 brought two false cuts into 150 boundaries."""
UNCLEAR = (NEW + OLD) / 2
"""Stands for that share of a frame that could not be seen: neither new nor none."""
HANGS_ON = 0.25
"""The share of a B frame up to which it belongs to the new picture: it takes all from after it. Of
631 that came first after unmarked cuts on tuning reels all stayed below 0.24, and of 1,276 right
before such a cut 0.99 were above 0.43."""
COVERED = 0.75
"""Share of a picture that comes from nowhere in one frame of a wipe or another: each bit does when
the border passes it. Where packets give reason to look (`Course.sweeps`), most wipes do: of 129
on tuning reels 0.87 are found so, with an eighth of the frames of a film and a twentieth of those
of edited reels that have none."""
A_THIRD = 0.3
"""Share that comes so in each third frame alone: nearly all of these wipes reach it."""
MUCH, HARDLY, BOTH = 0.3, 0.25, 0.4
"""A B frame that takes so much of its picture from one side looks like that side if it takes at
most the second share of that from the other, and is something in between from the third on. Of 81
next to cuts on tuning reels 78 were told rightly and none wrongly; of 159 where something moved
fast, 106 were something in between, and 29 seemed to look like one side."""

Kin = Literal["before", "after", "both"]
"""The sides whose pictures a frame is made of."""


class Glances:
    """What single frames of one source take from nowhere; each is looked at once."""

    def __init__(self, peeker: Peeker) -> None:
        self._peeker = peeker
        self.past: dict[int, float] = {}
        """`Peek.past` of the frames that were looked at; `UNCLEAR` where nothing was to be seen."""
        self._parts: dict[int, NDArray[np.bool_]] = {}

    def look(self, number: int) -> float:
        """How much of a frame is taken from before it; see `past`."""
        if number not in self.past:
            self._look(number)
        return self.past[number]

    def new_picture(self, number: int, until: int) -> list[Peek]:
        """The frames from the first that shows what the frame `number` holds, if that is new.

        Up to about the frame `until`, as `Peeker.surroundings`. Empty where it is not new, or not
        beyond doubt.
        """
        if self.look(number) > NEW:
            return []
        seen = self._peeker.surroundings(number, until)
        itself = next((peek for peek in seen if peek.number == number), None)
        self.past[number] = UNCLEAR if itself is None else itself.past
        if self.past[number] > NEW:
            return []
        # It takes nothing from before it; what comes after may take from it.
        begin = min(peek.number for peek in seen if peek.past <= HANGS_ON)
        return [peek for peek in seen if peek.number >= begin]

    def cover(self, numbers: list[int]) -> bool:
        """Whether what comes from nowhere in one of these P frames or another covers the picture.

        So it does where another one comes in bit by bit, and seldom where something moves. What
        takes nothing at all from before was not understood, or is a picture of its own. True where
        too few of the others can be seen.
        """
        thirds = numbers[::3]
        seen: list[NDArray[np.bool_]] = []
        share = 0.0
        for place, number in enumerate([*thirds, *(n for n in numbers if n not in thirds)]):
            if place == len(thirds) and len(seen) > 1 and share < A_THIRD:
                return False
            self.look(number)
            if number in self._parts:
                seen.append(self._parts[number])
                share = float(np.any(seen, axis=0).mean())
                if share >= COVERED:
                    return True
        return len(seen) < 2

    def kin(self, number: int) -> Kin | None:
        """Which side a frame that others need not looks like; None if that is not plain.

        Next to a cut such a frame takes its picture from one side, and from both where things move.
        """
        peek = self._peeker.peek(number)
        if peek is None or not peek.past + peek.future:
            seen = self._peeker.surroundings(number)
            peek = next((one for one in seen if one.number == number), None)
        if peek is None:
            return None
        less, more = sorted((peek.past, peek.future))
        if more < MUCH or HARDLY * more < less < BOTH * more:
            return None
        if less >= BOTH * more:
            return "both"
        return "before" if peek.past > peek.future else "after"

    def forget(self, before: int) -> None:
        """Nothing in front of this frame will be asked for any more."""
        for number in [number for number in self.past if number < before]:
            del self.past[number]
            self._parts.pop(number, None)

    def _look(self, number: int) -> None:
        peek = self._peeker.peek(number)
        self.past[number] = UNCLEAR if peek is None else peek.past
        if peek is not None and peek.past > NEW:
            self._parts[number] = peek.from_nowhere()
