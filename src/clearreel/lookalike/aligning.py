"""Where two series of binary descriptors agree: one shift in time, and the run over which it holds.

The shift is voted for by all pairs that agree, in the manner of Hough; the run is the one with the
largest sum of agreement (Kadane's algorithm), so that what was added before, between or after does
not hide it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Words = NDArray[Any]
"""(entries, words), unsigned integers."""
Places = NDArray[np.int64]

_PAIRS = 1 << 22
"""Pairs of entries that are compared at a time."""


class Series(NamedTuple):
    """Descriptors and their times."""

    times: NDArray[np.int32]
    """(entries,) in milliseconds, increasing."""
    bits: Words


@dataclass(frozen=True, slots=True)
class Run:
    """Entries of two series that go together, in the order of time."""

    one: Places
    """Their places in the one series."""
    other: Places
    offset: int
    """Milliseconds to add to the one's time for the other's."""
    apart: Places
    """Bits that differ, pair by pair."""
    score: int
    """Bits by which the pairs differ less than is allowed, all together."""


def longest_run(one: Series, other: Series, alike: int, allowed: int, step: int) -> Run | None:
    """The run of pairs with the largest score, at the shift in time that most pairs vote for.

    `alike`: bits up to which a pair votes. `allowed`: bits that pairs of a run differ by at most,
    in the mean. `step`: milliseconds that two entries of one moment lie apart at most.
    """
    peak = _peak(one, other, alike, step)
    offsets = [] if peak is None else [peak + part * step // 2 for part in (-2, -1, 0, 1, 2)]
    runs = [run for offset in offsets if (run := _run(one, other, offset, allowed, step))]
    return max(runs, key=lambda run: run.score, default=None)


def differing(one: Words, other: Words) -> Places:
    """Bits that differ, summed over the last axis."""
    return np.asarray(np.bitwise_count(one ^ other).sum(axis=-1, dtype=np.int64))


def _peak(one: Series, other: Series, alike: int, step: int) -> int | None:
    """The shift in milliseconds with the most votes; a pair's vote is how much it agrees."""
    if not len(one.times) or not len(other.times):
        return None
    low = int(other.times[0]) - int(one.times[-1])
    votes = np.zeros((int(other.times[-1]) - int(one.times[0]) - low) // step + 3)
    for i, j, apart in _alike(one.bits, other.bits, alike):
        place = (other.times[j] - one.times[i] - low) // step + 1
        votes += np.bincount(place, alike + 1 - apart, len(votes))
    if not votes.any():
        return None
    around = votes[:-2] + votes[1:-1] + votes[2:]
    return low + int(around.argmax()) * step + step // 2


def _alike(one: Words, other: Words, alike: int) -> Iterator[tuple[Places, Places, Places]]:
    """Places of pairs that differ by `alike` bits at most, and by how many, in portions."""
    rows = max(1, _PAIRS // len(other))
    for first in range(0, len(one), rows):
        apart = differing(one[first : first + rows, None], other[None])
        i, j = np.nonzero(apart <= alike)
        yield first + i, j, apart[i, j]


def _run(one: Series, other: Series, offset: int, allowed: int, step: int) -> Run | None:
    i, j = _paired(one.times + offset, other.times, step)
    if not len(i):
        return None
    apart = differing(one.bits[i], other.bits[j])
    sums = np.concatenate([[0], np.cumsum(allowed - apart)])
    last = int((sums - np.minimum.accumulate(sums)).argmax())
    first = int(sums[: last + 1].argmin())
    if first == last:
        return None
    kept = slice(first, last)
    return Run(i[kept], j[kept], offset, apart[kept], int(sums[last] - sums[first]))


def _paired(one: NDArray[np.int32], other: NDArray[np.int32], step: int) -> tuple[Places, Places]:
    """Places of the times of `one`, and of the nearest of `other`, where that is near enough."""
    after = np.searchsorted(other, one).clip(0, len(other) - 1)
    before = (after - 1).clip(0)
    nearest = np.where(np.abs(other[before] - one) <= np.abs(other[after] - one), before, after)
    near = np.abs(other[nearest] - one) <= step
    return np.flatnonzero(near), nearest[near]
