"""Read frame numbers back out of a file, independently of the code under test."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

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
