"""Luma of stills: what several measures look at."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# ITU-R BT.709: the weights of R', G' and B' in Y'.
_RED, _GREEN, _BLUE = (np.float32(weight) for weight in (0.2126, 0.7152, 0.0722))


def luma(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Y' of R'G'B', uint8 (height, width, 3), as (height, width) from 0 to 255, full range."""
    grey = rgb[..., 0] * _RED + rgb[..., 1] * _GREEN + rgb[..., 2] * _BLUE
    return np.asarray(grey, np.float32)
