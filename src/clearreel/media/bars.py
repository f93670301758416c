"""Black bars around a picture: letterbox and pillarbox, told from what is merely dark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# Scaling blurs a bar's border over at most two lines; over these luma rises by at least a step,
# where a sky that grows light rises slowly.
_SOFT_LINES = 2
_STEP = 8


class Margins(NamedTuple):
    """Lines of the bar on each side, 0 for none."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True)
class BarFinder:
    """Finds bars in the brightest that each place of a few pictures gets: a bar never lights up.

    A bar ends at one line all along its side: somewhere in the footage most of the picture lights
    up right behind its border. A dark sky that fades into the scene does not.
    """

    black: float = 24.0
    """Luma up to which a pixel may belong to a bar: black with coding noise."""
    stray: float = 0.01
    """Share of a line that may be brighter, as where ringing or a speck of dust shows."""
    border: float = 0.6
    """Share of the lit picture that must begin right at a bar's border, taken over all stills."""
    narrowest: float = 0.01
    """Bars below this share of the side are taken for ragged edges and ignored."""

    def margins(self, peak: NDArray[np.float32]) -> Margins | None:
        """The bars of `peak`, luma from 0 to 255 (height, width); None if all of it is black."""
        if (peak > self.black).mean() <= self.stray:
            return None
        top, bottom = self._bar(peak), self._bar(peak[::-1])
        inside = peak[top : len(peak) - bottom].T
        return Margins(top, bottom, self._bar(inside), self._bar(inside[::-1]))

    def _bar(self, peak: NDArray[np.float32]) -> int:
        """Lines of the bar that begins at the first line of (lines, length), 0 for none."""
        lit = peak > self.black
        bright = lit.mean(axis=1) > self.stray
        lines = int(np.argmax(bright)) if bright.any() else 0
        if lines < max(1, self.narrowest * len(peak)):
            return 0
        behind = peak[lines : lines + 1 + _SOFT_LINES].max(axis=0) > self.black + _STEP
        return lines if behind.sum() >= self.border * lit.any(axis=0).sum() else 0
