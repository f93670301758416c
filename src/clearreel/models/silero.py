"""When somebody speaks: Silero VAD."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clearreel.models.session import Network

RATE = 16_000
"""Samples a second that it listens to."""
WINDOW = 512
"""Samples for one probability: 32 ms."""
CONTEXT = 64
"""Samples of the window before that it hears again."""
AT_ONCE = 1024
"""Windows that go through the network at once: half a minute, some 30 MB."""


class SileroVAD:
    """Says for each 32 ms of sound how likely it holds speech."""

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        self._network = Network(path, inputs=2, outputs=2, threads=threads)

    def probabilities(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """The probability of speech, float32 (ceil(n / 512),), window by window.

        `samples` is one channel, float32 (n,) from -1 to 1 at 16 kHz. The last window is filled
        up with silence.
        """
        if samples.ndim != 1 or samples.dtype != np.float32:
            raise ValueError(
                f"samples are {samples.dtype} {samples.shape}; "
                "Silero VAD takes one channel of float32 (n,) at 16 kHz"
            )
        count = -(-len(samples) // WINDOW)
        padded = np.zeros(CONTEXT + count * WINDOW, np.float32)
        padded[CONTEXT : CONTEXT + len(samples)] = samples
        probabilities = np.empty(count, np.float32)
        state = np.zeros((2, 1, 128), np.float32)
        for start in range(0, count, AT_ONCE):
            these = slice(start, min(start + AT_ONCE, count))
            first = padded[start * WINDOW :]
            heard = np.lib.stride_tricks.sliding_window_view(first, CONTEXT + WINDOW)[::WINDOW]
            speech, state = self._network(heard[: these.stop - these.start], state)
            probabilities[these] = speech
        return probabilities

    def speech_share(self, samples: NDArray[np.float32], threshold: float = 0.5) -> float:
        """The share of the windows, from 0 to 1, whose probability is over `threshold`.

        0 for no samples at all. `samples` are as for `probabilities`.
        """
        if not len(samples):
            return 0.0
        return float((self.probabilities(samples) > threshold).mean())
