"""Medians with their spread, rank correlation, and intervals by resampling."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

RESAMPLES = 2000
CONFIDENCE = 0.95

Counts = npt.NDArray[np.int64]
"""(blocks, 3): right, invented and overlooked boundaries of each block of footage."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of some runs, the least and the most."""

    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and its confidence interval."""

    value: float
    low: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """Median, minimum and maximum. Raises `ValueError` for no values."""
    if not values:
        raise ValueError("there is no median of no values")
    return Spread(float(np.median(values)), min(values), max(values))


def f1(counts: Counts) -> float:
    """The F1 measure of all blocks together; 1 where nothing was to be found and nothing was."""
    right, invented, overlooked = (int(n) for n in counts.sum(axis=0))
    twice = 2 * right + invented + overlooked
    return 2 * right / twice if twice else 1.0


def f1_interval(counts: Counts, seed: int = 0) -> Interval:
    """F1 with a percentile bootstrap interval (Efron 1979), resampling blocks.

    Blocks and not boundaries, because what a detector does at one boundary depends on the next.
    """
    return _interval(f1(counts), lambda rows: f1(counts[rows]), len(counts), seed)


def f1_difference(one: Counts, other: Counts, seed: int = 0) -> Interval:
    """F1 of `one` less F1 of `other`, over the same blocks, which are resampled together."""
    if one.shape != other.shape:
        raise ValueError(f"{len(one)} and {len(other)} blocks are not those of the same footage")
    return _interval(
        f1(one) - f1(other), lambda rows: f1(one[rows]) - f1(other[rows]), len(one), seed
    )


def proportion(part: int, of: int) -> Interval:
    """A share with its interval after Wilson (1927), which holds for shares near 0 and 1 too."""
    if not 0 <= part <= of or not of:
        raise ValueError(f"{part} of {of} is no share")
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    share, spare = part / of, z * z / of
    middle = (share + spare / 2) / (1 + spare)
    half = z / (1 + spare) * math.sqrt(share * (1 - share) / of + spare / (4 * of))
    return Interval(share, max(0.0, middle - half), min(1.0, middle + half))


def rank_correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """Spearman's coefficient; equal values share the mean of their ranks."""
    if len(one) != len(other) or len(one) < 2:
        raise ValueError(f"{len(one)} and {len(other)} values have no rank correlation")
    return float(np.corrcoef(_ranks(one), _ranks(other))[0, 1])


def _interval(
    value: float, of_rows: Callable[[npt.NDArray[np.int64]], float], blocks: int, seed: int
) -> Interval:
    random = np.random.default_rng(seed)
    drawn = [of_rows(random.integers(0, blocks, blocks)) for _ in range(RESAMPLES)]
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Interval(value, float(low), float(high))


def _ranks(values: Sequence[float]) -> npt.NDArray[np.float64]:
    _, place, times = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(times)
    ranks: npt.NDArray[np.float64] = (last - (times - 1) / 2)[place]
    return ranks
