"""`scout`: the shots of a source, found while decoding as little as possible."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from clearreel.core.pulse import reach
from clearreel.core.shots import Shot, Transition, shots_between
from clearreel.media.decoding import Frame, FrameReader
from clearreel.media.packets import PacketTable
from clearreel.media.peeking import Peek, Peeker
from clearreel.media.pictures import GLIMPSE, Picture, PictureReader
from clearreel.media.timeline import Timeline
from clearreel.stages.boundaries.cuts import LONGEST_FLASH, different
from clearreel.stages.boundaries.fades import runs
from clearreel.stages.boundaries.finding import find_transitions
from clearreel.stages.boundaries.likeness import HEIGHT, WIDTH, alike
from clearreel.stages.boundaries.stretches import calm_between, find_stretches, prominence
from clearreel.stages.contract import ShotDetector

WINDOW = 1024
"""Frames looked at together, at most: what bounds memory."""
MARGIN = 160
"""Frames by which neighbouring windows overlap: more than the longest gradual transition."""
Verdict = Literal["one shot", "cut at the end", "doubt"]

PEEK = 5
"""Frames between two looks at whether something is going on at the border of two stretches."""
CHECK = 12
"""Frames between two looks at whether the rest of a stretch can be left out."""
NEAR = 4
"""Frames before a packet that may hold a new picture: as many as usually refer to it."""
ALIKE = 0.2
"""Unlikeness (`boundaries.likeness`) up to which two pictures are of one shot beyond doubt."""
BELIEVED = 0.38
"""Unlikeness from which a key frame that the encoder chose is a cut: motion stays below it."""
BRIGHTENS = 6.0
"""Grey levels by which a shot may grow lighter or darker right after a cut; a fade does more."""
NEARLY_BLANK = 8.0
"""Standard deviation, in grey levels, below which a picture may belong to a fade."""
WORTH_A_LOOK, STANDS_OUT, INSERTED = 1.4, 2.0, 2.5
"""Prominence of a packet (`stretches.prominence`) from which its frame is peeked at: where the
scene changes and the encoder did not choose to begin anew, where it did, and where the scene is
the same at both ends."""
NEW, OLD = 0.12, 0.25
"""Share of a picture that is taken from before, up to which it is a new one, and from which on it
is none. Of 40 cuts that x264 was forbidden to mark at medium speed, all stayed below 0.01, and all
else above 0.25; faster presets take up to 0.1."""
HANGS_ON = 0.2
"""The same of a B frame that belongs to the new picture: it takes all from what is after it."""
SPARE, SPARE_FRAMES = 24, 5
"""Of so many frames the first few are kept for the measures, where they are decoded anyway."""


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
    version: ClassVar[int] = 3

    def detect(self, pictures: PictureReader) -> Iterator[Shot]:
        """See `ShotDetector.detect`."""
        reel, timeline, packets = (
            pictures.reader.reel,
            pictures.reader.timeline,
            pictures.reader.packets,
        )
        with (
            FrameReader(reel, packets, timeline, quick=True, sparse=True) as sketch,
            FrameReader(reel, packets, timeline, quick=True) as detail,
            Peeker(reel, packets, timeline) as peeker,
        ):
            peeks = peeker if Peeker.serves(reel, packets, timeline) else None
            search = _Search(pictures, sketch, detail, peeks)
            yield from shots_between(_apart(search.transitions()), len(timeline))
        pictures.reader.decoded += sketch.decoded + detail.decoded + peeker.decoded


class _Search:
    """One pass over one source, in the order of time."""

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
        self._peeker = peeker
        timeline, packets = pictures.reader.timeline, pictures.reader.packets
        self._frames = len(timeline)
        known = timeline.packet >= 0
        self._size = np.where(known, packets.size[np.where(known, timeline.packet, 0)], 0)
        self._prominence = prominence(timeline.key, self._size, forward(packets, timeline))
        self._stretches = find_stretches(timeline.key, self._size)
        self._divided: set[int] = set()
        """Starts of the stretches that were looked through for new pictures."""
        self._found: dict[int, Peek] = {}
        """Frames that take nothing from others, by the first frame that shows what they show."""
        self._sketched = np.zeros(self._frames, np.bool_)
        """Frames that are decoded even if no other refers to them."""
        self._guessed = np.zeros(self._frames, np.bool_)
        """Frames that were passed over and stand as mixtures of their neighbours."""
        self._anchors: dict[int, Picture | None] = {}
        self._verdicts: dict[int, Verdict] = {}

    def transitions(self) -> Iterator[Transition]:
        """All that is found, sorted unless they overlap, each as soon as it is certain."""
        place = 0
        while place < len(self._stretches):
            reach(self._stretches[place].start / self._frames)
            verdict = self._verdict_on(place)
            if verdict == "doubt":
                found, place = self._look(place)
                found.sort(key=lambda change: (change.start_frame, -change.frames))
            else:
                cut = Transition("cut", self._stretches[place].end, 0)
                found = [cut] if verdict == "cut at the end" else []
                place += 1
            for change in found:
                if change.start_frame in self._found:
                    # What comes after a cut hardly takes anything from what was before it.
                    for reader in (self._sketch, self._detail):
                        reader.begin_at(change.start_frame, self._found[change.start_frame].number)
                yield change
            before = self._stretches[max(0, place - 2)].start if place > 1 else 0
            for past in [known for known in self._anchors if known < before]:
                del self._anchors[past]

    def _anchor(self, place: int) -> Picture | None:
        """What a stretch begins with, small; None where it can't be decoded."""
        start = self._stretches[place].start
        if start not in self._anchors:
            if start in self._found:
                frame: Frame | None = self._found[start].frame
            else:
                if place and self._stretches[place - 1].chosen:
                    # Likely to be a cut: what follows it will be asked for as well.
                    self._pictures.glimpse(start)
                frame = self._pictures.key_frame(start)
            self._anchors[start] = None if frame is None else self._small(frame)
        return self._anchors[start]

    def _small(self, frame: Frame) -> Picture:
        return self._pictures.small(frame, WIDTH, HEIGHT)

    def _verdict_on(self, place: int) -> Verdict:
        """The verdict on a whole stretch, from its two anchors."""
        start = self._stretches[place].start
        if start not in self._verdicts:
            if self._peeker is not None and start not in self._divided:
                self._divide(place, self._peeker)
            stretch = self._stretches[place]
            for near in (*stretch.hints, stretch.end):
                self._sketched[max(0, near - NEAR) : near + 2] = True
            self._verdicts[start] = self._verdict(place, start, self._anchor(place))
        return self._verdicts[start]

    def _divide(self, place: int, peeker: Peeker) -> None:
        """Divide a stretch at the frames inside that take nothing from others."""
        stretch = self._stretches[place]
        self._divided.add(stretch.start)
        here = self._anchor(place)
        after = self._anchor(place + 1) if place + 1 < len(self._stretches) else None
        changes = here is None or after is None or different(here, after)
        unexplained = STANDS_OUT if stretch.chosen else WORTH_A_LOOK
        enough = unexplained if changes else INSERTED
        inside = range(stretch.start + 1, stretch.end)
        suspects = [n for n in inside if self._prominence[n] >= enough]
        cleared: list[int] = []
        new: dict[int, int] = {}
        for number in sorted({*suspects, *stretch.spikes}):
            seen = peeker.peek(number)
            if seen is None:
                continue
            around = peeker.surroundings(number) if seen.past <= NEW else []
            past = around[-1].past if around else seen.past
            if past > OLD:
                cleared.append(number)
            elif past <= NEW and around[-1].number == number:
                begin = _begin(around)
                if begin > max(new, default=stretch.start):
                    self._found[begin] = around[-1]
                    self._pictures.spare(number, around[-1].frame)
                    new[begin] = number
                    cleared.append(number)
        self._divided.update(new)
        if new or cleared:
            last = place + 1 == len(self._stretches)
            behind = self._frames if last else self._stretches[place + 1].end
            self._stretches[place : place + 1] = stretch.divided(new, cleared, behind, self._size)

    def _verdict(self, place: int, number: int, here: Picture | None) -> Verdict:
        """What can be said of the rest of a stretch from its frame `number`, which shows `here`."""
        stretch = self._stretches[place]
        if here is None or any(spike > number for spike in stretch.spikes):
            return "doubt"
        if place + 1 == len(self._stretches):
            # Nothing behind it to compare it with; but all that stands out was looked at.
            calm = stretch.calm or self._calm_from(place, number)
            return "one shot" if self._peeker is not None and calm else "doubt"
        after = self._anchor(place + 1)
        if after is None:
            return "doubt"
        if not different(here, after):
            unsure = stretch.chosen and not alike(here, after, ALIKE)
            return "doubt" if unsure else "one shot"
        calm = stretch.calm or (number > stretch.start and self._calm_from(place, number))
        if self._peeker is not None and not stretch.chosen and calm:
            # Nothing new stood out, and nothing changed gradually: it only moves.
            return "one shot" if alike(here, after, BELIEVED) else "doubt"
        if not stretch.chosen or not calm or min(here.std(), after.std()) < NEARLY_BLANK:
            return "doubt"
        if alike(here, after, BELIEVED):
            return "doubt"
        return "cut at the end" if self._begins_steadily(place + 1) else "doubt"

    def _calm_from(self, place: int, number: int) -> bool:
        """Whether packets are as usual from the frame `number` of a stretch on."""
        start, end = self._stretches[place].start, self._stretches[place].end
        last = place + 1 == len(self._stretches)
        new = self._found[end].number if end in self._found else end
        behind = self._size[:0] if last else self._size[new + 1 : self._stretches[place + 1].end]
        shown = self._found[start].number if start in self._found else start
        return calm_between(self._size[shown + 1 : end], behind, max(0, number - shown))

    def _begins_steadily(self, place: int) -> bool:
        """Whether the shot that a stretch begins with goes on as it begins."""
        anchor, start = self._anchor(place), self._stretches[place].start
        if start in self._found and self._peeker is not None:
            seen = self._peeker.glimpse(self._found[start].number, GLIMPSE)
            for number, frame in seen:
                self._pictures.spare(number, frame)
        else:
            seen = self._pictures.glimpse(start)
        if anchor is None or len(seen) < 2:
            return False
        shown = self._small(seen[-1][1])
        brightens = abs(float(shown.mean()) - float(anchor.mean())) > BRIGHTENS
        return not brightens and not different(anchor, shown)

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
        """The transitions in `kept`; where wipes seem to be, nothing is guessed."""
        found = find_transitions(np.stack(kept))
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
                kept[number - first] = self._small(frame)
        guessed[unsure] = False
        return find_transitions(np.stack(kept))

    def _first(self, place: int) -> int:
        """Where decoding begins: earlier if `place` begins in the middle of something."""
        start = self._stretches[place].start
        if place == 0 or self._begins_steadily(place):
            return start
        before = [stretch.start for stretch in self._stretches[:place]]
        far = [number for number in before if start - number >= 2 * LONGEST_FLASH]
        return far[-1] if far else before[0]

    def _goes_on(self, place: int, kept: list[Picture]) -> bool:
        """Whether the stretch `place`, just begun, is to be decoded as well."""
        if self._verdict_on(place) == "doubt":
            return True
        return not alike(kept[-PEEK], kept[-1], ALIKE)

    def _rest(self, place: int, number: int, kept: list[Picture]) -> Verdict:
        """The verdict on what is left of a stretch, where nothing is going on right now."""
        if len(kept) <= CHECK or not alike(kept[-CHECK], kept[-1], ALIKE):
            return "doubt"
        return self._verdict(place, number - CHECK, kept[-1])

    def _decode(self, start: int) -> Iterator[tuple[int, Picture]]:
        """Every frame from `start` on; what is not decoded looks like its neighbours."""
        expected, last = start, None
        for number, frame in self._sketch.frames(start, self._frames, self._sketched):
            picture = self._small(frame)
            if number % SPARE < SPARE_FRAMES:
                self._pictures.spare(number, frame)
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
        # To or from a blank picture is a fade, whatever lies between.
        if different(before, after) and min(before.std(), after.std()) >= NEARLY_BLANK:
            for number, frame in self._detail.frames(start, end):
                filled[number - start :] = [self._small(frame)] * (end - number)
        else:
            self._guessed[start:end] = True
        return filled


def forward(packets: PacketTable, timeline: Timeline) -> NDArray[np.bool_]:
    """Which frames are coded in the order of time, bool (frames,): all that are no B frames."""
    known = timeline.packet >= 0
    reached = np.maximum.accumulate(packets.pts)[np.where(known, timeline.packet, 0)]
    return np.asarray(known & (timeline.ticks >= reached), np.bool_)


def _begin(peeks: list[Peek]) -> int:
    """The first frame that shows what the last one does: it takes nothing from before it.

    What comes after it may take from it.
    """
    return min(peek.number for peek in peeks if peek.past <= HANGS_ON)


def _numbered(found: list[Transition], first: int, begin: int, end: int) -> list[Transition]:
    """`found`, numbered from `first` on: those that start at begin <= n < end."""
    moved = [Transition(t.kind, first + t.start_frame, t.frames) for t in found]
    return [transition for transition in moved if begin <= transition.start_frame < end]


def _apart(found: Iterable[Transition]) -> Iterator[Transition]:
    """Of those that overlap, the first."""
    reached = 0
    for transition in found:
        if transition.start_frame >= reached:
            yield transition
            reached = transition.start_frame + max(1, transition.frames)
