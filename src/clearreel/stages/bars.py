"""Black bars: letterbox and pillarbox, told from footage that is merely dark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from clearreel.core.facts import Fact, FactValue
from clearreel.media.bars import BarFinder
from clearreel.stages.contract import ClipView, Measure


@dataclass(frozen=True)
class Bars(Measure, BarFinder):
    """Share of the height and width that black bars cover on each side.

    A bar is black in every still; see `media.bars` for what it is told from. Stills that are black
    as a whole have none.
    """

    name: ClassVar[str] = "bars"
    needs: ClassVar[tuple[str, ...]] = ("stills",)
    adds: ClassVar[tuple[Fact, ...]] = (
        Fact(
            "bars",
            "float",
            "share",
            "Share of the picture's area that black bars cover, 0 for none; "
            "none (null) when every still is black.",
        ),
        Fact("bar_top", "float", "share", "Height of the bar above, as share of the height."),
        Fact("bar_bottom", "float", "share", "Height of the bar below, as share of the height."),
        Fact("bar_left", "float", "share", "Width of the bar on the left, as share of the width."),
        Fact(
            "bar_right", "float", "share", "Width of the bar on the right, as share of the width."
        ),
    )

    def measure(self, clip: ClipView) -> Mapping[str, FactValue]:
        """The shares; None for each when all that could be seen is black."""
        if not clip.stills:
            return {fact.name: None for fact in self.adds}
        peak = np.maximum.reduce([still.luma for still in clip.stills])
        margins = self.margins(peak)
        if margins is None:
            return {fact.name: None for fact in self.adds}
        top, bottom, left, right = margins
        height, width = peak.shape
        shares = {
            "bar_top": top / height,
            "bar_bottom": bottom / height,
            "bar_left": left / width,
            "bar_right": right / width,
        }
        seen = (1 - (top + bottom) / height) * (1 - (left + right) / width)
        return {"bars": 1 - seen, **shares}
