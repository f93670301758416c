"""How a fact's values are spread over the clips, and which of them lie outside of its rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearreel.recipes.rules import Rule

BINS = 36
_FEW = 200
"""Up to so many values all are shown; of more, the outermost 0.5 % share the outer bins."""
_SAME = 1e-9
"""Relative to their size, values closer than this can't be told apart in bins."""

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts of clips in bins of equal width between `low` and `high`."""

    low: float
    high: float
    kept: tuple[int, ...]
    dropped: tuple[int, ...]
    """For whatever reason, not only for this fact."""
    clipped_low: bool
    """Whether the first bin also holds values below `low`; likewise the last."""
    clipped_high: bool
    known: int
    missing: int
    """Clips that were not measured, or to which the fact does not apply."""
    median: float
    outside: int
    """Clips that a rule for this fact objects to."""

    def place(self, value: float) -> float:
        """Where a value lies, from 0 at `low` to 1 at `high`."""
        return (value - self.low) / (self.high - self.low)


def histogram(
    values: Floats, kept: Mask, short_side: Floats, rules: Sequence[Rule]
) -> Histogram | None:
    """The histogram of one fact; None when no clip has a value.

    `values` and `short_side` are float64 (clips,), NaN where there is no value; `kept` is bool
    (clips,). `rules` are those for this fact, without quantiles. A bound that lies further away
    than the values are wide is left outside, so that it does not press them into one bin.
    """
    here = np.isfinite(values)
    known = values[here]
    if not len(known):
        return None
    low, high = _range(known, rules)
    edges = np.linspace(low, high, BINS + 1)
    inside = np.clip(known, low, high)
    return Histogram(
        low=low,
        high=high,
        kept=_counts(inside[kept[here]], edges),
        dropped=_counts(inside[~kept[here]], edges),
        clipped_low=bool(known.min() < low),
        clipped_high=bool(known.max() > high),
        known=len(known),
        missing=len(values) - len(known),
        median=float(np.median(known)),
        outside=int(_objected(known, short_side[here], rules).sum()),
    )


def bounds(rules: Sequence[Rule]) -> list[float]:
    """Every bound that the rules set, smallest first."""
    return sorted({b for rule in rules for b in (rule.min, rule.max) if b is not None})


def _range(known: Floats, rules: Sequence[Rule]) -> tuple[float, float]:
    if len(known) > _FEW:
        low, high = (float(edge) for edge in np.quantile(known, (0.005, 0.995)))
    else:
        low, high = float(known.min()), float(known.max())
    width = high - low
    largest = max(abs(low), abs(high))
    if width <= _SAME * largest:
        width = largest if largest > _SAME else 1.0
    near = [b for b in bounds(rules) if low - width <= b <= high + width]
    low, high = min([low, *near]), max([high, *near])
    if high - low <= _SAME * width:
        low, high = low - width / 2, high + width / 2
    # A bound at the very edge would hide its shaded side.
    margin = (high - low) * 0.04
    touches = [b for b in near if b in (low, high)]
    return low - margin * (low in touches), high + margin * (high in touches)


def _counts(values: Floats, edges: Floats) -> tuple[int, ...]:
    return tuple(int(count) for count in np.histogram(values, edges)[0])


def _objected(values: Floats, side: Floats, rules: Sequence[Rule]) -> Mask:
    objected: Any = np.zeros(len(values), bool)
    for rule in rules:
        # A clip of unknown size is in every tier, as when it was judged.
        outside: Any = np.zeros(len(values), bool)
        if rule.min is not None:
            outside = outside | (values < rule.min)
        if rule.max is not None:
            outside = outside | (values > rule.max)
        if rule.min_side is not None:
            outside = outside & ~(side < rule.min_side)
        if rule.max_side is not None:
            outside = outside & ~(side > rule.max_side)
        objected = objected | outside
    return np.asarray(objected, bool)
