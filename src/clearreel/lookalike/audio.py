"""A fingerprint of sound that outlives re-encoding, other levels and other containers.

After Haitsma and Kalker (A Highly Robust Audio Fingerprinting System, ISMIR 2002): 33 bands on a
logarithmic scale, in windows that overlap; a bit says whether the difference of two neighbouring
bands grew or shrank since the window before. The windows follow every 50 ms instead of every 12,
as in Chromaprint, so that a minute takes 5 KB.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from clearreel.core.span import Span, to_ticks
from clearreel.media.sound import SoundReader

SAMPLES = 16_000
"""Samples a second of what is listened to."""
HOP = 800
"""Samples from window to window: 50 ms."""
WINDOW = 6144
"""Samples a window: 0.38 s, near to the 0.37 s of the paper."""
LOWEST, HIGHEST = 300.0, 3000.0
"""Hertz: what telephones and old codecs leave."""
BITS = 32
SILENT = 10 ** (-60 / 20)
"""Root mean square of a window below which it says nothing; full scale is 1."""
LONGEST = Fraction(24 * 3600)
"""Seconds that are listened to; a damaged time stamp may give years."""
_BLOCK = Fraction(60)
"""Seconds that are read at a time."""


@dataclass(frozen=True, slots=True)
class AudioPrint:
    """Sound of a source or clip in the order of time; silence is left out."""

    times: NDArray[np.int32]
    """(words,) in milliseconds, increasing, multiples of 50, from the start of what was read."""
    bits: NDArray[np.uint32]
    """(words,)."""

    def __len__(self) -> int:
        return len(self.times)

    @classmethod
    def empty(cls) -> AudioPrint:
        """Of silence, or of no sound at all."""
        return cls(np.zeros(0, np.int32), np.zeros(0, np.uint32))


def read_audio(sounds: SoundReader, span: Span) -> AudioPrint:
    """The fingerprint of the sound of `span`, up to `LONGEST`; empty where the source has none."""
    end = min(span.end, span.start + to_ticks(LONGEST, span.time_base))
    step = to_ticks(_BLOCK, span.time_base)
    rest, gone, prints = np.zeros(0, np.float32), 0, [AudioPrint.empty()]
    for start in range(span.start, end, step):
        part = Span(start, min(end, start + step), span.time_base)
        sound = sounds.read(part)
        silence = np.zeros(int(part.duration * SAMPLES), np.float32)
        rest = np.concatenate([rest, silence if sound is None else sound.mono_16k])
        found = audio_print(rest)
        prints.append(AudioPrint(found.times + gone * 1000 // SAMPLES, found.bits))
        used = max(0, _windows(rest) - 1) * HOP
        rest, gone = rest[used:], gone + used
    return AudioPrint(
        np.concatenate([one.times for one in prints]), np.concatenate([one.bits for one in prints])
    )


def audio_print(samples: NDArray[np.float32]) -> AudioPrint:
    """The fingerprint of mono samples (samples,) at 16 kHz, full scale at -1 and 1."""
    count = _windows(samples)
    if count < 2:
        return AudioPrint.empty()
    windows = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
    energies, levels = [], []
    for first in range(0, count, 256):
        block = windows[first : first + 256]
        levels.append(np.sqrt((block**2).mean(axis=1)))
        spectrum = np.abs(np.fft.rfft(block * np.hanning(WINDOW).astype(np.float32), axis=1)) ** 2
        energies.append(spectrum @ _bands())
    energy, level = np.concatenate(energies), np.concatenate(levels)
    slope = energy[:, :-1] - energy[:, 1:]
    signs = np.diff(slope, axis=0) > 0
    heard = (level[1:] >= SILENT) & (level[:-1] >= SILENT)
    words = np.ascontiguousarray(np.packbits(signs, axis=1)).view(np.uint32)[:, 0]
    times = np.arange(len(words), dtype=np.int32) * (1000 * HOP // SAMPLES)
    return AudioPrint(times[heard], words[heard])


def _windows(samples: NDArray[np.float32]) -> int:
    return max(0, (len(samples) - WINDOW) // HOP + 1)


@lru_cache(maxsize=1)
def _bands() -> NDArray[np.float64]:
    """(frequencies, BITS + 1): 1 where a frequency of the spectrum lies in a band."""
    edges = np.geomspace(LOWEST, HIGHEST, BITS + 2)
    frequencies = np.fft.rfftfreq(WINDOW, 1 / SAMPLES)[:, None]
    return ((frequencies >= edges[:-1]) & (frequencies < edges[1:])).astype(np.float64)
