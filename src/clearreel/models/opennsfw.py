"""How likely a picture is to be sexually explicit: Yahoo's open_nsfw."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clearreel.models.pictures import Pictures, resize
from clearreel.models.session import Network

RESIZED, CROPPED = 256, 224
MEAN_BGR = np.array([104, 117, 123], np.float32)


class OpenNSFW:
    """Scores pictures from 0 (safe) to 1 (explicit)."""

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        self._network = Network(path, inputs=1, outputs=1, threads=threads)

    def score(self, pictures: Pictures) -> NDArray[np.float32]:
        """The scores, float32 (N,), of RGB pictures uint8 (N, H, W, 3).

        As the reference does: the whole picture to 256 by 256, its middle 224 by 224, in the
        order blue, green, red, less the mean colour. The reference's detour through JPEG is left
        out; on the safe frames that were tried it moves a score by about a hundredth at most.
        """
        edge = (RESIZED - CROPPED) // 2
        middle = np.rint(resize(pictures, RESIZED, RESIZED))[:, edge:-edge, edge:-edge, ::-1]
        safe_and_explicit = self._network(np.ascontiguousarray(middle - MEAN_BGR))[0]
        score: NDArray[np.float32] = safe_and_explicit[:, 1]
        return score
