"""Pictures as JPEG bytes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from av.codec import CodecContext
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation
from numpy.typing import NDArray

_QUALITY = 4  # FFmpeg's scale: 2 is best, 31 worst


def encode_jpeg(picture: NDArray[np.uint8], long_side: int) -> bytes:
    """uint8 RGB (height, width, 3) as a JPEG whose longer side has at most `long_side` pixels."""
    high, wide = picture.shape[:2]
    scale = min(1.0, long_side / max(high, wide))
    width, height = (max(2, 2 * round(side * scale / 2)) for side in (wide, high))
    # One thread: more cost more than they save, and their number would show in the bytes.
    frame = VideoFrame.from_ndarray(picture, format="rgb24").reformat(
        width=width, height=height, format="yuvj420p", interpolation=Interpolation.AREA, threads=1
    )
    frame.pts = 0
    encoder = CodecContext.create("mjpeg", "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuvj420p"
    encoder.thread_count = 1
    encoder.time_base = Fraction(1, 25)
    encoder.options = {"flags": "+qscale+bitexact", "global_quality": str(_QUALITY * 118)}
    return b"".join(bytes(packet) for packet in [*encoder.encode(frame), *encoder.encode(None)])


def decode_jpeg(content: bytes) -> NDArray[np.uint8]:
    """JPEG bytes as uint8 RGB (height, width, 3)."""
    decoder = CodecContext.create("mjpeg", "r")
    assert isinstance(decoder, VideoCodecContext)
    packets = [*decoder.parse(content), *decoder.parse()]
    frames = [frame for packet in packets for frame in decoder.decode(packet)]
    frames += decoder.decode(None)
    return np.asarray(frames[0].to_ndarray(format="rgb24"), np.uint8)
