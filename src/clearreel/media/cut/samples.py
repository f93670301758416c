"""Cut decoded sound to a stretch of time, to the sample."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

_JITTER = Fraction(1, 100)
"""Seconds by which a container's rounded time may differ from the count of samples."""


def fitted(frames: Iterable[AudioFrame], start: Fraction, end: Fraction) -> Iterator[AudioFrame]:
    """The samples of the source's seconds [start, end), timed from 0 in samples.

    What lies outside is cut off, and gaps are filled with silence, so that what comes after them
    keeps its time.
    """
    expected: int | None = None
    written = 0
    for frame in frames:
        begin = _begin(frame, start, expected)
        expected = begin + frame.samples
        first = max(0, written - begin)
        last = min(frame.samples, round((end - start) * frame.sample_rate) - begin)
        if first >= last:
            continue
        samples = frame.to_ndarray()
        if begin > written:
            yield _framed(_silence(samples, frame, begin - written), frame, written)
            written = begin
        width = _width(frame)
        yield _framed(samples[:, first * width : last * width], frame, written)
        written += last - first


def _begin(frame: AudioFrame, start: Fraction, expected: int | None) -> int:
    """Where a frame begins, in samples from `start`: as counted, unless its time says otherwise."""
    if frame.pts is None or frame.time_base is None:
        return expected or 0
    stated = round((frame.pts * frame.time_base - start) * frame.sample_rate)
    if expected is not None and abs(stated - expected) <= _JITTER * frame.sample_rate:
        return expected
    return stated


def _width(frame: AudioFrame) -> int:
    """Values a sample in each row of the frame's array."""
    return 1 if frame.format.is_planar else len(frame.layout.channels)


def _silence(samples: NDArray[Any], frame: AudioFrame, count: int) -> NDArray[Any]:
    middle = 128 if samples.dtype == np.uint8 else 0
    return np.full((samples.shape[0], count * _width(frame)), middle, samples.dtype)


def _framed(samples: NDArray[Any], like: AudioFrame, at: int) -> AudioFrame:
    frame = AudioFrame.from_ndarray(
        np.ascontiguousarray(samples), format=like.format.name, layout=like.layout.name
    )
    frame.sample_rate = like.sample_rate
    frame.time_base = Fraction(1, like.sample_rate)
    frame.pts = at
    return frame
