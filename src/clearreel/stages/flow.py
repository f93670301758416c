"""Dense optical flow in numpy: how far each small part of a picture moved to the next one.

Pyramidal Lucas-Kanade (Lucas and Kanade 1981; Bouguet 2000) with the gradients of the first
picture throughout (Baker and Matthews 2004), which are computed once a level. After each level
the flow is smoothed by how well it is known, so that parts without texture follow their
surroundings. All filters are separable, and each is a small matrix, so BLAS does the work.
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
STEPS = 4
"""Refinements a level."""
WINDOW = 3.0
"""Standard deviation of the Gaussian window in pixels of each level."""
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
        # A step beyond the window is a guess; the next one starts from a nearer place.
        x = x - np.clip(((yy + NOISE) * bx - xy * by) / determinant, -WINDOW, WINDOW)
        y = y - np.clip(((xx + NOISE) * by - xy * bx) / determinant, -WINDOW, WINDOW)
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
    left, top = at_x.astype(np.int64), at_y.astype(np.int64)
    share_x, share_y = at_x - left, at_y - top
    corner = top * width + left + (np.arange(pairs) * (height * width))[:, None, None]
    flat = picture.ravel()
    above = flat[corner] * (1 - share_x) + flat[corner + 1] * share_x
    below = flat[corner + width] * (1 - share_x) + flat[corner + width + 1] * share_x
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
        height, width = levels[-1].shape[1:]
        levels.append(_filtered(levels[-1], _halving(height), _halving(width)))
    return levels


def _window(values: Floats) -> Floats:
    height, width = values.shape[1:]
    return _filtered(values, _gaussian(height), _gaussian(width))


def _enlarged(values: Floats, height: int, width: int) -> Floats:
    return _filtered(values, _stretch(values.shape[1], height), _stretch(values.shape[2], width))


def _filtered(values: Floats, down: Floats, across: Floats) -> Floats:
    """(pairs, height, width) filtered by columns with `down` and by rows with `across`."""
    return np.asarray(down @ values @ across.T, np.float32)


@lru_cache(maxsize=64)
def _gaussian(length: int) -> Floats:
    """(length, length): a Gaussian window around each place, with sum 1 at the borders too."""
    place = np.arange(length)
    return _rows(np.exp(-(((place[:, None] - place) / WINDOW) ** 2) / 2))


@lru_cache(maxsize=64)
def _halving(length: int) -> Floats:
    """(length // 2, length): every two places averaged with their neighbours, 1 3 3 1."""
    middle = 2 * np.arange(length // 2)[:, None] + 0.5
    distance = np.abs(np.arange(length) - middle)
    return _rows(np.where(distance < 1, 3.0, np.where(distance < 2, 1.0, 0.0)))


@lru_cache(maxsize=64)
def _stretch(length: int, longer: int) -> Floats:
    """(longer, length): linear interpolation, the ends held."""
    at = np.clip((np.arange(longer) + 0.5) * length / longer - 0.5, 0, length - 1)
    return _rows(np.maximum(0, 1 - np.abs(at[:, None] - np.arange(length))))


def _rows(weights: NDArray[np.float64]) -> Floats:
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float32)
