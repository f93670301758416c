"""`exact`: the shots of a source, by a neural network that looks at every frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clearreel.core.shots import Transition
from clearreel.media.pictures import Picture, PictureReader
from clearreel.models import catalog
from clearreel.models.transnetv2 import STRIDE, TransNetV2
from clearreel.stages.boundaries.matching import HEIGHT, WIDTH
from clearreel.stages.boundaries.predictions import transitions_from
from clearreel.stages.contract import SegmentedDetector

WINDOW = 20 * STRIDE
"""Frames predicted together: what bounds memory."""
MARGIN = 4 * STRIDE
"""Frames by which neighbouring windows overlap; more than the network sees to one side."""


@dataclass(frozen=True)
class Exact(SegmentedDetector):
    """TransNet V2 (Souček and Lokoč 2020, arXiv:2008.04838) over all frames.

    The network says where; small pictures say of which kind, and how far a fade reaches.
    """

    name: ClassVar[str] = "exact"
    weights: ClassVar[tuple[str, ...]] = ("transnetv2",)

    threshold: float = 0.5
    """Probability from which a frame counts as a transition; 0.5 is the published one."""
    agreement: float = 0.25
    """Probability from which it counts where the pictures show one as well."""

    def transitions(
        self, pictures: PictureReader, start_frame: int, end_frame: int
    ) -> Iterator[Transition]:
        """See `SegmentedDetector.transitions`."""
        network = TransNetV2(catalog.path("transnetv2", offline=True))
        for window in _windows(pictures, start_frame):
            single, many = network.transitions(window.frames)
            for transition in transitions_from(
                single, many, window.pictures, self.threshold, self.agreement
            ):
                start = window.first + transition.start_frame
                # Windows overlap: what lies in both is taken from the first that is sure of it.
                if max(window.begin, start_frame) <= start < min(window.end, end_frame):
                    yield Transition(transition.kind, start, transition.frames)
            if window.end >= end_frame:
                return


class _Window(NamedTuple):
    """Consecutive frames, of which those begin <= n < end have enough others around them."""

    first: int
    frames: NDArray[np.uint8]
    """(frames, 27, 48, 3), as the network takes them."""
    pictures: Picture
    """(frames, 36, 64, 3), as `boundaries` take them."""
    begin: int
    end: int


def _windows(pictures: PictureReader, start: int) -> Iterator[_Window]:
    """From the one that `start` counts in on. They lie in the same places wherever that is."""
    total = len(pictures.reader.timeline)
    frames: list[Picture] = []
    small: list[Picture] = []
    step = WINDOW - MARGIN
    first = max(0, start - MARGIN // 2) // step * step
    for number, frame in pictures.reader.frames(first, total):
        for _ in range(first + len(frames), number + 1):
            # What cannot be decoded looks like the frame after it.
            frames.append(pictures.small(frame, 48, 27))
            small.append(pictures.small(frame, WIDTH, HEIGHT))
        if len(frames) >= WINDOW:
            yield _window(first, frames, small, total)
            first += len(frames) - MARGIN
            frames, small = frames[-MARGIN:], small[-MARGIN:]
    if frames:
        yield _window(first, frames, small, total)


def _window(first: int, frames: list[Picture], small: list[Picture], total: int) -> _Window:
    last = first + len(frames)
    begin = first + MARGIN // 2 if first else 0
    end = last - MARGIN // 2 if last < total else total
    return _Window(first, np.stack(frames), np.stack(small), begin, end)
