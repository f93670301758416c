"""Block matching: how much of a small picture another one explains, each block moved by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 64, 36
"""The size, in pixels, of the pictures that are compared, whatever the footage's shape."""
BLOCK_WIDTH, BLOCK_HEIGHT = 8, 6

Picture = NDArray[np.uint8]
"""(36, 64, 3), RGB."""
Indices = NDArray[np.intp]

_REACH = (6, 10)
_REACH_OF_SHAPES = (1, 2)


@dataclass(frozen=True, slots=True)
class _Search:
    """Where the values of each block lie, and those that they are compared with."""

    here: Indices
    """(values of a block, blocks)."""
    there: Indices
    """(values of a block, places, blocks). Beyond the edges, these are repeated."""

    def errors(self, before: NDArray[Any], after: NDArray[Any]) -> NDArray[Any]:
        """(places, blocks): sums of differences of the blocks of `after` at all places."""
        # Sums along the first axis are the fast ones.
        error = np.abs(before.ravel()[self.there] - after.ravel()[self.here][:, None])
        return np.asarray(np.add.reduce(error, axis=0, dtype=error.dtype))


def _searching(scale: int, channels: int, reach: tuple[int, int]) -> _Search:
    """A full search in pictures that are `scale` times smaller, by at most `reach` pixels."""
    height, width = HEIGHT // scale, WIDTH // scale
    high, wide = BLOCK_HEIGHT // scale, BLOCK_WIDTH // scale
    down, across = (np.arange(-most // scale, most // scale + 1) for most in reach)
    # Axes: row, column and channel in the block; place down and across; block's top and left.
    row, column, channel, y, x, top, left = np.ix_(
        *map(np.arange, (high, wide, channels)),
        down,
        across,
        np.arange(0, height, high),
        np.arange(0, width, wide),
    )
    lines = np.clip(top + row + y, 0, height - 1)
    pixels = np.clip(left + column + x, 0, width - 1)
    there = (lines * width + pixels) * channels + channel
    here = ((top + row) * width + left + column) * channels + channel
    blocks = here.shape[-2] * here.shape[-1]
    places = len(down) * len(across)
    return _Search(here.reshape(-1, blocks), there.reshape(-1, places, blocks))


_COARSE = _searching(2, 3, _REACH)
_SHAPES = _searching(1, 1, _REACH_OF_SHAPES)
_FINE = _searching(1, 3, (0, 0)).here

# The fine search goes on around the place that the coarse one found, in a picture whose edges are
# repeated so far that a block finds something wherever it is sought.
_ROWS = np.clip(np.arange(-_REACH[0], HEIGHT + _REACH[0]), 0, HEIGHT - 1)[:, None]
_COLUMNS = np.clip(np.arange(-_REACH[1], WIDTH + _REACH[1]), 0, WIDTH - 1)
_LINE = 3 * _COLUMNS.size
_PLACE = _FINE // (3 * WIDTH) * _LINE + _FINE % (3 * WIDTH)
_WITHIN = _PLACE[:, 0]
"""From a block's first value to each of its values, in the larger picture."""
_CORNER = _PLACE[0] + _REACH[0] * _LINE + _REACH[1] * 3
_COARSE_STEPS = 2 * (_REACH[1] // 2) + 1
_BESIDE = np.mgrid[-1:2, -1:2].reshape(2, -1, 1)


def residuals(before: Picture, after: Picture) -> NDArray[np.float32]:
    """The least mean difference of each block of `after` from a place near it in `before`.

    (48,), in grey levels, row by row. Blocks of 8×6 pixels are sought up to 10 pixels across and
    6 down, which is a sixth of the picture each way: first in pictures of half the size, then
    at the pixels around the best place (hierarchical block matching).
    """
    best = _COARSE.errors(_halved(before), _halved(after)).argmin(axis=0)
    there = before.astype(np.int16)[_ROWS, _COLUMNS].ravel()
    here = after.astype(np.int16).ravel()[_FINE]
    down, across = (
        np.clip(2 * (step - most // 2) + beside, -most, most)
        for step, beside, most in zip(divmod(best, _COARSE_STEPS), _BESIDE, _REACH, strict=True)
    )
    places = _WITHIN[:, None, None] + (_CORNER + down * _LINE + across * 3)
    error = np.abs(there[places] - here[:, None])
    sums = np.add.reduce(error, axis=0, dtype=np.uint16)
    return np.asarray(sums.min(axis=0) / np.float32(len(_FINE)), np.float32)


def coarse_residual(before: Picture, after: Picture) -> float:
    """The mean of `residuals` as the first, coarse search has it: for half of the work."""
    errors = _COARSE.errors(_halved(before), _halved(after))
    return float(errors.min(axis=0).mean()) / len(_COARSE.here)


def shape_residual(before: NDArray[np.float32], after: NDArray[np.float32]) -> float:
    """The mean least difference of values (36, 64), moved by 1 down and 2 across at most."""
    errors = _SHAPES.errors(before, after)
    return float(errors.min(axis=0).mean()) / len(_SHAPES.here)


def _halved(picture: Picture) -> NDArray[np.int16]:
    """(18, 32, 3): means of 2×2 pixels."""
    wide = picture.astype(np.int16)
    down = wide[::2] + wide[1::2]
    return np.asarray((down[:, ::2] + down[:, 1::2] + 2) >> 2, np.int16)
