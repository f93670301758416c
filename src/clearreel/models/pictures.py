"""Resize pictures, with numpy alone."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pictures = NDArray[np.uint8]
"""RGB, shape (..., height, width, 3)."""


def resize(pictures: Pictures, height: int, width: int) -> NDArray[np.float32]:
    """Pictures of shape (..., H, W, C) resized to (..., height, width, C), values as before.

    Bilinear; where a picture gets smaller each new pixel is the mean, weighted by a triangle, of
    all the pixels that it covers, as Pillow's `BILINEAR` does, so that nothing aliases.
    """
    resized = _resample(_resample(pictures, pictures.ndim - 3, height), pictures.ndim - 2, width)
    return np.ascontiguousarray(resized, np.float32)


def fit(height: int, width: int, longest: int, multiple: int) -> tuple[int, int]:
    """The size of a picture shrunk until no side is over `longest`, in whole multiples of pixels.

    A smaller picture keeps its size. Each side is rounded up to the next multiple.
    """
    scale = min(1.0, longest / max(height, width))
    return (
        math.ceil(round(height * scale) / multiple) * multiple,
        math.ceil(round(width * scale) / multiple) * multiple,
    )


def _resample(values: NDArray[Any], axis: int, new: int) -> NDArray[Any]:
    old = values.shape[axis]
    if old == new:
        return values
    first = np.moveaxis(values, axis, 0)
    lines = first.reshape(old, -1)  # whole lines are gathered faster than single pixels
    resampled: NDArray[np.float32] | None = None
    for pixels, shares in zip(*_taps(old, new), strict=True):
        part = lines[pixels] * shares[:, None]
        resampled = part if resampled is None else np.add(resampled, part, out=resampled)
    assert resampled is not None  # every new pixel covers at least one old one
    return np.moveaxis(resampled.reshape(new, *first.shape[1:]), 0, axis)


@lru_cache(maxsize=32)
def _taps(old: int, new: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """For each tap and new pixel, the old pixel that counts and its share: both (taps, new)."""
    scale = old / new
    reach = max(scale, 1.0)
    centres = (np.arange(new) + 0.5) * scale
    first = np.floor(centres - reach + 0.5).astype(np.intp)
    pixels = first + np.arange(int(np.ceil(2 * reach)) + 1)[:, None]
    shares = np.maximum(0.0, 1.0 - np.abs(pixels + 0.5 - centres) / reach)
    shares[(pixels < 0) | (pixels >= old)] = 0.0
    shares /= shares.sum(axis=0)
    return np.clip(pixels, 0, old - 1), shares.astype(np.float32)
