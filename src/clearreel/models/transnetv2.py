"""Shot transitions, frame by frame: TransNet V2 (Souček and Lokoč 2020, arXiv:2008.04838)."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clearreel.models.session import Network

WINDOW, STRIDE = 100, 50
"""Frames that the network sees at once, and frames from one window to the next."""
MARGIN = (WINDOW - STRIDE) // 2
"""Frames at both ends of a window whose prediction is not used."""


class Transitions(NamedTuple):
    """What TransNet V2 predicts for each frame, float32 (T,), from 0 to 1."""

    single: NDArray[np.float32]
    """That this frame is the middle of a transition: for a cut the last frame before it."""
    many: NDArray[np.float32]
    """That this frame is part of a transition, however long."""


class TransNetV2:
    """Predicts shot transitions from frames of 48 by 27 pixels."""

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        self._network = Network(path, inputs=1, outputs=2, threads=threads)

    def transitions(self, frames: NDArray[np.uint8]) -> Transitions:
        """Both predictions for `frames`, RGB uint8 (T, 27, 48, 3) of any T, without gaps.

        As published: windows of 100 frames, 50 apart, of which the middle 50 count; the first and
        the last frame are repeated so that each frame lies in the middle of a window.
        """
        if frames.dtype != np.uint8 or frames.shape[1:] != (27, 48, 3):
            raise ValueError(
                f"frames are {frames.dtype} {frames.shape}; TransNet V2 takes uint8 (T, 27, 48, 3)"
            )
        count = len(frames)
        if count == 0:
            return Transitions(np.empty(0, np.float32), np.empty(0, np.float32))
        after = MARGIN + -count % STRIDE
        padded = np.concatenate(
            [np.repeat(frames[:1], MARGIN, axis=0), frames, np.repeat(frames[-1:], after, axis=0)]
        )
        single, many = [], []
        for start in range(0, len(padded) - WINDOW + 1, STRIDE):
            middle_of_one, part_of_many = self._network(padded[start : start + WINDOW])
            single.append(middle_of_one[MARGIN : MARGIN + STRIDE, 0])
            many.append(part_of_many[MARGIN : MARGIN + STRIDE, 0])
        return Transitions(np.concatenate(single)[:count], np.concatenate(many)[:count])

    def predict(self, frames: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The single-frame prediction alone: see `transitions`."""
        return self.transitions(frames).single
