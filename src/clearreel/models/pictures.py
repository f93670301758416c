"""Resize pictures, with numpy alone."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Pictures = NDArray[np.uint8]
"""RGB, shape (..., height, width, 3)."""


def resize(pictures: Pictures, height: int, width: int) -> NDArray[np.float32]:
    """Pictures of shape (..., H, W, C) resized to (..., height, width, C), values as before.

    Bilinear; where a picture gets smaller each new pixel is the mean, weighted by a triangle, of
    all the pixels that it covers, as Pillow's `BILINEAR` does, so that nothing aliases.
    """
    down = _weights(pictures.shape[-3], height)
    across = _weights(pictures.shape[-2], width)
    *outer, old_height, old_width, channels = pictures.shape
    rows = pictures.astype(np.float32).reshape(*outer, old_height, old_width * channels)
    resized = (down @ rows).reshape(*outer, height, old_width, channels)
    return across @ resized


def fit(height: int, width: int, longest: int, multiple: int) -> tuple[int, int]:
    """The size of a picture shrunk until no side is over `longest`, in whole multiples of pixels.

    A smaller picture keeps its size. Each side is rounded to the nearest multiple, and is at
    least one.
    """
    scale = min(1.0, longest / max(height, width))
    return (
        max(multiple, round(height * scale / multiple) * multiple),
        max(multiple, round(width * scale / multiple) * multiple),
    )


@lru_cache(maxsize=32)
def _weights(old: int, new: int) -> NDArray[np.float32]:
    """The share (new, old) that each old pixel has in each new one; rows add up to 1."""
    scale = old / new
    reach = max(scale, 1.0)
    centres = (np.arange(new) + 0.5) * scale
    distances = np.abs(np.arange(old) + 0.5 - centres[:, None])
    weights = np.maximum(0.0, 1.0 - distances / reach)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights.astype(np.float32)
