"""Dissolves: for a while, each frame is a mixture of the two pictures at the ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clearreel.core.shots import Transition
from clearreel.stages.boundaries.cuts import UNLIKE, different
from clearreel.stages.boundaries.likeness import Pictures, cells, unlikeness
from clearreel.stages.boundaries.matching import Picture, residuals

LENGTHS = (5, 7, 9, 11, 13, 16, 20, 24, 29, 35, 42, 51, 62, 76, 92)
"""Distances, in frames, between the two ends that are tried."""
LEAST_CHANGE = 10.0
"""Root mean square, in grey levels, by which the ends differ."""
MISFIT = 0.46
"""What of a frame in between is no mixture of the ends, against the ends' difference."""
CROOKED = 0.2
"""How far the mixture may be from even progress."""
MOVED = 1.18
"""Most error of the mixture against that of block matching from either end: both pictures of a
dissolve may move, which spoils the mixture."""
CLEAN = 0.8
"""Below this error the span needs no second look."""
LONG = 16
"""Frames from which on a span may be shortened."""
FIFTHS = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class _Mix:
    """A stretch whose frames look like mixtures of its ends."""

    first: int
    last: int
    score: float


def find_dissolves(pictures: Pictures) -> list[Transition]:
    """Dissolves in a run without cuts or fades, in order."""
    small = cells(pictures).reshape(len(pictures), -1)
    found: list[Transition] = []
    for mix in _best(_mixes(small), len(pictures)):
        if not _other_scene(pictures[mix.first], pictures[mix.last]):
            continue
        begin, end, misfit = _best_fit(pictures, *_span(small, mix))
        clear = all(end <= other.start_frame or begin >= _end(other) for other in found)
        if clear and misfit <= MOVED:
            found.append(Transition("dissolve", begin, end - begin))
    return sorted(found, key=lambda dissolve: dissolve.start_frame)


def _other_scene(before: Picture, after: Picture) -> bool:
    """Whether the ends differ by more than motion and an even change of light."""
    if not different(before, after):
        return False
    return unlikeness(_relit(before, after), after).share >= UNLIKE


def _relit(picture: Picture, like: Picture) -> Picture:
    """`picture` with the mean and the contrast of each channel of `like`."""
    values, target = picture.astype(np.float32), like.astype(np.float32)
    # A gain above 4 would make a scene out of the noise of a blank picture.
    gain = np.minimum(target.std((0, 1)) / np.maximum(values.std((0, 1)), 1.0), 4.0)
    lit = (values - values.mean((0, 1))) * gain + target.mean((0, 1))
    return np.asarray(np.clip(lit, 0, 255), np.uint8)


def _end(transition: Transition) -> int:
    return transition.start_frame + transition.frames


def _mixes(small: NDArray[np.float32]) -> list[_Mix]:
    """Every stretch of the tried lengths that looks like a dissolve between its ends."""
    mixes = []
    for length in LENGTHS:
        if len(small) <= length:
            break
        level = _root_mean_square(small[length:] - small[:-length])
        starts = np.flatnonzero(level >= LEAST_CHANGE)
        if not len(starts):
            continue
        first, level = small[starts], level[starts]
        change = small[starts + length] - first
        power = level**2 * small.shape[1]
        worst = np.zeros(len(starts), np.float32)
        uneven = np.zeros(len(starts), np.float32)
        for fifth in FIFTHS:
            after = round(length * fifth / 5)
            apart = small[starts + after] - first
            share = np.einsum("ij,ij->i", apart, change) / power
            rest = np.sqrt(np.maximum(np.einsum("ij,ij->i", apart, apart) / power - share**2, 0))
            worst = np.maximum(worst, rest)
            uneven = np.maximum(uneven, np.abs(share - after / length))
        score = level * (1 - worst) * (1 - 2 * uneven)
        likely = np.flatnonzero((worst <= MISFIT) & (uneven <= CROOKED))
        begins = starts[likely]
        mixes += [
            _Mix(int(n), int(n) + length, float(value))
            for n, value in zip(begins, score[likely], strict=True)
        ]
    return mixes


def _root_mean_square(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", values, values) / values.shape[1]), np.float32)


def _best(mixes: list[_Mix], frames: int) -> list[_Mix]:
    """The best of all that overlap, best first."""
    taken = np.zeros(frames, np.bool_)
    best = []
    for mix in sorted(mixes, key=lambda mix: (-mix.score, mix.first, mix.last)):
        if not taken[mix.first : mix.last + 1].any():
            taken[mix.first : mix.last + 1] = True
            best.append(mix)
    return best


def _best_fit(pictures: Pictures, begin: int, end: int) -> tuple[int, int, float]:
    """The span, or the same with one end moved inwards: motion beside a dissolve prolongs it.

    And its `_misfit`.
    """
    length = end - begin
    whole = begin, end, _misfit(pictures, begin - 1, end)
    if whole[2] <= CLEAN or length < LONG:
        return whole
    told = [whole]
    for part in (round(length * 0.15), round(length * 0.3)):
        for first, last in ((begin, end - part), (begin + part, end)):
            if different(pictures[first - 1], pictures[last]):
                told.append((first, last, _misfit(pictures, first - 1, last)))
    return min(told, key=lambda span: span[2])


def _misfit(pictures: Pictures, first: int, last: int) -> float:
    """Error of mixing the ends, against that of block matching from the nearer of them.

    Below 1 the frames between are mixed rather than moved.
    """
    before, after = pictures[first].astype(np.float32), pictures[last].astype(np.float32)
    change = after - before
    power = max(float((change**2).sum()), 1e-6)
    mixed = moved = 0.0
    for quarter in (1, 2, 3):
        here = pictures[first + round((last - first) * quarter / 4)]
        apart = here - before
        share = min(max(float((apart * change).sum()) / power, 0.0), 1.0)
        mixed += float(np.abs(apart - share * change).mean())
        nearer = np.minimum(
            residuals(pictures[first], here),
            residuals(pictures[last], here),
        )
        moved += float(nearer.mean())
    return mixed / max(moved, 1e-6)


def _span(small: NDArray[np.float32], mix: _Mix) -> tuple[int, int]:
    """First frame of the change and the first one after it.

    Motion in the two pictures spoils the very ends, so the lines through the first and the last
    third of the progress say where it left 0 and where it reaches 1.
    """
    spare = max(2, (mix.last - mix.first) // 6)
    low, high = max(0, mix.first - spare), min(len(small) - 1, mix.last + spare)
    change = small[high] - small[low]
    share = (small[low : high + 1] - small[low]) @ change / max(float(change @ change), 1e-6)
    left = _crossing(share, 0.0)
    reached = len(share) - 1 - _crossing(1 - share[::-1], 0.0)
    begin = low + max(1, int(np.floor(left + 0.5)) + 1)
    end = low + min(len(share) - 1, int(np.ceil(reached - 0.5)))
    return begin, max(end, begin + 1)


def _crossing(share: NDArray[np.float32], level: float) -> float:
    """Where a line through the early progress is at `level`."""
    begins = int(np.argmax(share > 0.35))
    early = [n for n in range(begins + 1) if 0.04 < share[n] <= 0.4]
    while early and len(early) < begins - early[0]:
        early = early[1:]  # an early blip, not yet the change
    if len(early) < 2:
        return float(begins - 1)
    slope, offset = np.polyfit(early, share[early], 1)
    return float((level - offset) / slope) if slope > 0 else float(early[0] - 1)
