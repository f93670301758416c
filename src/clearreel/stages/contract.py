"""What a stage is.

A stage is one file: one sentence of purpose, what it *needs*, what it *adds*, then one method.
Its fields are its settings. There are two kinds: a `ShotDetector` finds shots in a source, and a
`Measure` adds facts to a clip. Deciding is not a stage: rules do that, from facts alone.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from clearreel.core.facts import Fact, FactValue
from clearreel.core.identity import fingerprint
from clearreel.core.shots import Shot, Transition, apart, shots_between
from clearreel.core.span import Span
from clearreel.media.pictures import PictureReader
from clearreel.media.probe import Reel
from clearreel.media.sound import Sound
from clearreel.stages.luma import luma

Sense = Literal["stills", "runs", "sound"]
"""What can be seen or heard of a clip. Only what some stage needs is decoded."""


@dataclass(frozen=True, slots=True)
class Look:
    """How closely a visit looks at each clip. Part of the fingerprint of all that needs it."""

    stills: int = 3
    """Pictures a clip at most, spread evenly and moved to a key frame where one is near."""
    still_side: int = 360
    """Length of a still's short side, in pixels; smaller footage is not enlarged."""
    runs: int = 3
    """Pairs of neighbouring pictures a clip, beginning where the stills are."""
    run_width: int = 128
    """Width of a run's pictures, in pixels."""
    reach: float = 0.4
    """Seconds from a key frame up to which it stands for what is around it. Farther away, other
    frames are decoded, at several times the cost."""


@dataclass(frozen=True)
class Still:
    """One picture of a clip."""

    frame: int
    """Its number among the presented frames of the source."""
    rgb: NDArray[np.uint8]
    """(height, width, 3), upright, square pixels, standard dynamic range."""

    @cached_property
    def luma(self) -> NDArray[np.float32]:
        """Y' (ITU-R BT.709) of `rgb`, (height, width), from 0 to 255, full range."""
        return luma(self.rgb)


@dataclass(frozen=True, slots=True)
class Run:
    """Two frames, neighbours or up to about a tenth of a second apart; small and grey."""

    start_frame: int
    luma: NDArray[np.uint8]
    """(2, height, width), upright, square pixels."""
    seconds: float
    """From the first of them to the second."""


@dataclass(frozen=True, slots=True)
class ClipView:
    """All that a measure may know of one clip."""

    reel: Reel
    span: Span
    start_frame: int
    end_frame: int
    coded_bytes: int
    """Size of the clip's video packets."""
    facts: Mapping[str, FactValue]
    """What the stages before this one added."""
    stills: tuple[Still, ...] = ()
    runs: tuple[Run, ...] = ()
    sound: Sound | None = None
    """None when the clip has no sound, or no stage needs it."""


@dataclass(frozen=True)
class Stage(ABC):
    """What both kinds have in common."""

    name: ClassVar[str]
    """What recipes call it."""
    version: ClassVar[int] = 1
    """Goes up when results change for the same settings."""
    needs: ClassVar[tuple[str, ...]] = ()
    """Senses, and names of facts that earlier stages add."""
    weights: ClassVar[tuple[str, ...]] = ()
    """Names of the weight files it opens, as `clearreel models list` shows them."""

    @property
    def settings(self) -> dict[str, object]:
        """Its fields and their values."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def fingerprint(self, *standing_on: object) -> str:
        """A hash of all that decides its results: itself and what it stands on."""
        return fingerprint(self.name, self.version, self.settings, *standing_on)


class ShotDetector(Stage):
    """Finds the shots of a source."""

    @abstractmethod
    def detect(self, pictures: PictureReader) -> Iterator[Shot]:
        """Every shot, in order, before any length rule or trim; each as soon as it is known."""


class SegmentedDetector(ShotDetector):
    """Finds the shots of any segment of a source without having gone through what lies before it.

    So a long source is visited in segments, and a run that was interrupted goes on with the next
    one. A detector of another kind finds all shots of a source in one pass or none.
    """

    segment_seconds: ClassVar[Fraction] = Fraction(600)
    """About how long a segment is: the most footage that is gone through a second time."""

    @abstractmethod
    def transitions(
        self, pictures: PictureReader, start_frame: int, end_frame: int
    ) -> Iterator[Transition]:
        """Every transition that begins at start_frame <= n < end_frame, each when it is known.

        They are sorted unless they overlap. It depends on the footage alone what is found, not on
        what was looked at before.
        """

    def detect(self, pictures: PictureReader) -> Iterator[Shot]:
        """See `ShotDetector.detect`."""
        timeline = pictures.reader.timeline
        found = (
            transition
            for start, end in pairwise(timeline.borders(self.segment_seconds))
            for transition in self.transitions(pictures, start, end)
        )
        return shots_between(apart(found), len(timeline))


class Measure(Stage):
    """Adds facts to a clip."""

    adds: ClassVar[tuple[Fact, ...]]
    """All that `measure` returns, always, with None where it does not apply."""

    @abstractmethod
    def measure(self, clip: ClipView) -> Mapping[str, FactValue]:
        """The facts of one clip: a value for each name in `adds`."""
