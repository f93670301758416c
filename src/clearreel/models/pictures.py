"""Resize and smooth pictures, with numpy alone."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

BAND = 16
"""New pixels that are made at a time."""
Pictures = NDArray[np.uint8]
"""RGB, shape (..., height, width, 3)."""
Grey = NDArray[np.float32]
"""Shape (height, width)."""
Bands = tuple[tuple[slice, slice, NDArray[np.float32]], ...]
"""Some new pixels each, the old ones that they come from, and weights (new pixels, old pixels)."""


def resize(pictures: Pictures, height: int, width: int) -> NDArray[np.float32]:
    """Pictures of shape (..., H, W, C) resized to (..., height, width, C), values as before.

    Bilinear; where a picture gets smaller each new pixel is the mean, weighted by a triangle, of
    all the pixels that it covers, as Pillow's `BILINEAR` does, so that nothing aliases.
    """
    return np.ascontiguousarray(np.moveaxis(resize_planes(pictures, height, width), -3, -1))


def resize_planes(pictures: Pictures, height: int, width: int) -> NDArray[np.float32]:
    """The same as `resize`, with each colour apart: (..., C, height, width)."""
    given = pictures.shape[:-3]
    flat = np.moveaxis(pictures.reshape(-1, *pictures.shape[-3:]), -1, 1)
    planes = np.empty((*flat.shape[:2], height, width), np.float32)
    down, across = _triangles(flat.shape[2], height), _triangles(flat.shape[3], width)
    for number, colour in np.ndindex(flat.shape[:2]):
        # One after the other, because memory for all at once would come anew from the system.
        plane = flat[number, colour].astype(np.float32)
        planes[number, colour] = weighed(plane, down, across)
    return planes.reshape(*given, *planes.shape[1:])


def fit(height: int, width: int, longest: int, multiple: int) -> tuple[int, int]:
    """The size of a picture shrunk until no side is over `longest`, in whole multiples of pixels.

    A smaller picture keeps its size. Each side is rounded up to the next multiple.
    """
    scale = min(1.0, longest / max(height, width))
    return (
        math.ceil(round(height * scale) / multiple) * multiple,
        math.ceil(round(width * scale) / multiple) * multiple,
    )


def weighed(picture: Grey, down: Bands, across: Bands) -> Grey:
    """A new picture, whose lines are sums of lines of the old one, and its columns of columns."""
    lines = np.empty((down[-1][0].stop, picture.shape[1]), np.float32)
    for new, old, weights in down:
        np.matmul(weights, picture[old], out=lines[new])
    columns = np.empty((len(lines), across[-1][0].stop), np.float32)
    for new, old, weights in across:
        np.matmul(lines[:, old], weights.T, out=columns[:, new])
    return columns


def bands(weights: NDArray[np.floating]) -> Bands:
    """A matrix (new pixels, old pixels) that is nought far from its diagonal, in `BAND` rows each.

    Whole it would be mostly noughts, and so large that a BLAS spreads its product over threads,
    which cost more than they save.
    """
    found = []
    for start in range(0, len(weights), BAND):
        rows = weights[start : start + BAND]
        used = np.flatnonzero(rows.any(axis=0))
        old = slice(int(used[0]), int(used[-1]) + 1)
        part = np.ascontiguousarray(rows[:, old], np.float32)
        found.append((slice(start, start + len(rows)), old, part))
    return tuple(found)


@lru_cache(maxsize=32)
def _triangles(old: int, new: int) -> Bands:
    """The share of each old pixel in each new one."""
    scale = old / new
    reach = max(scale, 1.0)
    centres = (np.arange(new) + 0.5) * scale
    shares = np.maximum(0.0, 1.0 - np.abs(np.arange(old) + 0.5 - centres[:, None]) / reach)
    return bands(shares / shares.sum(axis=1, keepdims=True))
