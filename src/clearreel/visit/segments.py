"""Go through a source part by part: a segment after the other, then the clips that had to wait.

Each part begins with nothing decoded, and depends on where the last one ended and on the source
alone. So a visit that goes on from a journal gives what one without interruption does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from itertools import accumulate

from clearreel.core.identity import fingerprint
from clearreel.core.pulse import begin
from clearreel.core.shots import Shot, apart
from clearreel.core.version import __version__
from clearreel.media.pictures import PictureReader
from clearreel.recipes.recipe import Recipe
from clearreel.rights.clearance import Clearance
from clearreel.stages.contract import SegmentedDetector
from clearreel.stores.journal import Journal
from clearreel.stores.packs import Packs
from clearreel.visit.examining import Measurer, Row, Vectors, rows_of, withhold
from clearreel.visit.parts import Part, Standing, Together
from clearreel.visit.source import anew


@dataclass(frozen=True, slots=True)
class Examined:
    """All that was found in a source."""

    clips: list[Row]
    """In the order of time."""
    vectors: Vectors
    thumbnails: Mapping[str, bytes]
    """Clip id → JPEG."""
    decoded: int
    """Frames."""


class Examination:
    """One source, to be looked through and measured as a recipe says."""

    def __init__(
        self,
        pictures: PictureReader,
        recipe: Recipe,
        source: Row,
        clearance: Clearance | None = None,
    ) -> None:
        """`source` is its row, as far as it is known. What `pictures` has decoded is not used.

        Clips that `clearance` does not permit are not looked at.
        """
        self._clearance = clearance
        self._pictures = pictures
        self._recipe = recipe
        self._source = source
        timeline, detector = pictures.reader.timeline, recipe.detector
        self._borders = [0, len(timeline)]
        self._seconds = Fraction(0)
        if isinstance(detector, SegmentedDetector):
            self._seconds = detector.segment_seconds
            self._borders = timeline.borders(self._seconds)

    def journal(self, packs: Packs) -> AbstractContextManager[Journal | None]:
        """Where its parts are kept until it is complete; None for a source that is one part."""
        if len(self._borders) == 2:
            return nullcontext()
        recipe = self._recipe
        standing_on = fingerprint(
            __version__,
            recipe.clip_fingerprint,
            recipe.measure_fingerprints,
            recipe.gate_fingerprint,
            asdict(recipe.look),
            self._seconds,
            self._clearance.fingerprint if self._clearance else "",
        )
        return Journal(packs, self._source["source_id"], standing_on)

    def complete(self, journal: Journal | None) -> Examined:
        """Do what the journal has not yet. It must stay open while thumbnails are asked for."""
        parts = [Part.from_entry(entry) for entry in journal.entries] if journal else []
        while (part := self._next(parts)) is not None:
            parts.append(Part.from_entry(journal.append(*part.to_entry())) if journal else part)
        vectors: Vectors = {}
        for part in parts:
            for name, found in part.vectors.items():
                vectors.setdefault(name, {}).update(found)
        return Examined(
            clips=sorted((row for p in parts for row in p.clips), key=lambda r: r["start_frame"]),
            vectors=vectors,
            thumbnails=Together(parts),
            decoded=sum(part.decoded for part in parts),
        )

    def _next(self, parts: list[Part]) -> Part | None:
        """The part that follows these; None when there is nothing left to do."""
        standing = parts[-1].after if parts else Standing()
        waiting = [row for part in parts for row in part.waiting][standing.measured :]
        if standing.segment + 1 < len(self._borders):
            return self._look_through(standing, waiting)
        return self._measure(standing, waiting) if waiting else None

    def _look_through(self, standing: Standing, waiting: list[Row]) -> Part:
        """Find the shots that end in a segment, and measure their clips as they are found.

        Those that begin in segments before wait, because a shot may be longer than any segment.
        """
        start, end = self._borders[standing.segment : standing.segment + 2]
        shot_start = standing.before.start_frame + standing.before.frames
        self._tell(start, start - min(start, shot_start) + _frames(waiting))
        clips: list[Row] = []
        later: list[Row] = []
        with anew(self._pictures) as pictures, self._measurer(pictures) as measurer:
            shots = _Shots(self._recipe, standing, start, end)
            found = shots.find(pictures)
            for row in rows_of(found, pictures, self._recipe, self._source, standing.shots):
                withhold(row, self._clearance)
                if row["start_frame"] < start:
                    later.append(row)
                else:
                    measurer.measure(row)
                    clips.append(row)
        return Part(
            shots.standing,
            clips,
            later,
            measurer.vectors,
            measurer.thumbnails,
            pictures.reader.decoded,
        )

    def _measure(self, standing: Standing, waiting: list[Row]) -> Part:
        """Measure clips that had to wait: about as much footage as a segment has."""
        total = len(self._pictures.reader.timeline)
        self._tell(total, _frames(waiting))
        lengths = accumulate(row["duration"] for row in waiting)
        clips = waiting[: 1 + sum(length < self._seconds for length in lengths)]
        with anew(self._pictures) as pictures, self._measurer(pictures) as measurer:
            for row in clips:
                measurer.measure(row)
        after = replace(standing, measured=standing.measured + len(clips))
        return Part(
            after,
            clips,
            vectors=measurer.vectors,
            thumbnails=measurer.thumbnails,
            decoded=pictures.reader.decoded,
        )

    def _measurer(self, pictures: PictureReader) -> Measurer:
        return Measurer(pictures, self._recipe, self._recipe.measures)

    def _tell(self, looked: int, waiting: int) -> None:
        """How far it is: frames before `looked` were looked at, and `waiting` of them not measured.

        Looking and measuring count the same.
        """
        frames = len(self._pictures.reader.timeline)
        behind = waiting / (2 * frames)
        if looked < frames:
            begin(-behind, 1 - behind, looked / frames)
        else:
            begin(1 - behind, 1 - behind)


class _Shots:
    """The shots that end in one segment."""

    def __init__(self, recipe: Recipe, standing: Standing, start: int, end: int) -> None:
        self._detector = recipe.detector
        self._range = (start, end)
        self.standing = replace(standing, segment=standing.segment + 1)
        """Where to go on, once all have been found."""

    def find(self, pictures: PictureReader) -> Iterator[Shot]:
        """Each as soon as it is known."""
        if not isinstance(self._detector, SegmentedDetector):
            yield from self._detector.detect(pictures)
            return
        found = self._detector.transitions(pictures, *self._range)
        for change in apart(found, self.standing.before):
            shot = self.standing.before.shot_until(change.start_frame)
            shots = self.standing.shots + (shot is not None)
            self.standing = replace(self.standing, before=change, shots=shots)
            if shot is not None:
                yield shot
        end = len(pictures.reader.timeline)
        if self._range[1] == end and (shot := self.standing.before.shot_until(end)):
            yield shot


def _frames(rows: list[Row]) -> int:
    return sum(row["frames"] for row in rows)
