"""Luma of stills: what several measures look at."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_WEIGHTS = np.array([0.2126, 0.7152, 0.0722], np.float32)
"""ITU-R BT.709: the weights of R', G' and B' in Y'."""


def luma(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Y' of R'G'B', uint8 (height, width, 3), as (height, width) from 0 to 255, full range."""
    return np.asarray(rgb.astype(np.float32) @ _WEIGHTS, np.float32)
