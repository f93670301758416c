"""Read frame numbers back out of a file, independently of the code under test."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from clearreel.testing.numbering import read_frame_number
from clearreel.testing.scenes import Picture


def presented(path: Path, stream: int = 0) -> Iterator[tuple[Fraction, Picture]]:
    """Every frame of the video stream number `stream` that a player shows, in order.

    Gives its time in seconds and its picture, RGB and turned upright; pixels stay as stored where
    they are not square.
    """
    with av.open(str(path)) as container:
        for frame in container.decode(container.streams.video[stream]):
            if frame.pts is None or frame.time_base is None:
                raise ValueError(f"a frame of {path.name} has no time")
            picture = frame.to_ndarray(format="rgb24")
            upright = np.rot90(picture, frame.rotation // 90)  # both turn counter-clockwise
            yield frame.pts * frame.time_base, upright.astype(np.uint8, copy=False)


def frame_numbers(path: Path, stream: int = 0) -> list[int]:
    """The source's frame number of every frame that a player shows; see `numbering`."""
    return [read_frame_number(picture) for _, picture in presented(path, stream)]


@dataclass(frozen=True, slots=True)
class Shown:
    """A frame as it is coded: when it is shown, and what it is."""

    time: Fraction
    """Seconds."""
    digest: str
    """A hash of its pixel format and all its samples."""
    luma: NDArray[np.float64]
    """(height, width), 0 to 255: signed, so that differences are right."""


def shown(path: Path) -> Iterator[Shown]:
    """Every frame of the first video stream that a player shows, in order, not turned upright."""
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            if frame.pts is None or frame.time_base is None:
                raise ValueError(f"a frame of {path.name} has no time")
            content = frame.format.name.encode() + frame.to_ndarray().tobytes()
            luma = frame.to_ndarray(format="gray").astype(np.float64)
            digest = hashlib.sha256(content).hexdigest()
            yield Shown(frame.pts * frame.time_base, digest, luma)


def luma_psnr(one: Shown, other: Shown) -> float:
    """Peak signal-to-noise ratio of two frames' luma in dB; 138 where they are equal.

    At 8 bits: that a 10-bit picture is rounded counts as well.
    """
    error = float(((one.luma - other.luma) ** 2).mean())
    return 10 * float(np.log10(255**2 / max(error, 1e-9)))
