"""How unlike two pictures are, once motion and light are allowed for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

WIDTH, HEIGHT = 64, 36
"""The size, in pixels, of the pictures that are compared, whatever the footage's shape."""

Pictures = NDArray[np.uint8]
"""(frames, 36, 64, 3), RGB."""
Picture = NDArray[np.uint8]
"""(36, 64, 3), RGB."""

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # Rec. ITU-R BT.601
_BLOCK_HEIGHT, _BLOCK_WIDTH = 6, 8
_REACH = (6, 10)
_REACH_OF_SHAPES = (1, 2)
_SAMPLES = 16
_NEAR = (4, 5)
_GRAIN = 4.0
_SHAPELESS = 0.2

Values = NDArray[Any]
"""(36, 64, channels), signed, so that differences are right."""


@dataclass(frozen=True, slots=True)
class Unlikeness:
    """What of a picture another one cannot explain."""

    residual: float
    """Mean absolute difference after motion compensation, in grey levels (0 to 255)."""
    share: float
    """`residual` against the difference expected of pixels paired at random: about 0.1 for
    neighbouring frames and above 0.3 for other scenes."""


def luma(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Grey levels, 0 to 255, of RGB pictures of any shape (..., 3)."""
    return np.asarray(pictures.astype(np.float32) @ _LUMA, np.float32)


def steps(pictures: Pictures) -> NDArray[np.float32]:
    """Mean absolute difference of each frame from the one before, (frames,); 0 for the first."""
    found = np.zeros(len(pictures), np.float32)
    if len(pictures) > 1:
        change = np.abs(np.diff(pictures.astype(np.int16), axis=0))
        found[1:] = change.mean((1, 2, 3))
    return found


def unlikeness(before: Picture, after: Picture) -> Unlikeness:
    """How badly `before`, moved block by block, explains `after`."""
    residual = float(residuals(before, after).mean())
    return Unlikeness(residual, residual / max(1.0, _by_chance(before, after)))


def structural_unlikeness(before: Picture, after: Picture) -> float:
    """The share of `unlikeness`, told from shapes alone: light and veils of glare don't matter.

    Each grey level is set against the mean and contrast around it, and shapes move little: one
    pixel down, two across. About 0.4 for one scene in another light and above 0.5 for another
    scene; 1 where there are no shapes to compare. For pictures a few frames apart.
    """
    one, other = _shapes(before), _shapes(after)
    by_chance = _by_chance(one, other)
    if by_chance < _SHAPELESS:
        return 1.0
    return float(_matched(one, other, _REACH_OF_SHAPES).mean()) / by_chance


def residuals(before: Picture, after: Picture) -> NDArray[np.float32]:
    """The least mean difference of each block of `after` from any place near it in `before`.

    (6, 8), in grey levels. Full search over blocks of 8×6 pixels, up to 10 pixels across and 6
    down, which is a sixth of the picture each way.
    """
    return _matched(before.astype(np.int16), after.astype(np.int16), _REACH)


def _matched(before: Values, after: Values, reach: tuple[int, int]) -> NDArray[np.float32]:
    rows, columns = HEIGHT // _BLOCK_HEIGHT, WIDTH // _BLOCK_WIDTH
    most_down, most_across = reach
    edges = [(most_down, most_down), (most_across, most_across), (0, 0)]
    around = np.pad(before, edges, mode="edge")
    best = np.full((rows, columns), np.inf, np.float32)
    for down in range(2 * most_down + 1):
        for across in range(2 * most_across + 1):
            moved = around[down : down + HEIGHT, across : across + WIDTH]
            error = np.abs(moved - after).reshape(rows, _BLOCK_HEIGHT, columns, -1)
            np.minimum(best, error.mean((1, 3), dtype=np.float32), out=best)
    return best


def _by_chance(before: Values, after: Values) -> float:
    """Mean absolute difference of a random pixel of one from a random pixel of the other."""
    channels = before.shape[2]
    one = np.sort(before.reshape(-1, channels), axis=0)[::_SAMPLES].astype(np.float32)
    other = np.sort(after.reshape(-1, channels), axis=0)[::_SAMPLES].astype(np.float32)
    return float(np.abs(one[:, None] - other[None]).mean())


def _shapes(picture: Picture) -> NDArray[np.float32]:
    """Local contrast, (36, 64, 1): each level less the mean around it, over the deviation."""
    grey = luma(picture)
    mean = _mean_around(grey)
    variance = np.maximum(_mean_around(grey * grey) - mean * mean, 0)
    contrast = (grey - mean) / np.sqrt(variance + _GRAIN**2)
    return np.asarray(contrast[..., None], np.float32)


def _mean_around(values: NDArray[np.float32]) -> NDArray[np.float32]:
    down, across = _NEAR
    padded = np.pad(values, ((down, down), (across, across)), mode="edge")
    near = sliding_window_view(padded, (2 * down + 1, 2 * across + 1))
    return np.asarray(near.mean((2, 3)), np.float32)
