"""Light: how bright, how contrasty and how colourful a clip is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from clearreel.core.facts import Fact, FactValue
from clearreel.stages.contract import ClipView, Measure


@dataclass(frozen=True)
class Light(Measure):
    """Brightness, contrast and saturation, and how much of a picture is crushed or blown out.

    Luma is ITU-R BT.709's, 0 to 255 full range: Allegro's band of 20 to 180 is on this scale, and
    so are UltraVideo's bounds of 5 and 250 (its "over 12 % of the pixels" is 0.12 here).
    """

    dark: float = 5.0
    """A pixel whose luma is below this is crushed."""
    bright: float = 250.0
    """A pixel whose luma is above this is blown out."""

    name: ClassVar[str] = "light"
    needs: ClassVar[tuple[str, ...]] = ("stills",)
    adds: ClassVar[tuple[Fact, ...]] = (
        Fact(
            "brightness",
            "float",
            "luma",
            "Mean luma of a picture, 0 black to 255 white; the median over the stills.",
        ),
        Fact(
            "contrast",
            "float",
            "luma",
            "Standard deviation of a picture's luma, 0 flat to 127.5; the median over the stills.",
        ),
        Fact(
            "saturation",
            "float",
            "share",
            "Mean of (max - min) of R'G'B', 0 grey to 1 pure colour; the median over the stills.",
        ),
        Fact(
            "dark_area",
            "float",
            "share",
            "Share of the pixels that are crushed to black, in the still that has most.",
        ),
        Fact(
            "bright_area",
            "float",
            "share",
            "Share of the pixels that are blown out to white, in the still that has most.",
        ),
    )

    def measure(self, clip: ClipView) -> Mapping[str, FactValue]:
        """The five facts; None for each when nothing could be seen."""
        if not clip.stills:
            return {fact.name: None for fact in self.adds}
        lumas = [still.luma for still in clip.stills]
        return {
            "brightness": float(np.median([grey.mean() for grey in lumas])),
            "contrast": float(np.median([grey.std() for grey in lumas])),
            "saturation": float(np.median([_saturation(still.rgb) for still in clip.stills])),
            "dark_area": max(float((grey < self.dark).mean()) for grey in lumas),
            "bright_area": max(float((grey > self.bright).mean()) for grey in lumas),
        }


def _saturation(rgb: NDArray[np.uint8]) -> float:
    # Not HSV's ratio, which makes noise in the dark look like vivid colour.
    red, green, blue = np.ascontiguousarray(rgb.transpose(2, 0, 1))
    most = np.maximum(np.maximum(red, green), blue)
    least = np.minimum(np.minimum(red, green), blue)
    return float((most - least).mean() / 255)
