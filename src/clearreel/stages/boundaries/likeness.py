"""How unlike two pictures are, once motion and light are allowed for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 64, 36
"""The size, in pixels, of the pictures that are compared, whatever the footage's shape."""

Pictures = NDArray[np.uint8]
"""(frames, 36, 64, 3), RGB."""
Picture = NDArray[np.uint8]
"""(36, 64, 3), RGB."""

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # Rec. ITU-R BT.601
_BLOCK_HEIGHT, _BLOCK_WIDTH = 6, 8
_REACH_DOWN, _REACH_ACROSS = 6, 10
_SAMPLES = 16


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
    """How badly `before`, moved block by block, explains `after`.

    Full-search block matching on blocks of 8×6 pixels, up to 10 pixels across and 6 down, which
    is a sixth of the picture each way.
    """
    residual = float(_matched(before, after).mean())
    return Unlikeness(residual, residual / max(1.0, _by_chance(before, after)))


def relit(picture: Picture, like: Picture) -> Picture:
    """`picture` with the mean and contrast of each channel of `like`: the same scene, lit so."""
    values, target = picture.astype(np.float32), like.astype(np.float32)
    mean, wanted = values.mean((0, 1)), target.mean((0, 1))
    # A gain above 4 would make a scene out of the noise of a blank picture.
    gain = np.minimum(target.std((0, 1)) / np.maximum(values.std((0, 1)), 1.0), 4.0)
    return np.clip((values - mean) * gain + wanted, 0, 255).astype(np.uint8)


def _matched(before: Picture, after: Picture) -> NDArray[np.float32]:
    """The least mean difference of each block of `after` from any place near it in `before`."""
    height, width = after.shape[:2]
    reach = ((_REACH_DOWN, _REACH_DOWN), (_REACH_ACROSS, _REACH_ACROSS), (0, 0))
    around = np.pad(before.astype(np.int16), reach, mode="edge")
    target = after.astype(np.int16)
    blocks = (height // _BLOCK_HEIGHT, _BLOCK_HEIGHT, width // _BLOCK_WIDTH, _BLOCK_WIDTH * 3)
    best = np.full((blocks[0], blocks[2]), np.inf, np.float32)
    for down in range(2 * _REACH_DOWN + 1):
        for across in range(2 * _REACH_ACROSS + 1):
            moved = around[down : down + height, across : across + width]
            error = np.abs(moved - target).reshape(blocks).mean((1, 3), dtype=np.float32)
            np.minimum(best, error, out=best)
    return best


def _by_chance(before: Picture, after: Picture) -> float:
    """Mean absolute difference of a random pixel of one from a random pixel of the other."""
    one = np.sort(before.reshape(-1, 3), axis=0)[::_SAMPLES].astype(np.int16)
    other = np.sort(after.reshape(-1, 3), axis=0)[::_SAMPLES].astype(np.int16)
    return float(np.abs(one[:, None] - other[None]).mean())
