"""Sharpness: how much fine detail a clip's pictures hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from clearreel.core.facts import Fact, FactValue
from clearreel.stages.contract import ClipView, Measure


@dataclass(frozen=True)
class Sharpness(Measure):
    """Variance of the Laplacian (Pech-Pacheco et al., ICPR 2000) at the size of the stills.

    It is the number that `cv2.Laplacian(grey, CV_64F).var()` gives, so thresholds published for
    that apply *at the size they were found at*: here the short side has 360 pixels by default,
    and scaling down makes soft footage sharp. Noise counts as detail.
    """

    name: ClassVar[str] = "sharpness"
    needs: ClassVar[tuple[str, ...]] = ("stills",)
    adds: ClassVar[tuple[Fact, ...]] = (
        Fact(
            "sharpness",
            "float",
            "luma²",
            "Variance of the Laplacian of luma, the median over the stills: "
            "below about 50 soft or out of focus, over 500 crisp, with stills of 360 lines.",
        ),
    )

    def measure(self, clip: ClipView) -> Mapping[str, FactValue]:
        """One number; None when nothing could be seen."""
        if not clip.stills:
            return {"sharpness": None}
        values = [laplacian(still.luma).var() for still in clip.stills]
        return {"sharpness": float(np.median(values))}


def laplacian(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """The four-neighbour Laplacian of (height, width), edges mirrored without repeating them."""
    padded = np.pad(grey, 1, mode="reflect")
    around = padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]
    return np.asarray(around - 4 * grey, np.float32)
