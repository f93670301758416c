"""`scout`: the shots of a source, found while decoding as little as possible."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from clearreel.core.pulse import reach
from clearreel.core.shots import Transition
from clearreel.media.decoding import FrameReader
from clearreel.media.peeking import Peeker
from clearreel.media.pictures import Picture, PictureReader
from clearreel.stages.boundaries.cuts import LONGEST_FLASH, different
from clearreel.stages.boundaries.evidence import ALIKE, NEARLY_BLANK, Evidence, Verdict
from clearreel.stages.boundaries.fades import runs
from clearreel.stages.boundaries.finding import find_transitions
from clearreel.stages.boundaries.likeness import Pictures, settled
from clearreel.stages.contract import SegmentedDetector

WINDOW = 768
"""Frames looked at together, at most: what bounds memory, and how late a change is told of."""
MARGIN = 160
"""Frames by which neighbouring windows overlap, and that are looked at on both sides of a segment:
more than the longest gradual transition."""
CHECK = 12
"""Frames between two looks at whether the rest of a stretch can be left out."""
FAR = 60
"""Frames on the way back to what was passed over, from which on its packets are asked first what it
looks like: one takes as long as a frame, and the way as long as half of its frames or more."""
SPARE, SPARES = 24, 2
"""Of so many frames the first few that are decoded in a row are kept for the measures. What a
reader keeps of 1280×720 lasts for 1,100 frames then: a window, and a clip of 13 seconds."""


@dataclass(frozen=True)
class Scout(SegmentedDetector):
    """Packets, then key frames, then the stretches that these leave in doubt.

    Stretches between key frames that look alike, with packets that tell of no gradual change, are
    not decoded. Neither is one that ends with a key frame which the encoder chose to set and which
    shows another scene, with packets as usual around it: that is a cut. The others are decoded, as
    far as needed: first without frames that no other refers to, then with them where those
    that are left show a change between them.
    """

    name: ClassVar[str] = "scout"
    version: ClassVar[int] = 10

    def transitions(
        self, pictures: PictureReader, start_frame: int, end_frame: int
    ) -> Iterator[Transition]:
        """See `SegmentedDetector.transitions`."""
        reel, timeline, packets = (
            pictures.reader.reel,
            pictures.reader.timeline,
            pictures.reader.packets,
        )
        with (
            FrameReader(reel, packets, timeline, quick=True) as sketch,
            FrameReader(reel, packets, timeline, quick=True) as detail,
            Peeker(reel, packets, timeline) as peeker,
        ):
            peeks = peeker if Peeker.serves(reel, packets, timeline) else None
            search = _Search(pictures, sketch, detail, peeks)
            yield from search.transitions(start_frame, end_frame)
        pictures.reader.decoded += sketch.decoded + detail.decoded + peeker.decoded


class _Search:
    """One pass over a segment of one source, in the order of time."""

    def __init__(
        self,
        pictures: PictureReader,
        sketch: FrameReader,
        detail: FrameReader,
        peeker: Peeker | None,
    ) -> None:
        """`sketch` goes through doubtful stretches, `detail` fetches what it passed over."""
        self._pictures = pictures
        self._sketch = sketch
        self._detail = detail
        self._evidence = Evidence(pictures, peeker)
        self._frames = len(pictures.reader.timeline)
        self._place = 0
        """The stretch that is looked at, or will be next."""
        self._guessed = np.zeros(self._frames, np.bool_)
        """Frames that were passed over and stand as mixtures of their neighbours."""

    def transitions(self, start: int, end: int) -> Iterator[Transition]:
        """All that begin at start <= n < end, sorted unless they overlap, each when it is certain.

        What lies before and behind is looked at as far as it may tell of them.
        """
        evidence, limit = self._evidence, end + MARGIN
        earliest = max(0, start - MARGIN)
        self._place = bisect_right(evidence.stretches, earliest, key=lambda s: s.start) - 1
        while self._place < len(evidence.stretches) and self._before(self._place) < end:
            reach(evidence.stretches[self._place].start / self._frames)
            for change in self._next(limit):
                if change.start_frame in evidence.new:
                    # What comes after a cut hardly takes anything from what was before it.
                    for reader in (self._sketch, self._detail):
                        reader.begin_at(change.start_frame, evidence.new[change.start_frame])
                if start <= change.start_frame < end:
                    yield change
            evidence.forget(max(0, self._place - 2))

    def _next(self, limit: int) -> Iterator[Transition]:
        """What is in the next stretch, and in those that have to be looked at together with it."""
        verdict = self._evidence.verdict(self._place)
        if verdict == "doubt":
            yield from self._look(limit)
        elif verdict == "cut at the end":
            yield Transition("cut", self._evidence.stretches[self._place].end, 0)
        self._place += 1

    def _look(self, limit: int) -> Iterator[Transition]:
        """Decode from the next stretch on, while there is doubt, to the frame `limit` at most.

        What was found is given as soon as it is certain: clips can be measured then while the
        frames are still kept.
        """
        first = begin = self._first(self._place)
        end = self._evidence.stretches[self._place].end
        at_the_end: list[Transition] = []
        kept: list[Picture] = []
        for number, picture in self._decode(first):
            kept.append(picture)
            if number == limit:
                break
            if number == end + 2 * LONGEST_FLASH:
                if not self._goes_on(self._place + 1, kept):
                    break
                self._place += 1
                end = self._evidence.stretches[self._place].end
            elif number < end and len(kept) % CHECK == 0:
                verdict = self._rest(self._place, number, kept)
                if verdict == "cut at the end":
                    at_the_end = [Transition("cut", end, 0)]
                if verdict != "doubt":
                    break
            if len(kept) == WINDOW:
                # Each transition is taken from the window that shows more around it.
                border = first + WINDOW - MARGIN // 2
                yield from _numbered(self._find(kept, first), first, begin, border)
                kept = kept[WINDOW - MARGIN :]
                first, begin = first + WINDOW - MARGIN, border
        if kept:
            yield from _numbered(self._find(kept, first), first, begin, self._frames)
        yield from at_the_end

    def _find(self, kept: list[Picture], first: int) -> list[Transition]:
        """The transitions in `kept`; where wipes seem to be, nothing is guessed."""
        found = self._sure(np.stack(kept), first)
        unsure = np.zeros(len(kept), np.bool_)
        for change in found:
            if change.kind == "wipe":
                begin, end = change.start_frame - change.frames, change.start_frame
                unsure[max(0, begin) : end + 2 * change.frames] = True
        guessed = self._guessed[first : first + len(kept)]
        if not (unsure & guessed).any():
            return found
        for begin, last in runs(unsure):
            for number, frame in self._detail.frames(first + begin, first + last + 1):
                kept[number - first] = self._evidence.small(frame)
        guessed[unsure] = False
        return self._sure(np.stack(kept), first)

    def _sure(self, pictures: Pictures, first: int) -> list[Transition]:
        """What `pictures`, from the frame `first` on, show and packets allow."""

        def allowed(change: Transition) -> bool:
            start = first + change.start_frame
            return self._evidence.course.may_dissolve(start, start + change.frames + 1)

        found = find_transitions(pictures)
        return [change for change in found if change.kind != "dissolve" or allowed(change)]

    def _first(self, place: int) -> int:
        """Where decoding begins: earlier if `place` begins in the middle of something."""
        if place == 0 or self._evidence.steady(place):
            return self._evidence.stretches[place].start
        return self._before(place)

    def _before(self, place: int) -> int:
        """The start of what lies before a stretch, as long as the longest flash at least."""
        start = self._evidence.stretches[place].start
        while place and start - self._evidence.stretches[place].start < 2 * LONGEST_FLASH:
            place -= 1
        return self._evidence.stretches[place].start

    def _goes_on(self, place: int, kept: list[Picture]) -> bool:
        """Whether the stretch `place`, just begun, is to be decoded as well."""
        if self._evidence.verdict(place) == "doubt":
            return True
        return not settled(kept[-2 * LONGEST_FLASH], kept[-1], ALIKE)

    def _rest(self, place: int, number: int, kept: list[Picture]) -> Verdict:
        """The verdict on what is left of a stretch, where nothing is going on right now."""
        if len(kept) <= CHECK or not settled(kept[-CHECK], kept[-1], ALIKE):
            return "doubt"
        return self._evidence.rest(place, number - CHECK, kept[-1])

    def _decode(self, start: int) -> Iterator[tuple[int, Picture]]:
        """Every frame from `start` on; what is not decoded looks like its neighbours."""
        expected, last = start, None
        period, spared = -1, 0
        for number, frame in self._sketch.frames(start, self._frames, self._evidence.close):
            picture = self._evidence.small(frame)
            if number // SPARE != period:
                period, spared = number // SPARE, 0
            if spared < SPARES:
                spared += 1
                self._pictures.spare(number, frame)
            if expected < number:
                before = picture if last is None else last
                yield from enumerate(self._between(before, picture, expected, number), expected)
            yield number, picture
            expected, last = number + 1, picture

    def _between(self, before: Picture, after: Picture, start: int, end: int) -> list[Picture]:
        """Frames start <= n < end, which were passed over: decoded where they hide a change."""
        # To or from a blank picture is a fade, whatever lies between.
        hides = different(before, after) and min(before.std(), after.std()) >= NEARLY_BLANK
        if hides and self._detail.way(start) >= FAR:
            # At a cut each of them shows one side; where things move, something in between.
            kin = [self._evidence.kin(number) for number in range(start, end)]
            old = kin.count("before")
            new = len(kin) - old
            if kin == [*["before"] * old, *["after"] * new]:
                self._guessed[start:end] = True
                return [*[before] * old, *[after] * new]
            hides = any(one != "both" for one in kin)
        shares = (np.arange(1, end - start + 1) / (end - start + 1)).astype(np.float32)
        first = before.astype(np.float32)
        change = after - first
        filled = [(first + share * change + 0.5).astype(np.uint8) for share in shares]
        if hides:
            for number, frame in self._detail.frames(start, end):
                filled[number - start :] = [self._evidence.small(frame)] * (end - number)
        else:
            self._guessed[start:end] = True
        return filled


def _numbered(found: list[Transition], first: int, begin: int, end: int) -> list[Transition]:
    """`found`, numbered from `first` on: those that start at begin <= n < end."""
    moved = [Transition(t.kind, first + t.start_frame, t.frames) for t in found]
    within = [transition for transition in moved if begin <= transition.start_frame < end]
    return sorted(within, key=lambda change: (change.start_frame, -change.frames))
