"""Dense optical flow in numpy: how far each small part of a picture moved to the next one.

Pyramidal Lucas-Kanade (Lucas and Kanade 1981; Bouguet 2000) with the gradients of the first
picture throughout (Baker and Matthews 2004), which are computed once a level. After each level
the flow is smoothed by how well it is known, so that parts without texture follow their
surroundings. Filters are sums of shifted arrays and not products of matrices, because the threads
of a BLAS cost a busy machine many times what they do.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]

SMALLEST_SIDE = 10
"""Pixels below which a picture is not halved again."""
STEPS = 3
"""Refinements a level."""
REACH = 8
"""Half the length of the triangular window, in pixels of each level; a power of two."""
FARTHEST = 3.0
"""Pixels that a refinement may move a place."""
FAINT = 8.0
"""Local contrast, in luma, below which detail is not raised to that of the rest."""
NOISE = 0.02
"""Squared gradient of normalised luma that texture must exceed to be told from noise."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Displacement in pixels, and how far it can be trusted."""

    x: Floats
    """(pairs, height, width), to the right."""
    y: Floats
    """(pairs, height, width), downwards."""
    trust: Floats
    """(pairs, height, width), from 0 without texture to 1 with corners."""


def flow(luma: NDArray[np.uint8]) -> Flow:
    """Displacements between consecutive pictures of (pictures, height, width), at least two.

    Reaches about a quarter of the width. A flow of (x, y) at a place says that what is there in
    the first picture is at place + (x, y) in the second.
    """
    pyramid = _pyramid(luma.astype(np.float32))
    x = y = np.zeros_like(pyramid[-1][1:])
    trust = x
    for level in map(_normalised, reversed(pyramid)):
        height, width = level.shape[1:]
        x = _enlarged(x, height, width) * (width / x.shape[2])
        y = _enlarged(y, height, width) * (height / y.shape[1])
        x, y, trust = _refined(level[:-1], level[1:], x, y)
    return Flow(x, y, trust)


def _refined(first: Floats, second: Floats, x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    across, down = np.gradient(first, axis=2), np.gradient(first, axis=1)
    xx, xy, yy = _window(across * across), _window(across * down), _window(down * down)
    determinant = (xx + NOISE) * (yy + NOISE) - xy * xy
    for _ in range(STEPS):
        change = _moved(second, x, y) - first
        bx, by = _window(across * change), _window(down * change)
        # A long step is a guess; the next one starts from a nearer place.
        x = x - np.clip(((yy + NOISE) * bx - xy * by) / determinant, -FARTHEST, FARTHEST)
        y = y - np.clip(((xx + NOISE) * by - xy * bx) / determinant, -FARTHEST, FARTHEST)
    weakest = np.maximum(0, (xx + yy) / 2 - np.sqrt(((xx - yy) / 2) ** 2 + xy * xy))
    trust = np.asarray(weakest / (weakest + NOISE) * _inside(x, y), np.float32)
    weight = np.asarray(trust + 1e-3, np.float32)
    known = _window(weight)
    return _window(weight * x) / known, _window(weight * y) / known, trust


def _normalised(pictures: Floats) -> Floats:
    """Luma less its local mean, over its local contrast: fades and flicker are no motion."""
    detail = pictures - _window(pictures)
    return np.asarray(detail / np.sqrt(_window(detail * detail) + FAINT**2), np.float32)


def _moved(picture: Floats, x: Floats, y: Floats) -> Floats:
    """`picture` as seen at every place + (x, y): bilinear, the border repeated outside."""
    pairs, height, width = picture.shape
    at_x = np.clip(np.arange(width, dtype=np.float32) + x, 0, width - 1.001)
    at_y = np.clip(np.arange(height, dtype=np.float32)[:, None] + y, 0, height - 1.001)
    left, top = np.floor(at_x), np.floor(at_y)
    share_x, share_y = at_x - left, at_y - top
    first = (np.arange(pairs) * (height * width))[:, None, None]
    corner = first + top.astype(np.int64) * width + left.astype(np.int64)
    flat = picture.ravel()
    upper_left, lower_left = flat.take(corner), flat.take(corner + width)
    above = upper_left + (flat.take(corner + 1) - upper_left) * share_x
    below = lower_left + (flat.take(corner + width + 1) - lower_left) * share_x
    return np.asarray(above + (below - above) * share_y, np.float32)


def _inside(x: Floats, y: Floats) -> NDArray[np.bool_]:
    """Whether every place + (x, y) lies in the picture; what left it can't be followed."""
    _, height, width = x.shape
    at_x, at_y = np.arange(width) + x, np.arange(height)[:, None] + y
    inside = (at_x >= 0) & (at_x <= width - 1) & (at_y >= 0) & (at_y <= height - 1)
    return np.asarray(inside, np.bool_)


def _pyramid(pictures: Floats) -> list[Floats]:
    levels = [pictures]
    while min(levels[-1].shape[1:]) >= 2 * SMALLEST_SIDE:
        levels.append(_halved(_halved(levels[-1], 1), 2))
    return levels


def _halved(values: Floats, axis: int) -> Floats:
    """Every two places averaged with their neighbours, 1 3 3 1; an odd last place is left out."""
    length = values.shape[axis] // 2 * 2
    rows = np.moveaxis(values, axis, 0)
    rows = np.concatenate([rows[:1], rows[:length], rows[length - 1 : length]])
    halved = (rows[:-3:2] + 3 * (rows[1:-2:2] + rows[2:-1:2]) + rows[3::2]) / 8
    return np.ascontiguousarray(np.moveaxis(halved, 0, axis), np.float32)


def _enlarged(values: Floats, height: int, width: int) -> Floats:
    """(pairs, height, width) by linear interpolation, the ends held."""
    top, down = _places(values.shape[1], height)
    left, across = _places(values.shape[2], width)
    tall = values[:, top] * (1 - down[:, None]) + values[:, top + 1] * down[:, None]
    return np.asarray(tall[:, :, left] * (1 - across) + tall[:, :, left + 1] * across, np.float32)


def _places(length: int, longer: int) -> tuple[NDArray[np.int64], Floats]:
    """For each of `longer` places, the one of `length` before it and the share of the next."""
    at = np.clip((np.arange(longer) + 0.5) * length / longer - 0.5, 0, length - 1)
    low = np.minimum(at.astype(np.int64), length - 2)
    return low, (at - low).astype(np.float32)


def _window(values: Floats) -> Floats:
    """The mean around each place of (pairs, height, width), weighted by a triangle."""
    return np.asarray(_triangle(values) / _full_weight(*values.shape[1:]), np.float32)


@lru_cache(maxsize=16)
def _full_weight(height: int, width: int) -> Floats:
    """What the triangle weighs at each place: less where it hangs over the border."""
    return _triangle(np.ones((1, height, width), np.float32))


def _triangle(values: Floats) -> Floats:
    """Sums over a box of `REACH` places, and of these once more, along both axes."""
    pairs, height, width = values.shape
    edge = REACH - 1
    sums = np.zeros((pairs, height + 2 * edge, width + 2 * edge), np.float32)
    sums[:, edge:-edge, edge:-edge] = values
    shifts = [2**power for power in range(REACH.bit_length() - 1)]
    for shift in 2 * shifts:
        sums = sums[:, shift:] + sums[:, :-shift]
    for shift in 2 * shifts:
        sums = sums[:, :, shift:] + sums[:, :, :-shift]
    return sums
