"""Black bars: letterbox and pillarbox, told from footage that is merely dark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from clearreel.core.facts import Fact, FactValue
from clearreel.stages.contract import ClipView, Measure

# Scaling blurs a bar's border over at most two lines; over these luma rises by at least a step,
# where a sky that grows light rises slowly.
_SOFT_LINES = 2
_STEP = 8


@dataclass(frozen=True)
class Bars(Measure):
    """Share of the height and width that black bars cover on each side.

    A bar is black in every still, and ends at one line all along its side: somewhere in the clip
    most of the picture lights up right behind its border. A dark sky that fades into the scene
    does not, and neither do stills that are black as a whole.
    """

    black: float = 24.0
    """Luma up to which a pixel may belong to a bar: black with coding noise."""
    stray: float = 0.01
    """Share of a line that may be brighter, as where ringing or a speck of dust shows."""
    border: float = 0.6
    """Share of the lit picture that must begin right at a bar's border, taken over all stills."""
    narrowest: float = 0.01
    """Bars below this share of the side are taken for ragged edges and ignored."""

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
        # The brightest that each place gets: a bar never lights up.
        peak = np.maximum.reduce([still.luma for still in clip.stills])
        if (peak > self.black).mean() <= self.stray:
            return {fact.name: None for fact in self.adds}
        top, bottom = self._bar(peak), self._bar(peak[::-1])
        inside = peak[top : len(peak) - bottom].T
        left, right = self._bar(inside), self._bar(inside[::-1])
        height, width = peak.shape
        shares = {
            "bar_top": top / height,
            "bar_bottom": bottom / height,
            "bar_left": left / width,
            "bar_right": right / width,
        }
        seen = (1 - (top + bottom) / height) * (1 - (left + right) / width)
        return {"bars": 1 - seen, **shares}

    def _bar(self, peak: NDArray[np.float32]) -> int:
        """Lines of the bar that begins at the first line of (lines, length), 0 for none."""
        lit = peak > self.black
        bright = lit.mean(axis=1) > self.stray
        lines = int(np.argmax(bright)) if bright.any() else 0
        if lines < max(1, self.narrowest * len(peak)):
            return 0
        behind = peak[lines : lines + 1 + _SOFT_LINES].max(axis=0) > self.black + _STEP
        return lines if behind.sum() >= self.border * lit.any(axis=0).sum() else 0
