"""Where a picture shows text, and how much of it: the PP-OCRv4 detector.

The detector is a DB network (Liao et al. 2020, arXiv:1911.08947): it is trained on text that was
shrunk towards its middle, so that neighbouring lines stay apart, and what it finds is grown back.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clearreel.models.pictures import Pictures, fit, resize_planes
from clearreel.models.regions import label
from clearreel.models.session import TwoLooks

PIXEL_THRESHOLD = 0.3
"""A pixel over it belongs to a region."""
DOUBT = 0.05
"""Where the 8-bit copy sees no pixel over it, there is no text; else the network looks exactly."""
REGION_THRESHOLD = 0.5
"""A region is text if the mean over its box is at least this."""
UNCLIP_RATIO = 1.6
"""How far a box is grown, in units of its area over its perimeter."""
SMALLEST_SIDE = 3
"""In pixels of the map; smaller regions are specks."""


class TextDetector:
    """Finds text of any script in pictures."""

    def __init__(
        self, path: Path, *, quick: Path | None = None, longest: int = 640, threads: int = 1
    ) -> None:
        """`longest`: larger pictures are shrunk until no side has more pixels than this.

        `quick`: the 8-bit copy, which then looks first.
        """
        self._network = TwoLooks(path, quick, inputs=1, outputs=1, threads=threads)
        self._longest = longest

    def probability(self, rgb: Pictures) -> NDArray[np.float32]:
        """The probability of shrunk text, float32 (h, w), for a picture uint8 (H, W, 3).

        h and w are the size at which the network saw it: multiples of 32.
        """
        probability: NDArray[np.float32] = self._network(
            _is_doubtful, prepared(rgb, self._longest)
        )[0][0, 0]
        return probability

    def text_area(self, rgb: Pictures) -> float:
        """The share of the picture uint8 (H, W, 3) that text covers, from 0 to 1.

        Each region's upright box counts, grown as DB grows it; what two boxes share counts once.
        A line that stands at an angle has a box that is larger than the line.
        """
        return covered_share(self.probability(rgb))


def prepared(rgb: Pictures, longest: int) -> NDArray[np.float32]:
    """What the network is given for a picture uint8 (H, W, 3): float32 (1, 3, h, w)."""
    planes = resize_planes(rgb, *fit(rgb.shape[0], rgb.shape[1], longest, 32))
    planes /= np.float32(127.5)
    planes -= 1
    return np.ascontiguousarray(planes[None, ::-1])  # blue first


def _is_doubtful(outputs: list[NDArray[np.float32]]) -> bool:
    return float(outputs[0].max()) > DOUBT


def covered_share(probability: NDArray[np.float32]) -> float:
    """The share of a map (h, w) of shrunk text that lies in the grown boxes of its regions."""
    labels, count = label(probability > PIXEL_THRESHOLD)
    covered = np.zeros(probability.shape, np.bool_)
    for number in range(1, count + 1):
        ys, xs = np.nonzero(labels == number)
        top, bottom, left, right = ys.min(), ys.max() + 1, xs.min(), xs.max() + 1
        height, width = int(bottom - top), int(right - left)
        if min(height, width) < SMALLEST_SIDE:
            continue
        if probability[top:bottom, left:right].mean() < REGION_THRESHOLD:
            continue
        grow = round(UNCLIP_RATIO * height * width / (2 * (height + width)))
        covered[max(0, top - grow) : bottom + grow, max(0, left - grow) : right + grow] = True
    return float(covered.mean())
