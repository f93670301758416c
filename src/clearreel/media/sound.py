"""Sound of a stretch of footage, decoded once for all who listen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from types import TracebackType
from typing import Self

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import InputContainer
from av.error import FFmpegError
from numpy.typing import NDArray

from clearreel.core.span import Span
from clearreel.media.opening import open_media
from clearreel.media.probe import Reel

RATE = 48_000
"""Samples a second: the rate for which ITU-R BS.1770 gives its filters."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Stereo or mono sound at 48 kHz."""

    samples: NDArray[np.float32]
    """(channels, samples) between -1 and 1; one or two channels, more are mixed to two."""

    @property
    def mono_16k(self) -> NDArray[np.float32]:
        """(samples,) at 16 kHz: the mean of the channels, averaged over three samples each."""
        mono = self.samples.mean(axis=0)
        whole = len(mono) // 3 * 3
        return np.asarray(mono[:whole].reshape(-1, 3).mean(axis=1), np.float32)


class SoundReader:
    """Reads the sound of spans in the order of time, decoding each packet once.

    It opens the file by itself and must be closed, or used as a context manager.
    """

    def __init__(self, reel: Reel) -> None:
        self._reel = reel
        self._opened: InputContainer | None = None
        self._chunks: Iterator[tuple[int, NDArray[np.float32]]] = iter(())
        self._held: list[tuple[int, NDArray[np.float32]]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._opened is not None:
            self._opened.close()

    def read(self, span: Span) -> Sound | None:
        """The sound of `span`, or None where the source has none there.

        Spans must come in the order of time and must not overlap. Damaged packets are left out.
        """
        if self._reel.audio is None:
            return None
        if self._opened is None:
            self._start(span)
        begin, end = (int(second * RATE) for second in span.seconds)
        while not self._held or self._held[-1][0] + self._held[-1][1].shape[1] < end:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._held.append(chunk)
        parts = [
            samples[:, max(0, begin - start) : max(0, end - start)]
            for start, samples in self._held
            if start < end and start + samples.shape[1] > begin
        ]
        self._held = [held for held in self._held if held[0] + held[1].shape[1] > end]
        if not parts:
            return None
        return Sound(np.concatenate(parts, axis=1))

    def _start(self, span: Span) -> None:
        assert self._reel.audio is not None
        self._opened, _ = open_media(self._reel.path)
        stream = self._opened.streams[self._reel.audio.index]
        start = span.seconds[0]
        if start > 2:
            target = int((start - 1) / self._reel.audio.time_base)
            self._opened.seek(target, stream=stream, backward=True)
        self._chunks = self._decode(self._opened)

    def _decode(self, opened: InputContainer) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """(number of the first sample at 48 kHz, samples) for each decoded frame."""
        assert self._reel.audio is not None
        layout = "mono" if self._reel.audio.channels == 1 else "stereo"
        resampler = AudioResampler(format="fltp", layout=layout, rate=RATE)
        stream = next(s for s in opened.streams.audio if s.index == self._reel.audio.index)
        place: int | None = None
        for packet in opened.demux(stream):
            try:
                frames = packet.decode()
            except FFmpegError:
                continue
            for frame in frames:
                assert isinstance(frame, AudioFrame)
                at = _sample_number(frame)
                # Follow the stamps where they jump (a gap, a repair), else count samples.
                if place is None or (at is not None and abs(at - place) > RATE // 10):
                    place = at or 0
                for out in resampler.resample(frame):
                    samples = np.asarray(out.to_ndarray(), np.float32)
                    yield place, samples
                    place += samples.shape[1]


def _sample_number(frame: AudioFrame) -> int | None:
    if frame.pts is None or frame.time_base is None:
        return None
    return int(Fraction(frame.pts) * frame.time_base * RATE)
