"""How likely a picture is to be sexually explicit: Yahoo's open_nsfw."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clearreel.models.pictures import Pictures, resize
from clearreel.models.session import TwoLooks

RESIZED, CROPPED = 256, 224
MEAN_BGR = np.array([104, 117, 123], np.float32)
DOUBT = 0.1
"""What the 8-bit copy scores higher is scored again, exactly: the copy is believed only where it
says that a picture is far from explicit, so no verdict at its authors' bounds, 0.2 and 0.8, is its
own. Where it says less, the exact score was at most 0.153 (635 stills, docs/benchmarks.md)."""


class OpenNSFW:
    """Scores pictures from 0 (safe) to 1 (explicit)."""

    def __init__(self, path: Path, *, quick: Path | None = None, threads: int = 1) -> None:
        """`quick`: the 8-bit copy, which then looks first."""
        self._network = TwoLooks(path, quick, inputs=1, outputs=1, threads=threads)

    def score(self, pictures: Pictures) -> NDArray[np.float32]:
        """The scores, float32 (N,), of RGB pictures uint8 (N, H, W, 3).

        As the reference does: the whole picture to 256 by 256, its middle 224 by 224, in the
        order blue, green, red, less the mean colour. The reference's detour through JPEG is left
        out; on the safe frames that were tried it moves a score by about a hundredth at most.
        """
        scores = np.empty(len(pictures), np.float32)
        for number, picture in enumerate(prepared(pictures)):
            scores[number] = self._network(_is_doubtful, picture[None])[0][0, 1]
        return scores


def prepared(pictures: Pictures) -> NDArray[np.float32]:
    """What the network is given for pictures uint8 (N, H, W, 3): float32 (N, 224, 224, 3)."""
    edge = (RESIZED - CROPPED) // 2
    middle = np.rint(resize(pictures, RESIZED, RESIZED))[:, edge:-edge, edge:-edge, ::-1]
    return np.ascontiguousarray(middle - MEAN_BGR)


def _is_doubtful(outputs: list[NDArray[np.float32]]) -> bool:
    return float(outputs[0][0, 1]) > DOUBT
