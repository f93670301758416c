"""`scout`: the shots of a source, found while decoding as little as possible."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from clearreel.core.shots import Shot, Transition, shots_between
from clearreel.media.pictures import Picture, PictureReader
from clearreel.stages.boundaries.finding import find_transitions
from clearreel.stages.boundaries.likeness import HEIGHT, WIDTH
from clearreel.stages.contract import ShotDetector

WINDOW = 1024
"""Frames looked at together; pictures of this many are in memory at once."""
MARGIN = 160
"""Frames by which neighbouring windows overlap: more than the longest gradual transition."""


@dataclass(frozen=True)
class Scout(ShotDetector):
    """Packets, then key frames, then the stretches that these leave in doubt."""

    name: ClassVar[str] = "scout"

    def detect(self, pictures: PictureReader) -> tuple[Shot, ...]:
        """Every shot, in order, before any length rule or trim."""
        frames = len(pictures.reader.timeline)
        found: list[Transition] = []
        for start, run in _windows(pictures, 0, frames):
            for transition in find_transitions(run):
                moved = Transition(
                    transition.kind, start + transition.start_frame, transition.frames
                )
                if not found or moved.start_frame >= found[-1].start_frame + found[-1].frames:
                    found.append(moved)
        return shots_between(found, frames)


def _windows(pictures: PictureReader, start: int, end: int) -> Iterator[tuple[int, Picture]]:
    """Pictures of frames start <= n < end, (frames, 36, 64, 3), in windows that overlap."""
    kept: list[Picture] = []
    first = start
    for number, frame in pictures.reader.frames(start, end):
        picture = pictures.small(frame, WIDTH, HEIGHT)
        while first + len(kept) < number:  # what cannot be decoded looks like the frame before
            kept.append(kept[-1] if kept else picture)
        kept.append(picture)
        if len(kept) == WINDOW:
            yield first, np.stack(kept)
            first += WINDOW - MARGIN
            kept = kept[WINDOW - MARGIN :]
    if kept:
        yield first, np.stack(kept)
