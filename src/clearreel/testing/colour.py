"""From R'G'B' pictures to coded frames in SDR, PQ and HLG."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame

from clearreel.testing.scenes import Picture

Colour = Literal["bt601", "bt709", "pq", "hlg"]

# (primaries, transfer, matrix): code points of ITU-T H.273.
TAGS: dict[Colour, tuple[int, int, int]] = {
    "bt601": (6, 6, 6),
    "bt709": (1, 1, 1),
    "pq": (9, 16, 9),
    "hlg": (9, 18, 9),
}
_DIFFUSE_WHITE_NITS = 203  # ITU-R BT.2408
_DIFFUSE_WHITE_HLG = 0.75
# ITU-R BT.2087, linear light from BT.709 to BT.2020 primaries.
_WIDEN = np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])


def to_frame(picture: Picture, pixel_format: str, colour: Colour) -> VideoFrame:
    """A frame in `pixel_format` that shows `picture`; its white is the HDR reference white."""
    if colour in ("bt601", "bt709"):
        frame = VideoFrame.from_ndarray(picture, "rgb24")
    else:
        frame = VideoFrame.from_ndarray(_to_hdr(picture, colour), "rgb48le")
    return frame.reformat(
        format=pixel_format, dst_colorspace=TAGS[colour][2], interpolation="BICUBIC"
    )


def _to_hdr(picture: Picture, colour: Colour) -> npt.NDArray[np.uint16]:
    linear = np.power(picture / 255, 2.4) @ _WIDEN.T  # ITU-R BT.1886 display
    signal = np.interp(linear, *_curve(colour))
    coded: npt.NDArray[np.uint16] = np.rint(65535 * signal).astype(np.uint16)
    return coded


@lru_cache
def _curve(colour: Colour) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Signal over linear light, where 1 is reference white; dense where the curve is steep."""
    signal = np.linspace(0, 1, 4097)
    light = _pq_to_nits(signal) / _DIFFUSE_WHITE_NITS if colour == "pq" else _hlg_to_scene(signal)
    return light, signal


def _pq_to_nits(signal: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """SMPTE ST 2084."""
    root = np.power(signal, 32 / 2523)
    ratio = np.maximum(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)
    nits: npt.NDArray[np.float64] = 10000 * np.power(ratio, 16384 / 2610)
    return nits


def _hlg_to_scene(signal: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """ITU-R BT.2100 inverse OETF, without the display's system gamma; 1 at 75 % signal."""

    def light(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        above = (np.exp((x - 0.55991073) / 0.17883277) + 0.28466892) / 12
        return np.where(x <= 0.5, x * x / 3, above)

    return light(signal) / light(np.array(_DIFFUSE_WHITE_HLG))
