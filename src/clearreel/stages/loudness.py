"""Loudness: how loud a clip is to the ear, and how much of it is silent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from clearreel.core.facts import Fact, FactValue
from clearreel.media.sound import RATE
from clearreel.stages.contract import ClipView, Measure

STEP = RATE // 10
"""Samples from one gating block to the next: blocks of 400 ms overlap by three quarters."""
STEPS_A_BLOCK = 4
ABSOLUTE_GATE = -70.0
RELATIVE_GATE = -10.0

# ITU-R BS.1770-5, tables 1 and 2: the head as a shelf, then the high-pass, both at 48 kHz.
_SHELF = (
    (1.53512485958697, -2.69169618940638, 1.19839281085285),
    (1.0, -1.69065929318241, 0.73248077421585),
)
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))

# The weighting's answer to an impulse falls below 1e-9 within this, so that filtering piece by
# piece with a transform of piece and tail is exact to what float32 resolves.
_TAIL = 6000
_PIECE = 10 * STEP


@dataclass(frozen=True)
class Loudness(Measure):
    """Integrated loudness by ITU-R BS.1770-5, gated as EBU R 128 wants it.

    Sound with more than two channels has been mixed to two before. A mono track counts once, as
    one channel.
    """

    silent: float = -60.0
    """Loudness of a block of 400 ms, in LUFS, below which it is silent."""

    name: ClassVar[str] = "loudness"
    needs: ClassVar[tuple[str, ...]] = ("sound",)
    adds: ClassVar[tuple[Fact, ...]] = (
        Fact(
            "loudness",
            "float",
            "LUFS",
            "Integrated loudness: -23 is European broadcast, -14 streaming, -70 silence; "
            "none (null) without sound or below 0.4 s of it.",
        ),
        Fact(
            "silence_share",
            "float",
            "share",
            "Share of the time that is silent, 0 to 1; none (null) as for loudness.",
        ),
    )

    def measure(self, clip: ClipView) -> Mapping[str, FactValue]:
        """Both facts; None for each without a whole block of sound."""
        power = block_powers(clip.sound.samples) if clip.sound is not None else np.zeros(0)
        if len(power) == 0:
            return {"loudness": None, "silence_share": None}
        return {
            "loudness": integrated(power),
            "silence_share": float((_lufs(power) < self.silent).mean()),
        }


def integrated(power: NDArray[np.float64]) -> float:
    """Gated loudness in LUFS of blocks with these powers; -70 where all are below that gate."""
    power = power[_lufs(power) > ABSOLUTE_GATE]
    if len(power) == 0:
        return ABSOLUTE_GATE
    gate = _lufs(power.mean()) + RELATIVE_GATE
    return float(_lufs(power[_lufs(power) > gate].mean()))


def block_powers(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """K-weighted power of every whole block of 400 ms, summed over the channels.

    `samples` is (channels, samples) at 48 kHz; the result (blocks,), one every 100 ms.
    """
    steps = samples.shape[1] // STEP
    weighted = np.zeros((samples.shape[0], steps * STEP + _PIECE + _TAIL), np.float32)
    response = _k_weighting(_PIECE + _TAIL)
    for start in range(0, steps * STEP, _PIECE):
        piece = samples[:, start : min(start + _PIECE, steps * STEP)]
        spectrum = np.fft.rfft(piece, _PIECE + _TAIL) * response
        weighted[:, start : start + _PIECE + _TAIL] += np.fft.irfft(spectrum, _PIECE + _TAIL)
    parts = weighted[:, : steps * STEP].reshape(samples.shape[0], steps, STEP)
    energy = np.square(parts, dtype=np.float64).sum(axis=(0, 2))
    if steps < STEPS_A_BLOCK:
        return np.zeros(0)
    blocks = np.lib.stride_tricks.sliding_window_view(energy, STEPS_A_BLOCK).sum(axis=1)
    return np.asarray(blocks / (STEPS_A_BLOCK * STEP), np.float64)


@lru_cache(maxsize=2)
def _k_weighting(length: int) -> NDArray[np.complex64]:
    """The filters' response at the frequencies of a real transform of `length` samples."""
    delay = np.exp(-2j * np.pi * np.arange(length // 2 + 1) / length)
    response = np.ones_like(delay)
    for above, below in (_SHELF, _HIGH_PASS):
        response *= np.polyval(above[::-1], delay) / np.polyval(below[::-1], delay)
    return np.asarray(response, np.complex64)


def _lufs(power: NDArray[np.float64] | np.float64) -> NDArray[np.float64]:
    return -0.691 + 10 * np.log10(np.maximum(power, 1e-20))
