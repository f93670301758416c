"""How unlike two pictures are, once motion and light are allowed for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearreel.stages.boundaries.matching import (
    HEIGHT,
    WIDTH,
    Picture,
    coarse_residual,
    residuals,
    shape_residual,
)

Pictures = NDArray[np.uint8]
"""(frames, 36, 64, 3), RGB."""

CELL = 4
"""Pixels a side of the cells that gradual changes are told by."""

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # Rec. ITU-R BT.601
_STEP = 1.0  # Grey levels that a move by one pixel makes even between smooth pictures.
# What the coarse search leaves unexplained, against the whole one: 0.55 to 1.13 of it in 1,500
# pairs, and more only where that is less than a step.
_COARSE_LEAST, _COARSE_MOST = 0.55, 1.25
# Share of unlikeness from which a block shows something new, and how many of all may. On tuning
# reels with fixed groups of pictures F1 of all rose with it from 0.968 to 0.977, for 4 % more
# frames.
_NEW_BLOCK, _NEW_BLOCKS = 0.45, 0.04
_SAMPLES = 16
_REMEMBERED = 64
_NEAR = (4, 5)
_GRAIN = 4.0
_SHAPELESS = 0.2


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


def cells(pictures: Pictures) -> NDArray[np.float32]:
    """(frames, 9, 16, 3): means of 4×4 pixels."""
    frames, side = len(pictures), CELL
    down = pictures.reshape(frames, HEIGHT // side, side, -1).sum(2, dtype=np.uint16)
    across = down.reshape(frames, HEIGHT // side, WIDTH // side, side, 3)
    total = sum((across[:, :, :, n] for n in range(1, side)), start=across[:, :, :, 0])
    return np.asarray(total * np.float32(1 / side**2), np.float32)


def steps(pictures: Pictures) -> NDArray[np.float32]:
    """Mean absolute difference of each frame from the one before, (frames,); 0 for the first."""
    found = np.zeros(len(pictures), np.float32)
    if len(pictures) > 1:
        change = np.abs(np.diff(pictures.astype(np.int16), axis=0))
        found[1:] = change.mean((1, 2, 3))
    return found


def distance(before: Picture, after: Picture) -> float:
    """Mean absolute difference in grey levels, pixel by pixel."""
    apart = np.maximum(before, after) - np.minimum(before, after)
    return float(apart.sum(dtype=np.int64)) / apart.size


def blurred_distance(before: Picture, after: Picture) -> float:
    """The same of means of 4×4 pixels: less where things merely moved a little."""
    one, other = cells(before[None]), cells(after[None])
    return float(np.abs(one - other).mean())


def recoloured(before: Picture, after: Picture) -> float:
    """Share of the pixels that would have to change colour for both to have the same ones.

    Half of what joint histograms of four levels a channel differ by (Swain and Ballard, *Color
    indexing*, 1991): it does not matter where the colours are. Each level holds a quarter of the
    pixels of both pictures, so that dark ones differ as well.
    """
    both = np.concatenate([before.reshape(-1, 3), after.reshape(-1, 3)])
    bounds = np.quantile(both, (0.25, 0.5, 0.75), axis=0)
    level = (both[None] >= bounds[:, None]).sum(0) @ np.array([16, 4, 1])
    one, other = (np.bincount(part, minlength=64) for part in np.split(level, 2))
    return float(np.abs(one - other).sum()) / len(level)


def unlikeness(before: Picture, after: Picture) -> Unlikeness:
    """How badly `before`, moved block by block, explains `after`."""
    residual = float(residuals(before, after).mean())
    return Unlikeness(residual, residual / by_chance(before, after))


def alike(before: Picture, after: Picture, share: float) -> bool:
    """Whether `unlikeness` is at most `share`, told without the search where that is plain."""
    return reaches(before, after, share * by_chance(before, after))


def settled(before: Picture, after: Picture, share: float) -> bool:
    """Whether two pictures are `alike`, and hardly any part of one is new.

    Of a wipe or a dissolve that is under way a few frames change little on the whole, but some
    blocks much.
    """
    chance = by_chance(before, after)
    left = residuals(before, after)
    new = float((left > _NEW_BLOCK * chance).mean())
    return float(left.mean()) <= share * chance and new <= _NEW_BLOCKS


def reaches(before: Picture, after: Picture, residual: float) -> bool:
    """Whether the mean of `residuals` is at most `residual`, searching as little as needed."""
    if distance(before, after) <= residual:
        return True
    coarse = coarse_residual(before, after)
    if coarse <= _COARSE_LEAST * residual:
        return True
    if coarse > _COARSE_MOST * residual + _STEP:
        return False
    return float(residuals(before, after).mean()) <= residual


def structural_unlikeness(before: Picture, after: Picture) -> float:
    """The share of `unlikeness`, told from shapes alone: light and veils of glare don't matter.

    Each grey level is set against the mean and contrast around it, and shapes move little: one
    pixel down, two across. About 0.4 for one scene in another light and above 0.5 for another
    scene; 1 where there are no shapes to compare. For pictures a few frames apart.
    """
    one, other = _shapes(before), _shapes(after)
    chance = _shapes_by_chance(one, other)
    if chance < _SHAPELESS:
        return 1.0
    return shape_residual(one, other) / chance


def by_chance(before: Picture, after: Picture) -> float:
    """Mean absolute difference of a random pixel of one from one of the other, at least 1."""
    one, other = _levels(before), _levels(after)
    apart = float((one * (1 - other) + other * (1 - one)).sum())
    return max(1.0, apart / int(before.shape[2]))


def _levels(picture: Picture) -> NDArray[np.float64]:
    """(channels, 256): the share of pixels up to each level."""
    return _levels_of(picture.tobytes(), picture.shape)


# The same picture is compared with one after the other.
@lru_cache(maxsize=_REMEMBERED)
def _levels_of(content: bytes, shape: tuple[int, ...]) -> NDArray[np.float64]:
    picture = np.frombuffer(content, np.uint8).reshape(shape)
    channels = shape[2]
    apart = picture.reshape(-1, channels).astype(np.intp) + 256 * np.arange(channels)
    counts = np.bincount(apart.ravel(), minlength=256 * channels).reshape(channels, 256)
    return np.asarray(counts.cumsum(axis=1) * (channels / picture.size), np.float64)


def _shapes_by_chance(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """As `by_chance`, for values that are no whole numbers, from a sample of them."""
    left, right = np.sort(one.ravel())[::_SAMPLES], np.sort(other.ravel())[::_SAMPLES]
    return float(np.abs(left[:, None] - right).mean())


def _shapes(picture: Picture) -> NDArray[np.float32]:
    """Local contrast, (36, 64): each level less the mean around it, over the deviation."""
    return _shapes_of(picture.tobytes(), picture.shape)


@lru_cache(maxsize=_REMEMBERED)
def _shapes_of(content: bytes, shape: tuple[int, ...]) -> NDArray[np.float32]:
    grey = luma(np.frombuffer(content, np.uint8).reshape(shape))
    mean = _mean_around(grey)
    variance = np.maximum(_mean_around(grey * grey) - mean * mean, 0)
    contrast = (grey - mean) / np.sqrt(variance + _GRAIN**2)
    return np.asarray(contrast, np.float32)


def _mean_around(values: NDArray[np.float32]) -> NDArray[np.float32]:
    down, across = _NEAR
    padded = np.pad(values, ((down, down), (across, across)), mode="edge")
    wide = _moving_sum(padded, 2 * across + 1)
    total = _moving_sum(np.ascontiguousarray(wide.T), 2 * down + 1).T
    return np.asarray(total / ((2 * down + 1) * (2 * across + 1)), np.float32)


def _moving_sum(values: NDArray[Any], length: int) -> NDArray[np.float64]:
    """Sums of `length` neighbours along the second axis."""
    total = np.cumsum(values, axis=1, dtype=np.float64)
    total[:, length:] -= total[:, :-length].copy()
    return total[:, length - 1 :]
