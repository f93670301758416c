"""Resize pictures, with numpy alone."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

BAND = 16
"""New pixels that are made at a time."""
Pictures = NDArray[np.uint8]
"""RGB, shape (..., height, width, 3)."""


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
    for number, colour in np.ndindex(flat.shape[:2]):
        # One after the other, because memory for all at once would come anew from the system.
        _resample(flat[number, colour].astype(np.float32), planes[number, colour])
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


def _resample(old: NDArray[np.float32], new: NDArray[np.float32]) -> None:
    """Fill `new` (height, width) with the resized `old`."""
    lower = np.empty((new.shape[0], old.shape[1]), np.float32)
    for these, those, shares in _bands(old.shape[0], new.shape[0]):
        np.matmul(shares, old[those], out=lower[these])
    for these, those, shares in _bands(old.shape[1], new.shape[1]):
        np.matmul(lower[:, those], shares.T, out=new[:, these])


@lru_cache(maxsize=64)
def _bands(old: int, new: int) -> tuple[tuple[slice, slice, NDArray[np.float32]], ...]:
    """Which new pixels come from which old ones, `BAND` new ones at a time, with their shares.

    Shares are (new pixels, old pixels). Whole, the matrix would be mostly zeros, and so large that
    a BLAS spreads its product over threads, which cost more than they save.
    """
    scale = old / new
    reach = max(scale, 1.0)
    bands = []
    for start in range(0, new, BAND):
        centres = (np.arange(start, min(start + BAND, new)) + 0.5) * scale
        first = max(0, math.floor(centres[0] - reach))
        last = min(old, math.ceil(centres[-1] + reach))
        pixels = np.arange(first, last) + 0.5
        shares = np.maximum(0.0, 1.0 - np.abs(pixels - centres[:, None]) / reach)
        shares /= shares.sum(axis=1, keepdims=True)
        new_pixels = slice(start, start + len(centres))
        bands.append((new_pixels, slice(first, last), shares.astype(np.float32)))
    return tuple(bands)
