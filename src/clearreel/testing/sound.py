"""Synthetic sound: beeps that mark whole seconds, and noise with the rhythm of speech."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import OutputContainer

BEEP = Fraction(1, 10)
"""Seconds that a beep lasts; one begins at every whole second."""

_BLOCK = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """What is heard, and how it is coded.

    `beeps` are tones of `hertz`, each `BEEP` seconds long, that begin at every whole second, with
    silence between; `speech` is noise in the bands of vowels, four syllables a second.
    """

    kind: Literal["beeps", "speech"] = "beeps"
    hertz: int = 1000
    codec: str = "aac"
    rate: int = 48000
    level: float = 0.5
    """Peak amplitude; 1 is full scale."""

    def samples(self, start: int, count: int) -> npt.NDArray[np.float32]:
        """Mono samples `start` to `start` + `count`, float32 in [-1, 1]."""
        at = np.arange(start, start + count)
        seconds = at / self.rate
        if self.kind == "beeps":
            inside = at % self.rate < int(self.rate * BEEP)
            wave = np.sin(2 * np.pi * self.hertz * seconds) * inside
        else:
            wave = self._speech(start, count, seconds)
        samples: npt.NDArray[np.float32] = (self.level * wave).astype(np.float32)
        return samples

    def _speech(
        self, start: int, count: int, seconds: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.float64]:
        random = np.random.default_rng([start, count])
        wave = np.zeros(count)
        for formant, weight in ((120, 0.4), (600, 0.4), (1700, 0.2)):
            wave += weight * np.sin(2 * np.pi * formant * seconds + random.normal(0, 0.3, count))
        syllables = np.clip(np.sin(2 * np.pi * 4 * seconds), 0, 1)
        speech: npt.NDArray[np.float64] = wave * syllables
        return speech


@dataclass(frozen=True, slots=True, kw_only=True)
class Tune(Sound):
    """Chords of three notes that no other `seed` has, five a second, for a hundred seconds."""

    seed: int = 1
    goes_on: int = 500
    """The chord from which on it is another tune, the same one for every seed."""

    def samples(self, start: int, count: int) -> npt.NDArray[np.float32]:
        """As those of any sound; the same however they are divided."""
        notes, others = (
            np.random.default_rng(seed).uniform(300, 2500, (3, 500)) for seed in (self.seed, 99)
        )
        notes[:, self.goes_on :] = others[:, self.goes_on :]
        at = np.arange(start, start + count) / self.rate
        waves = np.sin(2 * np.pi * notes[:, (at * 5).astype(int)] * at)
        return np.asarray(self.level / 3 * waves.sum(axis=0), np.float32)


class SoundTrack:
    """The audio stream of a container that is being written."""

    def __init__(self, container: OutputContainer, sound: Sound) -> None:
        stream = container.add_stream(sound.codec, rate=sound.rate)
        if not isinstance(stream, AudioStream):
            raise ValueError(f"{sound.codec} is not an audio codec")
        stream.codec_context.layout = "mono"
        stream.codec_context.time_base = Fraction(1, sound.rate)
        stream.bit_rate = 64_000
        self._container, self._stream, self._sound = container, stream, sound
        self._written = 0
        self._resampler: AudioResampler | None = None

    def write_until(self, seconds: Fraction) -> None:
        """Encode what is missing up to `seconds`, the last block cut to fit."""
        goal = int(seconds * self._sound.rate)
        while self._written < goal:
            count = min(_BLOCK, goal - self._written)
            samples = self._sound.samples(self._written, count)
            frame = AudioFrame.from_ndarray(samples[None], format="flt", layout="mono")
            frame.rate = self._sound.rate
            frame.pts, frame.time_base = self._written, Fraction(1, self._sound.rate)
            self._written += count
            self._encode(frame)

    def finish(self) -> None:
        """Flush the encoder."""
        self._encode(None)
        self._container.mux(self._stream.encode(None))

    def _encode(self, frame: AudioFrame | None) -> None:
        context = self._stream.codec_context
        if self._resampler is None:
            self._resampler = AudioResampler(
                context.format, context.layout, context.rate, context.frame_size or None
            )
        for converted in self._resampler.resample(frame):
            self._container.mux(self._stream.encode(converted))
