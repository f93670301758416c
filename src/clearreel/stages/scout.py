"""`scout`: the shots of a source, found while decoding as little as possible."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar, Literal

import numpy as np

from clearreel.core.shots import Shot, Transition, shots_between
from clearreel.media.decoding import FrameReader
from clearreel.media.pictures import Picture, PictureReader
from clearreel.stages.boundaries.cuts import LONGEST_FLASH, different
from clearreel.stages.boundaries.fades import runs
from clearreel.stages.boundaries.finding import find_transitions
from clearreel.stages.boundaries.likeness import HEIGHT, WIDTH, alike
from clearreel.stages.boundaries.stretches import Stretch, find_stretches
from clearreel.stages.contract import ShotDetector

WINDOW = 1024
"""Frames looked at together, at most: what bounds memory."""
MARGIN = 160
"""Frames by which neighbouring windows overlap: more than the longest gradual transition."""
Verdict = Literal["one shot", "cut at the end", "doubt"]

PEEK = 5
"""Frames decoded after a key frame that seems to be a cut, to see that its shot goes on."""
CHECK = 12
"""Frames between two looks at whether the rest of a stretch can be left out."""
NEAR = 4
"""Frames before a packet that may hold a new picture: as many as usually refer to it."""
ALIKE = 0.2
"""Unlikeness (`boundaries.likeness`) up to which two pictures are of one shot beyond doubt."""
BELIEVED = 0.38
"""Unlikeness from which a key frame that the encoder chose is a cut: motion stays below it."""
BRIGHTENS = 8.0
"""Grey levels by which a shot may grow lighter or darker right after a cut; a fade does more."""
NEARLY_BLANK = 8.0
"""Standard deviation, in grey levels, below which a picture may belong to a fade."""


@dataclass(frozen=True)
class Scout(ShotDetector):
    """Packets, then key frames, then the stretches that these leave in doubt.

    Stretches between key frames that look alike, with packets of usual sizes, are not decoded.
    Neither is one that ends with a key frame which the encoder chose to set and which shows
    another scene, with packets as usual around it: that is a cut. The others are decoded, as
    far as needed: first without frames that no other refers to, then with them where those
    that are left show a change between them.
    """

    name: ClassVar[str] = "scout"
    version: ClassVar[int] = 2

    def detect(self, pictures: PictureReader) -> tuple[Shot, ...]:
        """Every shot, in order, before any length rule or trim."""
        timeline, packets = pictures.reader.timeline, pictures.reader.packets
        known = timeline.packet >= 0
        size = np.where(known, packets.size[np.where(known, timeline.packet, 0)], 0)
        with FrameReader(pictures.reader.reel, packets, timeline) as sketch:
            search = _Search(pictures, sketch, find_stretches(timeline.key, size))
            found = search.transitions()
        pictures.reader.decoded += sketch.decoded
        return shots_between(found, len(timeline))


class _Search:
    """One pass over one source."""

    def __init__(
        self, pictures: PictureReader, sketch: FrameReader, stretches: list[Stretch]
    ) -> None:
        self._pictures = pictures
        self._sketch = sketch
        self._stretches = stretches
        self._frames = len(pictures.reader.timeline)
        self._sketched = np.zeros(self._frames, np.bool_)
        """Frames that are decoded even if no other refers to them."""
        for stretch in stretches:
            for number in (*stretch.hints, stretch.end):
                self._sketched[max(0, number - NEAR) : number + 2] = True
        self._guessed = np.zeros(self._frames, np.bool_)
        """Frames that were passed over and stand as mixtures of their neighbours."""
        self._anchors = [self._anchor(stretch.start) for stretch in stretches]
        # Looked at beforehand: the reader can't do two things at a time.
        self._steady = [self._begins_steadily(place) for place in range(len(stretches))]
        self._verdicts = [
            self._verdict(place, stretch.start, self._anchors[place])
            for place, stretch in enumerate(stretches)
        ]

    def transitions(self) -> list[Transition]:
        """All that was found, sorted and apart."""
        found: list[Transition] = []
        place = 0
        while place < len(self._stretches):
            if self._verdicts[place] == "doubt":
                more, place = self._look(place)
                found += more
            else:
                if self._verdicts[place] == "cut at the end":
                    found.append(Transition("cut", self._stretches[place].end, 0))
                place += 1
        return _apart(found)

    def _anchor(self, number: int) -> Picture | None:
        return self._pictures.key_small(number, WIDTH, HEIGHT)

    def _verdict(self, place: int, number: int, here: Picture | None) -> Verdict:
        """What can be said of the rest of a stretch from its frame `number`, which shows `here`."""
        if place + 1 == len(self._stretches):
            return "doubt"  # nothing behind it to compare it with
        stretch, after = self._stretches[place], self._anchors[place + 1]
        if here is None or after is None or any(spike > number for spike in stretch.spikes):
            return "doubt"
        if not different(here, after):
            unsure = stretch.chosen and not alike(here, after, ALIKE)
            return "doubt" if unsure else "one shot"
        if not stretch.chosen or not stretch.calm or min(here.std(), after.std()) < NEARLY_BLANK:
            return "doubt"
        if alike(here, after, BELIEVED):
            return "doubt"
        return "cut at the end" if self._steady[place] else "doubt"

    def _begins_steadily(self, place: int) -> bool:
        """Whether the shot that the anchor after a stretch shows goes on as it begins."""
        if place + 1 == len(self._stretches) or not self._stretches[place].chosen:
            return False
        end, after = self._stretches[place].end, self._anchors[place + 1]
        if after is None or not self._stretches[place].calm:
            return False
        shown = self._run(end, end + PEEK)[-1]
        brightens = abs(float(shown.mean()) - float(after.mean())) > BRIGHTENS
        return not brightens and not different(after, shown)

    def _look(self, place: int) -> tuple[list[Transition], int]:
        """Decode from the stretch `place` on, while there is doubt.

        Gives what was found, and the first stretch that was not looked at.
        """
        first = begin = self._first(place)
        end = self._stretches[place].end
        found: list[Transition] = []
        kept: list[Picture] = []
        for number, picture in self._decode(first):
            kept.append(picture)
            if number == end + 2 * LONGEST_FLASH:
                if not self._goes_on(place + 1, kept):
                    break
                place += 1
                end = self._stretches[place].end
            elif number < end and len(kept) % CHECK == 0:
                verdict = self._rest(place, number, kept)
                if verdict == "cut at the end":
                    found.append(Transition("cut", end, 0))
                if verdict != "doubt":
                    break
            if len(kept) == WINDOW:
                # Each transition is taken from the window that shows more around it.
                border = first + WINDOW - MARGIN // 2
                found += _numbered(self._find(kept, first), first, begin, border)
                kept = kept[WINDOW - MARGIN :]
                first, begin = first + WINDOW - MARGIN, border
        if kept:
            found += _numbered(self._find(kept, first), first, begin, self._frames)
        return found, place + 1

    def _find(self, kept: list[Picture], first: int) -> list[Transition]:
        """The transitions in `kept`; where dissolves and wipes seem to be, nothing is guessed."""
        found = find_transitions(np.stack(kept))
        unsure = np.zeros(len(kept), np.bool_)
        for change in found:
            if change.kind in ("dissolve", "wipe"):
                begin, end = change.start_frame - change.frames, change.start_frame
                unsure[max(0, begin) : end + 2 * change.frames] = True
        guessed = self._guessed[first : first + len(kept)]
        if not (unsure & guessed).any():
            return found
        for begin, last in runs(unsure):
            for number, frame in self._pictures.reader.frames(first + begin, first + last + 1):
                kept[number - first] = self._pictures.small(frame, WIDTH, HEIGHT)
        guessed[unsure] = False
        return find_transitions(np.stack(kept))

    def _first(self, place: int) -> int:
        """Where decoding begins: a stretch earlier if `place` begins in the middle of something."""
        start = self._stretches[place].start
        if place == 0 or self._verdicts[place - 1] != "one shot":
            return start
        head = self._run(start, start + CHECK)
        steady = alike(head[0], head[-1], ALIKE)
        return start if steady else self._stretches[place - 1].start

    def _goes_on(self, place: int, kept: list[Picture]) -> bool:
        """Whether the stretch `place`, just begun, is to be decoded as well."""
        if self._verdicts[place] == "doubt":
            return True
        return not alike(kept[-PEEK], kept[-1], ALIKE)

    def _rest(self, place: int, number: int, kept: list[Picture]) -> Verdict:
        """The verdict on what is left of a stretch, where nothing is going on right now."""
        if len(kept) <= CHECK or not alike(kept[-CHECK], kept[-1], ALIKE):
            return "doubt"
        return self._verdict(place, number - CHECK, kept[-1])

    def _run(self, start: int, end: int) -> Picture:
        """Pictures of frames start <= n < end, (frames, 36, 64, 3)."""
        return np.stack([picture for _, picture in islice(self._decode(start), end - start)])

    def _decode(self, start: int) -> Iterator[tuple[int, Picture]]:
        """Every frame from `start` on; what is not decoded looks like its neighbours."""
        expected, last = start, None
        for number, frame in self._sketch.frames(start, self._frames, self._sketched):
            picture = self._pictures.small(frame, WIDTH, HEIGHT)
            if expected < number:
                before = picture if last is None else last
                yield from enumerate(self._between(before, picture, expected, number), expected)
            yield number, picture
            expected, last = number + 1, picture

    def _between(self, before: Picture, after: Picture, start: int, end: int) -> list[Picture]:
        """Frames start <= n < end, which were passed over: decoded where they hide a change."""
        shares = (np.arange(1, end - start + 1) / (end - start + 1)).astype(np.float32)
        first = before.astype(np.float32)
        change = after - first
        filled = [(first + share * change + 0.5).astype(np.uint8) for share in shares]
        if different(before, after):
            for number, frame in self._pictures.reader.frames(start, end):
                filled[number - start :] = [self._pictures.small(frame, WIDTH, HEIGHT)] * (
                    end - number
                )
        else:
            self._guessed[start:end] = True
        return filled


def _numbered(found: list[Transition], first: int, begin: int, end: int) -> list[Transition]:
    """`found`, numbered from `first` on: those that start at begin <= n < end."""
    moved = [Transition(t.kind, first + t.start_frame, t.frames) for t in found]
    return [transition for transition in moved if begin <= transition.start_frame < end]


def _apart(found: list[Transition]) -> list[Transition]:
    """Sorted; of two that overlap, the longer."""
    kept: list[Transition] = []
    for transition in sorted(found, key=lambda t: (t.start_frame, -t.frames)):
        if kept and transition.start_frame < kept[-1].start_frame + max(1, kept[-1].frames):
            continue
        kept.append(transition)
    return kept
