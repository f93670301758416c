"""What can be said of footage from packets, key frames and peeks, before anything is decoded in a
row: where new pictures begin, and what the stretches between them hold."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from clearreel.media.decoding import Frame
from clearreel.media.packets import PacketTable
from clearreel.media.peeking import Peeker
from clearreel.media.pictures import Picture, PictureReader
from clearreel.media.timeline import Timeline
from clearreel.media.weighting import UNTOLD
from clearreel.stages.boundaries.course import Course, Frames
from clearreel.stages.boundaries.cuts import LONGEST_FLASH, different
from clearreel.stages.boundaries.glances import OLD, Kin
from clearreel.stages.boundaries.likeness import alike, recoloured
from clearreel.stages.boundaries.matching import HEIGHT, WIDTH
from clearreel.stages.boundaries.stretches import find_stretches
from clearreel.stages.boundaries.unmarked import Unmarked

Verdict = Literal["one shot", "cut at the end", "doubt"]

NEAR = 4
"""Frames before a packet that may hold a new picture: as many as usually refer to it."""
ALIKE = 0.2
"""Unlikeness (`boundaries.likeness`) up to which two pictures are of one shot beyond doubt."""
BELIEVED = 0.38
"""Unlikeness from which a key frame that the encoder chose is a cut: motion stays below it."""
RECOLOURED, PLAINLY_RECOLOURED = 0.33, 0.5
"""Share of pixels below which another scene has the colours of this one: encoders set key frames
within shots as well, and what moves much may look like another scene. Of cuts on tuning reels one
in twenty has less than 0.47; where it was none, in shots with much motion, it was 0.18 to 0.32.
From the second on it does not matter whether a new shot that a key frame begins does so with fast
motion."""
BRIGHTENS = 6.0
"""Grey levels by which a shot may grow lighter or darker right after a cut; a fade or a dissolve
that is under way does more."""
NEARLY_BLANK = 8.0
"""Standard deviation, in grey levels, below which a picture may belong to a fade."""


class Evidence:
    """The stretches of one source, and a verdict on each, in the order of time.

    A stretch is named by its place in `stretches`. Looking at one may divide it, which moves the
    places of those behind it.
    """

    def __init__(self, pictures: PictureReader, peeker: Peeker | None) -> None:
        """`peeker` is None where the footage can't be peeked at."""
        timeline, packets = pictures.reader.timeline, pictures.reader.packets
        self._pictures = pictures
        self.course = _course(packets, timeline, opaque=peeker is None)
        """What packets say of gradual changes."""
        self._unmarked = None if peeker is None else Unmarked(pictures, peeker, self.course)
        self._likely: dict[tuple[Frames, Frames], list[Frames]] = {}
        """`Course.sweeps` of what was asked about."""
        self._divided: set[int] = set()
        """Starts of the stretches that were looked through for new pictures."""
        self._anchors: dict[int, Picture | None] = {}
        self._verdicts: dict[int, Verdict] = {}
        self.stretches = find_stretches(timeline.key, self.course)
        self.new = {} if self._unmarked is None else self._unmarked.shown
        """`Unmarked.shown`; empty where the footage can't be peeked at."""
        self.close = np.zeros(len(timeline), np.bool_)
        """Frames (frames,) that are close to where something new may begin."""

    def anchor(self, place: int) -> Picture | None:
        """What a stretch begins with, small; None where it can't be decoded."""
        start = self.stretches[place].start
        if self._unmarked is not None and start in self._unmarked.shown:
            return self._unmarked.pictures.get(start)
        if start not in self._anchors:
            if place and self.stretches[place - 1].chosen:
                # Likely to be a cut: what follows it will be asked for as well.
                self._pictures.glimpse(start)
            frame = self._pictures.key_frame(start)
            self._anchors[start] = None if frame is None else self.small(frame)
        return self._anchors[start]

    def small(self, frame: Frame) -> Picture:
        """A frame as the boundaries compare it, (36, 64, 3)."""
        return self._pictures.small(frame, WIDTH, HEIGHT)

    def kin(self, number: int) -> Kin | None:
        """`Glances.kin`; None where the footage can't be peeked at."""
        return None if self._unmarked is None else self._unmarked.glances.kin(number)

    def forget(self, place: int) -> None:
        """Nothing before the stretch `place` will be asked for any more."""
        before = self.stretches[place].start
        for past in [known for known in self._anchors if known < before]:
            del self._anchors[past]
        for runs in [runs for runs in self._likely if runs[0][1] <= before]:
            del self._likely[runs]
        if self._unmarked is not None:
            self._unmarked.forget(before)

    def verdict(self, place: int) -> Verdict:
        """The verdict on a whole stretch, from its two anchors."""
        start = self.stretches[place].start
        if start not in self._verdicts:
            if self._unmarked is not None and start not in self._divided:
                self._divide(place, self._unmarked)
            stretch = self.stretches[place]
            for near in (*stretch.hints, stretch.end):
                self.close[max(0, near - NEAR) : near + 2] = True
            self._verdicts[start] = self.rest(place, start, self.anchor(place))
        return self._verdicts[start]

    def rest(self, place: int, number: int, here: Picture | None) -> Verdict:
        """The verdict on what is left of a stretch from its frame `number`, which shows `here`."""
        stretch = self.stretches[place]
        if here is None or any(spike > number for spike in stretch.spikes):
            return "doubt"
        if place + 1 == len(self.stretches):
            # Nothing behind it to compare it with; but all that stands out was looked at.
            calm = self._calm_from(place, number) and not self._wiped(place, number)
            return "one shot" if self._unmarked is not None and calm else "doubt"
        after = self.anchor(place + 1)
        if after is None:
            return "doubt"
        if not different(here, after):
            unsure = stretch.chosen and not alike(here, after, ALIKE)
            # What was inserted and left again shows in packets that were not looked into.
            unseen = self._unmarked is None and any(hint > number for hint in stretch.hints)
            away = self.course.relights(number, stretch.end)
            return "doubt" if unsure or unseen or away else "one shot"
        if not self._calm_from(place, number):
            return "doubt"
        believed = alike(here, after, BELIEVED)
        if not stretch.chosen:
            # Nothing new stood out, and nothing changed gradually: it only moves.
            moves = self._unmarked is not None and believed and not self._wiped(place, number)
            return "one shot" if moves else "doubt"
        if believed or min(here.std(), after.std()) < NEARLY_BLANK:
            return "doubt"
        if self._comes_back(place, after) or self._flashes(place, here):
            return "doubt"
        colours = recoloured(here, after)
        if colours < RECOLOURED and self.course.much_moves(*self._runs(place, number)):
            return "doubt"
        # What is predicted from before an unmarked cut may go on as a flash ends.
        sudden = self.course.relit is not None and stretch.end not in self.new
        plain = sudden and colours >= PLAINLY_RECOLOURED
        cut = (plain or self.steady(place + 1)) and not self._wiped(place, number)
        return "cut at the end" if cut else "doubt"

    def steady(self, place: int) -> bool:
        """Whether the shot that a stretch begins with goes on as it begins."""
        anchor, start = self.anchor(place), self.stretches[place].start
        if self._unmarked is not None and start in self.new:
            behind = self._unmarked.behind.get(start, ())
            return anchor is not None and self._goes_on(place, anchor, behind)
        seen = self._pictures.glimpse(start)
        if anchor is None or len(seen) < 2:
            return False
        shown = self.small(seen[-1][1])
        return not _brightens(anchor, shown) and not different(anchor, shown)

    def _goes_on(self, place: int, anchor: Picture, behind: Sequence[Picture]) -> bool:
        """Whether what a new picture without a key frame shows is still seen behind it."""
        start = self.stretches[place].start
        for later in range(place + 1, len(self.stretches)):
            after = self.anchor(later)
            if after is None or different(anchor, after):
                break
            if self.stretches[later].start - start > LONGEST_FLASH:
                return True
        # Weights tell of fades, and what is decoded like that may have wrong light at first.
        if not behind or (self.course.relit is None and _brightens(anchor, behind[0])):
            return False
        return not any(different(one, other) for one, other in pairwise([anchor, *behind]))

    def _divide(self, place: int, unmarked: Unmarked) -> None:
        """Divide a stretch where new pictures begin that no key frame marks."""
        stretch = self.stretches[place]
        here = self.anchor(place)
        after = self.anchor(place + 1) if place + 1 < len(self.stretches) else None
        new = unmarked.within(stretch, here, after)
        self._divided.update([stretch.start, *new])
        last = place + 1 == len(self.stretches)
        behind = len(self.close) if last else self.stretches[place + 1].end
        shown = {begin: unmarked.shown[begin] for begin in new}
        past = unmarked.glances.past
        cleared = {n for n in range(stretch.start + 1, stretch.end) if past.get(n, 0) > OLD}
        self.stretches[place : place + 1] = stretch.divided(
            shown, cleared.union(shown.values()), behind, self.course
        )

    def _comes_back(self, place: int, after: Picture) -> bool:
        """Whether what ends with a stretch may be a flash, with one scene on both sides."""
        end, before = self.stretches[place].end, place
        while before and end - self.stretches[before].start <= 2 * LONGEST_FLASH:
            before -= 1
        if before == place:
            return False
        scene = self.anchor(before)
        return scene is None or not different(scene, after)

    def _flashes(self, place: int, here: Picture) -> bool:
        """Whether what begins with the end of a stretch may be a flash in it."""
        behind = place + 1
        start = self.stretches[behind].start
        shown = self.new.get(start, start)
        others = self.course.others((shown + 1, self.stretches[behind].end))
        if not others or self.course.relit is None:
            return False  # where weights are not told, packets have to be even for a verdict
        if start in self.new:
            return False  # `steady` looks at these
        if self._unmarked is None:
            return True
        if start not in self._divided:
            self._divide(behind, self._unmarked)
        end = self.stretches[behind].end
        if any(self._unmarked.glances.look(number) <= OLD for number in others if number < end):
            return True
        if behind + 1 == len(self.stretches) or end > others[-1]:
            return False
        scene = self.anchor(behind + 1)
        return scene is None or not different(here, scene)

    def _calm_from(self, place: int, number: int) -> bool:
        """Whether packets are as usual from the frame `number` of a stretch on."""
        stretch = self.stretches[place]
        if stretch.calm or number == stretch.start:
            return stretch.calm
        known = self._unmarked is not None
        return self.course.calm(*self._runs(place, number), cuts_known=known)

    def _wiped(self, place: int, number: int) -> bool:
        """Whether there may be a wipe from the frame `number` of a stretch on."""
        before, behind, passed = self._runs(place, number)
        if not self.stretches[place].marked:
            # To look at single frames for wipes and for cuts takes as long as to decode in a row.
            return self.course.swells(before, behind, passed)
        if (before, behind) not in self._likely:
            self._likely[before, behind] = self.course.sweeps(before, behind)
        for start, end in self._likely[before, behind]:
            if start + end < 2 * number:
                continue  # most of it was seen
            numbers = [n for n in range(start, end) if self.course.forward[n]]
            if self._unmarked is None or self._unmarked.glances.cover(numbers):
                return True
        return False

    def _runs(self, place: int, number: int) -> tuple[Frames, Frames, int]:
        """What `Course` asks for of a stretch from its frame `number` on."""
        start, end = self.stretches[place].start, self.stretches[place].end
        last = place + 1 == len(self.stretches)
        shown, new = self.new.get(start, start), self.new.get(end, end)
        behind = (end, end) if last else (new + 1, self.stretches[place + 1].end)
        return (shown + 1, end), behind, max(0, number - shown)


def _brightens(picture: Picture, later: Picture) -> bool:
    return abs(float(later.mean()) - float(picture.mean())) > BRIGHTENS


def _course(packets: PacketTable, timeline: Timeline, *, opaque: bool) -> Course:
    known = timeline.packet >= 0
    row = np.where(known, timeline.packet, 0)
    return Course(
        size=np.where(known, packets.size[row], 0),
        forward=_forward(packets, timeline) & ~timeline.key,
        weighting=np.where(known, packets.weighting[row], np.int8(UNTOLD)),
        opaque=opaque,
    )


def _forward(packets: PacketTable, timeline: Timeline) -> NDArray[np.bool_]:
    """Which frames are coded in the order of time, bool (frames,): all that are no B frames."""
    known = timeline.packet >= 0
    reached = np.maximum.accumulate(packets.pts)[np.where(known, timeline.packet, 0)]
    return np.asarray(known & (timeline.ticks >= reached), np.bool_)
