"""A frame number inside the picture, which survives lossy coding, scaling and tone mapping.

Two rows of 16 blocks fill the lowest 2/15 of the picture. Each column is one bit, most significant
first: light over dark is 1, dark over light is 0. A reader compares the two blocks of a column
with each other and so needs no absolute level. The bits are a Gray code, so one column changes
from frame to frame and the strip looks almost still to whatever measures motion.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

BITS = 16
MIN_WIDTH, MIN_HEIGHT = 64, 60
MAX_NUMBER = 2**BITS - 1
_DARK, _LIGHT = 32, 224
# Light and dark differ by 192 when written; below this the strip is not there or not readable.
_LEAST_CONTRAST = 48


def stamp(picture: npt.NDArray[np.uint8], number: int) -> npt.NDArray[np.uint8]:
    """A copy of `picture` (height, width, 3) that carries `number`, 0 to 65535."""
    if not 0 <= number <= MAX_NUMBER:
        raise ValueError(f"frame number {number} is not in 0 to {MAX_NUMBER}")
    height, width = picture.shape[:2]
    top, middle = height * 13 // 15, height * 14 // 15
    code = number ^ (number >> 1)
    stamped = picture.copy()
    for bit in range(BITS):
        columns = slice(bit * width // BITS, (bit + 1) * width // BITS)
        upper = _LIGHT if code >> (BITS - 1 - bit) & 1 else _DARK
        stamped[top:middle, columns] = upper
        stamped[middle:, columns] = _LIGHT + _DARK - upper
    return stamped


def read_frame_number(picture: npt.NDArray[np.uint8]) -> int:
    """The number that `stamp` wrote into `picture`, shape (height, width, 3) or (height, width).

    Raises ValueError when the picture carries no readable strip, as a black or rotated one does.
    """
    grey = picture.astype(np.float32)
    if grey.ndim == 3:
        grey = grey.mean(axis=2)
    height, width = grey.shape
    if height < MIN_HEIGHT or width < MIN_WIDTH:
        raise ValueError(f"a picture of {width}×{height} is too small to carry a frame number")
    code = 0
    for bit in range(BITS):
        # The inner half of a block, where ringing and the neighbours' chroma do not reach.
        left, right = (4 * bit + 1) * width / 64, (4 * bit + 3) * width / 64
        columns = slice(round(left), max(round(right), round(left) + 1))
        upper, lower = (
            float(grey[round(height * start / 60) : round(height * end / 60), columns].mean())
            for start, end in ((53, 55), (57, 59))
        )
        if abs(upper - lower) < _LEAST_CONTRAST:
            raise ValueError(f"no frame number in this {width}×{height} picture (column {bit})")
        code = code << 1 | (upper > lower)
    number = 0
    while code:
        number ^= code
        code >>= 1
    return number
