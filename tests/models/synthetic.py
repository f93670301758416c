"""Pictures and frames that are the same everywhere, for comparing with reference programs."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray


def picture(seed: int, height: int = 180, width: int = 240) -> NDArray[np.uint8]:
    """Gradients, rectangles and some noise, RGB uint8 (height, width, 3)."""
    rng = np.random.default_rng(seed)
    ys, xs = np.mgrid[:height, :width]
    canvas = np.stack([xs / width, ys / height, (xs + ys) / (width + height)], axis=-1) * 120 + 40
    for _ in range(25):
        top, left = rng.integers(0, height - 10), rng.integers(0, width - 10)
        down, right = top + rng.integers(5, height // 3), left + rng.integers(5, width // 3)
        canvas[top:down, left:right] = rng.integers(0, 256, 3)
    canvas += rng.normal(0, 4, canvas.shape)
    return np.clip(np.rint(canvas), 0, 255).astype(np.uint8)


def frames(count: int = 130, scenes: tuple[int, ...] = (0, 40, 90)) -> NDArray[np.uint8]:
    """Slowly moving scenes that begin at the given frames, RGB uint8 (count, 27, 48, 3)."""
    starts = [*scenes, count]
    shots = []
    for seed, (start, end) in enumerate(pairwise(starts)):
        wide = picture(seed, 27, 48 + end - start)
        shots += [wide[:, i : i + 48] for i in range(end - start)]
    return np.stack(shots)
