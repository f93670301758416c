"""Where faces are: CenterFace (Xu et al. 2019, arXiv:1911.03599)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clearreel.models.pictures import Pictures, fit, resize_planes
from clearreel.models.session import TwoLooks

STRIDE = 4
"""Pixels of the picture for one of the map."""
OVERLAP = 0.3
"""Of two boxes whose intersection over union is at least this, the better one stays."""

DOUBT = 0.6
"""Where the 8-bit copy scores nothing higher than this share of the threshold, there is no face;
else the network looks exactly."""


class CenterFace:
    """Finds faces in pictures."""

    def __init__(
        self,
        path: Path,
        *,
        quick: Path | None = None,
        threshold: float = 0.5,
        longest: int = 640,
        threads: int = 1,
    ) -> None:
        """`threshold`: the lowest score of a face.

        `longest`: larger pictures are shrunk until no side has more pixels than this.
        `quick`: the 8-bit copy, which then looks first.
        """
        self._network = TwoLooks(path, quick, inputs=1, outputs=4, threads=threads)
        self._threshold = threshold
        self._longest = longest

    def faces(self, rgb: Pictures) -> NDArray[np.float32]:
        """The faces in a picture uint8 (H, W, 3), float32 (n, 5), the best first.

        A row is x1, y1, x2, y2 in pixels of the given picture, inside of it, and the score from
        0 to 1.
        """
        planes = prepared(rgb, self._longest)
        height, width = planes.shape[2:]
        heat, sizes, offsets, _landmarks = self._network(self._is_doubtful, planes)
        rows, columns = np.nonzero(heat[0, 0] > self._threshold)
        box_height, box_width = np.exp(sizes[0][:, rows, columns]) * STRIDE
        y = (rows + offsets[0, 0, rows, columns] + 0.5) * STRIDE
        x = (columns + offsets[0, 1, rows, columns] + 0.5) * STRIDE
        boxes = np.stack(
            [x - box_width / 2, y - box_height / 2, x + box_width / 2, y + box_height / 2], axis=1
        )
        boxes[:, 0::2] = np.clip(boxes[:, 0::2], 0, width) * (rgb.shape[1] / width)
        boxes[:, 1::2] = np.clip(boxes[:, 1::2], 0, height) * (rgb.shape[0] / height)
        scores = heat[0, 0, rows, columns]
        kept = non_maximum_suppression(boxes, scores, OVERLAP)
        return np.column_stack([boxes, scores])[kept].astype(np.float32)

    def _is_doubtful(self, outputs: list[NDArray[np.float32]]) -> bool:
        return float(outputs[0].max()) > DOUBT * self._threshold


def prepared(rgb: Pictures, longest: int) -> NDArray[np.float32]:
    """What the network is given for a picture uint8 (H, W, 3): float32 (1, 3, h, w)."""
    return resize_planes(rgb, *fit(rgb.shape[0], rgb.shape[1], longest, 32))[None]


def non_maximum_suppression(
    boxes: NDArray[np.floating], scores: NDArray[np.floating], overlap: float
) -> list[int]:
    """The indices of the boxes (n, 4) that stay, the best first.

    A box goes if its intersection over union with a better one that stays is at least `overlap`.
    """
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    order = np.argsort(-scores, kind="stable")
    kept = []
    while len(order):
        best, rest = order[0], order[1:]
        kept.append(int(best))
        low = np.maximum(boxes[best, :2], boxes[rest, :2])
        high = np.minimum(boxes[best, 2:], boxes[rest, 2:])
        shared = np.prod(np.maximum(high - low, 0), axis=1)
        union = areas[best] + areas[rest] - shared
        order = rest[shared < overlap * union]
    return kept
