"""Sound of a stretch of footage, decoded once for all who listen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from math import floor
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import InputContainer
from av.error import FFmpegError
from numpy.typing import NDArray

from clearreel.core.pulse import beat
from clearreel.core.span import Span
from clearreel.media.formats import Container
from clearreel.media.opening import demux, open_media
from clearreel.media.probe import RATES, AudioTrack

RATE = 48_000
"""Samples a second: the rate for which ITU-R BS.1770 gives its filters."""


LONGEST = 3600
"""Seconds that can be read at once."""
_LEAP = 5 * RATE
"""A span that starts further behind the last one is reached by a seek."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Stereo or mono sound at 48 kHz."""

    samples: NDArray[np.float32]
    """(channels, samples), full scale at -1 and 1; one or two channels, more are mixed to two.

    Levels are kept when channels are mixed, so that loud surround sound may pass full scale.
    """

    @property
    def mono_16k(self) -> NDArray[np.float32]:
        """(samples,) at 16 kHz: the mean of the channels, averaged over three samples each."""
        mono = self.samples.mean(axis=0)
        whole = len(mono) // 3 * 3
        return np.asarray(mono[:whole].reshape(-1, 3).mean(axis=1), np.float32)


class Audible(Protocol):
    """A file and what is listened to in it: a `Reel`, or a `SoundAlone`."""

    @property
    def path(self) -> Path:
        """Of the file."""

    @property
    def audio(self) -> AudioTrack | None:
        """None where there is no sound."""


class SoundReader:
    """Reads the sound of spans in the order of time, decoding each packet once.

    It opens the file by itself and must be closed, or used as a context manager.
    """

    def __init__(
        self,
        reel: Audible,
        opening: Callable[[Path], tuple[InputContainer, Container]] = open_media,
    ) -> None:
        """`opening` is `open_sound` where there is nothing but sound."""
        self._reel = reel
        self._opening = opening
        self._opened: InputContainer | None = None
        self._chunks: Iterator[tuple[int, NDArray[np.float32]]] = iter(())
        self._held: list[tuple[int, NDArray[np.float32]]] = []
        self._reached = 0
        """Samples before this number were decoded."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def read(self, span: Span) -> Sound | None:
        """The sound of `span`, as long as the span; None where the source has none there.

        None too for a span over `LONGEST`, which no clip is and a damaged time stamp may give.

        Silence stands for what is missing: gaps, damaged packets, sound that starts later or ends
        earlier. Spans must come in the order of time and must not overlap.
        """
        if self._reel.audio is None:
            return None
        if span.duration > LONGEST:
            return None
        begin, end = (floor(second * RATE) for second in span.seconds)
        if self._opened is None or begin > self._reached + _LEAP:
            self._start(span)
        while self._reached < end:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._reached = chunk[0] + chunk[1].shape[1]
            if self._reached > begin:
                self._held.append(chunk)
        samples = np.zeros((min(2, self._reel.audio.channels), end - begin), np.float32)
        heard = False
        for start, chunk_samples in self._held:
            low, high = max(begin, start), min(end, start + chunk_samples.shape[1])
            if low < high:
                samples[:, low - begin : high - begin] = chunk_samples[
                    :, low - start : high - start
                ]
                heard = True
        self._held = [held for held in self._held if held[0] + held[1].shape[1] > end]
        return Sound(samples) if heard else None

    def _start(self, span: Span) -> None:
        assert self._reel.audio is not None
        self._close()
        self._opened, _ = self._opening(self._reel.path)
        stream = self._opened.streams[self._reel.audio.index]
        # Decoders of sound need what came a little earlier.
        early = floor((span.seconds[0] - 1) / self._reel.audio.time_base)
        if early > (stream.start_time or 0):
            with suppress(FFmpegError):  # else from the start, where a fresh file stands
                self._opened.seek(early, stream=stream, backward=True)
        self._chunks = self._decode(self._opened)
        self._held = []

    def _close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _decode(self, opened: InputContainer) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """(number of the first sample at 48 kHz, samples) for each decoded frame."""
        assert self._reel.audio is not None
        layout = "mono" if self._reel.audio.channels == 1 else "stereo"
        resampler = AudioResampler(format="fltp", layout=layout, rate=RATE)
        kind: tuple[str, str, int] | None = None
        place: int | None = None
        for frame in _frames(opened, self._reel.audio.index):
            at = _sample_number(frame)
            # Follow the stamps where they jump (a gap, a repair), else count samples.
            jumps = place is None or (at is not None and abs(at - place) > RATE // 10)
            if jumps or kind != _kind(frame):
                for samples in _resampled(resampler, None):
                    assert place is not None
                    yield place, samples
                    place += samples.shape[1]
                resampler = AudioResampler(format="fltp", layout=layout, rate=RATE)
                kind = _kind(frame)
            if jumps:
                place = at or 0
            assert place is not None
            for samples in _resampled(resampler, frame):
                yield place, samples
                place += samples.shape[1]
        for samples in _resampled(resampler, None):
            assert place is not None
            yield place, samples
            place += samples.shape[1]


def _frames(opened: InputContainer, index: int) -> Iterator[AudioFrame]:
    stream = opened.streams[index]
    with suppress(FFmpegError):  # what was demuxed before the damage is sound
        for packet in demux(opened, stream):
            beat()
            try:
                frames = packet.decode()
            except FFmpegError:
                continue
            for frame in frames:
                assert isinstance(frame, AudioFrame)
                if frame.sample_rate in RATES:
                    yield frame


def _kind(frame: AudioFrame) -> tuple[str, str, int]:
    """What a resampler is set up for; it may change in the middle of a broadcast."""
    return frame.format.name, frame.layout.name, frame.sample_rate


def _resampled(
    resampler: AudioResampler, frame: AudioFrame | None
) -> Iterator[NDArray[np.float32]]:
    """(channels, samples) float32; with None, what the resampler still holds back."""
    # It hands frames on that need no change, and then the None as well.
    for out in resampler.resample(frame):
        if out is not None:
            yield np.asarray(out.to_ndarray(), np.float32)


def _sample_number(frame: AudioFrame) -> int | None:
    if frame.pts is None or frame.time_base is None:
        return None
    return floor(frame.pts * frame.time_base * RATE)
