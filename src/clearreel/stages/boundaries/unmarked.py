"""New pictures that no key frame marks, found by peeks at single frames."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from clearreel.media.peeking import Peek, Peeker
from clearreel.media.pictures import GLIMPSE, Picture, PictureReader
from clearreel.stages.boundaries.course import Course
from clearreel.stages.boundaries.cuts import different
from clearreel.stages.boundaries.glances import Glances
from clearreel.stages.boundaries.matching import HEIGHT, WIDTH
from clearreel.stages.boundaries.stretches import Stretch, prominence

WORTH_A_LOOK, STANDS_OUT, INSERTED = 1.4, 2.0, 2.5
"""Prominence of a packet (`stretches.prominence`) from which its frame is peeked at: where the
scene changes and the encoder did not choose to begin anew, where it did, and where the scene is
the same at both ends."""
LIKELY = 4
"""Frames that are peeked at where the scene changes and none of those is new. Of 709 unmarked cuts
on tuning reels 0.91 have the largest packet of their group of pictures, or the second largest."""
SPARES = 4
"""So many frames, a new picture and what follows on it, are kept for the measures: enough for a
still and what moves. They are heavier than others by their motion vectors."""
ALSO = 0.5
"""Where one of them is new, those with so much of its bytes may be as well."""


class Unmarked:
    """What was found of them in one source; a frame is looked at once."""

    def __init__(self, pictures: PictureReader, peeker: Peeker, course: Course) -> None:
        self._pictures = pictures
        self._course = course
        self._prominence = prominence(course.size, course.forward)
        self._key = pictures.reader.timeline.key
        self.glances = Glances(peeker)
        self.shown: dict[int, int] = {}
        """Frames that take nothing from others and are no key frames, by the first frame that
        shows what they show."""
        self.pictures: dict[int, Picture] = {}
        """What these show, small, by that same frame."""
        self.behind: dict[int, list[Picture]] = {}
        """What follows on that, up to the frames that may hold yet another picture."""

    def within(self, stretch: Stretch, here: Picture | None, after: Picture | None) -> list[int]:
        """The first frames of new pictures inside a stretch, which `shown` tells of from now on.

        `here` is what is seen where the stretch begins, `after` what is seen at its end.
        """
        changes = here is None or after is None or different(here, after)
        unexplained = STANDS_OUT if stretch.chosen else WORTH_A_LOOK
        enough = unexplained if changes else INSERTED
        inside = np.arange(stretch.start + 1, stretch.end)
        suspects = set(inside[self._prominence[inside] >= enough].tolist())
        suspects |= {n for n in stretch.spikes if not self._key[n]}
        new = self._among(sorted(suspects), stretch.start)
        if here is None or after is None or stretch.chosen:
            return new
        # One is hidden as long as the scene is another one at the end.
        while different(here if not new else self.pictures[new[-1]], after):
            begin = new[-1] if new else stretch.start
            found = self._hidden(begin, stretch.end)
            if not found:
                break
            new += found
        return new

    def forget(self, before: int) -> None:
        """Nothing in front of this frame will be asked for any more."""
        self.glances.forget(before)
        for past in [begin for begin in self.pictures if begin < before]:
            del self.pictures[past], self.behind[past]

    def _hidden(self, begin: int, end: int) -> list[int]:
        """The first frames of what is new in begin < n < end though nothing stands out."""
        size, least = self._course.size, 0.0
        new: list[int] = []
        for number in self._course.likely(self.shown.get(begin, begin) + 1, end)[:LIKELY]:
            if number in self.glances.past or size[number] < least:
                continue
            if found := self._among([number], begin):
                new += found
                least = ALSO * float(size[number])
        return sorted(new)

    def _among(self, numbers: Iterable[int], start: int) -> list[int]:
        """The first frames, behind `start`, of what is new of the frames `numbers`, in order."""
        new = [start]
        for number in numbers:
            others = self._course.others((number + 1, len(self._course.size)))
            seen = self.glances.new_picture(number, max([self._soon(number), *others]))
            if seen and seen[0].number > new[-1]:
                new.append(seen[0].number)
                self._add(number, seen)
        return new[1:]

    def _add(self, number: int, seen: Sequence[Peek]) -> None:
        """Keep a new picture, which the frame `number` holds and the first of `seen` shows."""
        behind = [peek for peek in seen if peek.number >= number]
        for peek in behind[:SPARES]:
            self._pictures.spare(peek.number, peek.frame)
        small = [self._pictures.small(peek.frame, WIDTH, HEIGHT) for peek in behind]
        begin = seen[0].number
        self.shown[begin] = number
        self.pictures[begin], *self.behind[begin] = small

    def _soon(self, number: int) -> int:
        """The first frame that is `GLIMPSE` after one, or the last of all."""
        timeline = self._pictures.reader.timeline
        tick = float(timeline.ticks[number] + GLIMPSE / timeline.time_base)
        return min(int(np.searchsorted(timeline.ticks, tick)), len(timeline) - 1)
