"""`scout`: the shots of a source, found while decoding as little as possible."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np

from clearreel.core.shots import Shot, Transition, shots_between
from clearreel.media.pictures import Picture, PictureReader
from clearreel.stages.boundaries.cuts import LONGEST_FLASH, different
from clearreel.stages.boundaries.finding import find_transitions
from clearreel.stages.boundaries.likeness import HEIGHT, WIDTH, unlikeness
from clearreel.stages.boundaries.stretches import Stretch, find_stretches
from clearreel.stages.contract import ShotDetector

WINDOW = 1024
"""Frames looked at together, at most: what bounds memory."""
MARGIN = 160
"""Frames by which neighbouring windows overlap: more than the longest gradual transition."""
PEEK = 6
"""Frames decoded after a key frame that seems to be a cut, to see that its shot goes on."""
CHECK = 12
"""Frames between two looks at whether the rest of a stretch can be left out."""
ALIKE = 0.17
"""Unlikeness (`boundaries.likeness`) up to which two pictures are of one shot beyond doubt."""
TOUCHING = 2
"""A gradual transition this near to the end of what was decoded may go on beyond it."""


@dataclass(frozen=True)
class Scout(ShotDetector):
    """Packets, then key frames, then the stretches that these leave in doubt.

    Stretches between key frames that look alike, with packets of usual sizes, are not decoded.
    Neither is one that ends with a key frame which the encoder chose to set and which shows
    another scene: that is a cut. The others are decoded, as far as needed.
    """

    name: ClassVar[str] = "scout"

    def detect(self, pictures: PictureReader) -> tuple[Shot, ...]:
        """Every shot, in order, before any length rule or trim."""
        timeline, packets = pictures.reader.timeline, pictures.reader.packets
        known = timeline.packet >= 0
        size = np.where(known, packets.size[np.where(known, timeline.packet, 0)], 0)
        search = _Search(pictures, find_stretches(timeline.key, size))
        return shots_between(search.transitions(), len(timeline))


class _Search:
    """One pass over one source."""

    def __init__(self, pictures: PictureReader, stretches: list[Stretch]) -> None:
        self._pictures = pictures
        self._stretches = stretches
        self._frames = len(pictures.reader.timeline)
        self._anchors = [self._anchor(stretch.start) for stretch in stretches]
        self._cuts = {n for n in range(len(stretches) - 1) if self._ends_in_cut(n)}
        self._open = [n not in self._cuts and self._doubtful(n) for n in range(len(stretches))]

    def transitions(self) -> list[Transition]:
        """All that was found, sorted and apart."""
        found = [Transition("cut", self._stretches[n].end, 0) for n in self._cuts]
        place = 0
        while place < len(self._stretches):
            if self._open[place]:
                more, place = self._look(place)
                found += more
            else:
                place += 1
        return _apart(found)

    def _anchor(self, number: int) -> Picture | None:
        frame = self._pictures.reader.key_frame(number)
        return None if frame is None else self._pictures.small(frame, WIDTH, HEIGHT)

    def _ends_in_cut(self, place: int) -> bool:
        """Whether the stretch is one shot, and the next begins at its end, beyond doubt."""
        stretch = self._stretches[place]
        here, after = self._anchors[place], self._anchors[place + 1]
        if not stretch.chosen or not stretch.calm or stretch.spikes:
            return False
        if here is None or after is None or not different(here, after):
            return False
        if here.std() < 8 or after.std() < 8:  # nearly blank: a fade is about
            return False
        head = self._run(stretch.end, stretch.end + PEEK)
        return unlikeness(after, head[-1]).share <= ALIKE

    def _doubtful(self, place: int) -> bool:
        if place + 1 == len(self._stretches):
            return True  # nothing behind it to compare it with
        stretch = self._stretches[place]
        here, after = self._anchors[place], self._anchors[place + 1]
        if here is None or after is None or stretch.spikes:
            return True
        if stretch.chosen:
            return unlikeness(here, after).share > ALIKE
        return different(here, after)

    def _look(self, place: int) -> tuple[list[Transition], int]:
        """Decode from the stretch `place` on, while there is doubt.

        Gives what was found, and the first stretch that was not looked at.
        """
        start = self._stretches[place].start
        if place and place - 1 not in self._cuts and not self._open[place - 1]:
            # Decoding begins in the middle of something: take what lies before it as well.
            head = self._run(start, start + 2 * PEEK)
            if unlikeness(head[0], head[-1]).share > ALIKE:
                start = self._stretches[place - 1].start
        found: list[Transition] = []
        kept: list[Picture] = []
        first = start
        end = self._stretches[place].end
        for number, picture in self._decode(start):
            kept.append(picture)
            if number + 1 >= end + 2 * LONGEST_FLASH:
                if place + 1 >= len(self._stretches):
                    break
                going_on = unlikeness(kept[-1], kept[-PEEK]).share > ALIKE
                if not self._open[place + 1] and not going_on:
                    break
                place += 1
                end = self._stretches[place].end
            elif len(kept) % CHECK == 0 and self._settled(place, number, kept):
                break
            if len(kept) == WINDOW:
                found += _numbered(find_transitions(np.stack(kept)), first, first + WINDOW - MARGIN)
                kept = kept[WINDOW - MARGIN :]
                first += WINDOW - MARGIN
        found += _numbered(find_transitions(np.stack(kept)), first, self._frames)
        return found, place + 1

    def _settled(self, place: int, number: int, kept: list[Picture]) -> bool:
        """Whether the rest of the stretch is the shot that the next anchor shows."""
        if place + 1 >= len(self._stretches) or len(kept) <= CHECK:
            return False
        after = self._anchors[place + 1]
        if after is None or any(spike > number - CHECK for spike in self._stretches[place].spikes):
            return False
        here = kept[-1]
        return (
            unlikeness(kept[-CHECK], here).share <= ALIKE and unlikeness(here, after).share <= ALIKE
        )

    def _run(self, start: int, end: int) -> Picture:
        """Pictures of frames start <= n < end, (frames, 36, 64, 3)."""
        run = [picture for _, picture in zip(range(start, end), self._pictures_from(start))]
        return np.stack(run)

    def _pictures_from(self, start: int) -> Iterator[Picture]:
        return (picture for _, picture in self._decode(start))

    def _decode(self, start: int) -> Iterator[tuple[int, Picture]]:
        """Every frame from `start` on; what cannot be decoded looks like the frame before."""
        expected, last = start, None
        for number, frame in self._pictures.reader.frames(start, self._frames):
            picture = self._pictures.small(frame, WIDTH, HEIGHT)
            for missing in range(expected, number):
                yield missing, picture if last is None else last
            yield number, picture
            expected, last = number + 1, picture


def _numbered(found: list[Transition], first: int, end: int) -> list[Transition]:
    """`found`, numbered from `first` on, without what begins at `end` or later."""
    moved = [Transition(t.kind, first + t.start_frame, t.frames) for t in found]
    return [transition for transition in moved if transition.start_frame < end]


def _apart(found: list[Transition]) -> list[Transition]:
    """Sorted; of two that overlap, the longer."""
    kept: list[Transition] = []
    for transition in sorted(found, key=lambda t: (t.start_frame, -t.frames)):
        if kept and transition.start_frame < kept[-1].start_frame + max(1, kept[-1].frames):
            continue
        kept.append(transition)
    return kept
