"""High dynamic range to standard, good enough to measure and to show.

PQ is SMPTE ST 2084, HLG is ARIB STD-B67; primaries are taken as ITU-R BT.2020 and brought to
BT.709 (BT.2087). Highlights are compressed by Reinhard's extended operator (2002) with diffuse
white at 203 cd/m² (ITU-R BT.2408) and white at 1000 cd/m².
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_DIFFUSE_WHITE = 203.0
_PEAK = 1000.0
_BT2020_TO_BT709 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]],
    np.float32,
)


def to_sdr(picture: NDArray[np.uint16], transfer: int) -> NDArray[np.uint8]:
    """uint16 RGB (height, width, 3), coded for `transfer` (H.273: 16 PQ, 18 HLG), as 8-bit sRGB."""
    code = picture.astype(np.float32) / np.float32(65535)
    light = (_pq(code) if transfer == 16 else _hlg(code)) / _DIFFUSE_WHITE
    light = np.clip(light @ _BT2020_TO_BT709.T, 0, None)
    white = _PEAK / _DIFFUSE_WHITE
    light = light * (1 + light / white**2) / (1 + light)
    coded = np.where(
        light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 1e-9) ** (1 / 2.4) - 0.055
    )
    return np.asarray(np.clip(coded * 255 + 0.5, 0, 255), np.uint8)


def _pq(code: NDArray[np.float32]) -> NDArray[np.float32]:
    """Light in cd/m² (ST 2084, equation 4.1)."""
    power = code ** np.float32(1 / 78.84375)
    top = np.maximum(power - 0.8359375, 0)
    ratio = top / (18.8515625 - 18.6875 * power)
    return np.asarray(10_000 * ratio ** np.float32(1 / 0.1593017578125), np.float32)


def _hlg(code: NDArray[np.float32]) -> NDArray[np.float32]:
    """Light in cd/m² on a 1000 cd/m² display (BT.2100, table 5, system gamma 1.2)."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(code <= 0.5, code**2 / 3, (np.exp((code - c) / a) + b) / 12)
    luminance = scene @ np.array([0.2627, 0.678, 0.0593], np.float32)
    return np.asarray(_PEAK * scene * np.maximum(luminance, 1e-6)[..., None] ** 0.2, np.float32)
