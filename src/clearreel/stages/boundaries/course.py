"""Whether anything changes gradually, as far as packets say: by their sizes and their weights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearreel.media.weighting import Weighting

CALM_FRAMES = 10
"""Packets that are averaged to see whether anything changes gradually."""
SWELL, DIP = 1.9, 0.3
"""Such a mean against the stretch's median, where nothing is known of weights: a dissolve swells
it, a fade out lets it dip. At 2.1 and 0.25, F1 of all on tuning reels with scene cuts was 0.981
instead of 0.987, for 6 % fewer frames."""
WEIGHTED_SHARE = 0.1
"""Of the frames of a dissolve that could have weights, this share has them at least. In 220
dissolves that were found on tuning reels it was 0.2 or more, and none was without."""
NEAR = 12
"""Frames on each side of a weighted one among which others are weighted in a gradual change."""
LIGHTS = 3
"""So many of these frames may lead to another scene and back, where both ends show the same."""
SOON = 5
"""Frames after a new picture in which weights say that it came gradually: until the first frames
that are predicted from it."""
LONGEST_WIPE = 64
"""Frames; a longer wipe is told by a part of it."""
LEAST_FRAMES = 8
"""Packets that are averaged to see what frames take in which nothing new appears."""
ADDED = 4.0
"""What the frames of a wipe take beyond that, as pictures that are coded by themselves…"""
RISE = 1.5
"""…and the mean of packets in it against what a quarter of the stretch stays below. Of twenty wipes
on tuning reels, in packets that were calm by all else, 15 do, and so does a seventh of the frames
of a film without any; with 3 instead of 4 it is 17 and a quarter."""
STEEP, ADDED_AT_ONCE = 10.0, 1.0
"""Where packets rise like that, less is enough."""
RESTLESS = 1.6
"""The mean of the last packets before a new picture against the stretch's median, from which on the
encoder may have begun anew because so much moves."""
ANOTHER = 0.5
"""A packet right behind a new picture that takes so much of what that took holds one more."""

Sizes = NDArray[Any]
Frames = tuple[int, int]
"""The first frame, and the one after the last."""


@dataclass(frozen=True)
class Course:
    """What the packets of footage say of how it goes on, a row for each presented frame."""

    size: Sizes
    """Bytes, (frames,); 0 where it is not known."""
    weighting: NDArray[np.uint8]
    """(frames,): a `media.weighting.Weighting` each. Where all are untold, all that is known of
    light is how packets swell."""

    @cached_property
    def relit(self) -> NDArray[np.bool_] | None:
        """(frames,): those that are predicted from what was made lighter or darker, with others
        around them. None where the encoder doesn't tell."""
        if not self.weighting.any():
            return None
        told, weighted = self.weighting > 0, self.weighting == Weighting.WEIGHTED
        enough = _around(weighted) >= WEIGHTED_SHARE * _around(told)
        return np.asarray(weighted & enough, np.bool_)

    def relights(self, start: int, end: int) -> bool:
        """Whether the light changes for more than a moment in start <= n < end."""
        return self.relit is not None and int(self.relit[start:end].sum()) >= LIGHTS

    def may_dissolve(self, start: int, end: int) -> bool:
        """Whether start <= n < end may be a dissolve, by the weights of its frames."""
        if self.relit is None:
            return True
        span = self.weighting[start:end]
        weighted = np.count_nonzero(span == Weighting.WEIGHTED)
        return bool(weighted >= max(1.0, WEIGHTED_SHARE * np.count_nonzero(span)))

    def calm(self, before: Frames, behind: Frames, passed: int = 0, *, cuts_known: bool) -> bool:
        """Whether the packets before a new picture, and right behind it, tell of no change.

        Each of the two runs of frames follows on the picture that it begins with. Of those before,
        the first `passed` only say what is usual. Fewer than `CALM_FRAMES` leave no room for a
        gradual change; but unless all cuts are known, there may be one among them.
        """
        left = before[1] - before[0] - passed
        if not cuts_known and min(left, behind[1] - behind[0]) < CALM_FRAMES:
            return False
        if self.relit is None:
            return self._even(before, passed) and self._begins_even(behind)
        soon = min(behind[0] + SOON, behind[1])
        if self.relit[before[0] + passed : before[1]].any() or self.relit[behind[0] : soon].any():
            return False
        runs = [run for run in (before, behind) if run[0] < run[1]]
        alone = float(min((self.size[run[0] - 1] for run in runs), default=0))
        return not (
            self._another(behind)
            or self._restless(before, passed)
            or self._wiped(before, alone, passed)
        )

    def _even(self, before: Frames, passed: int) -> bool:
        """Whether no mean of packets stands out from the usual one."""
        means = _means(self.size[slice(*before)], CALM_FRAMES)
        if len(means) <= passed:
            return True
        usual, left = float(np.median(means)), means[passed:]
        return bool(left.max() <= SWELL * usual and left.min() >= DIP * usual)

    def _begins_even(self, behind: Frames) -> bool:
        """Whether the first packets behind a new picture are like those that follow."""
        means = _means(self.size[slice(*behind)], CALM_FRAMES)
        if not len(means):
            return True
        usual = float(np.median(means))
        return bool(DIP * usual <= means[0] <= SWELL * usual)

    def _another(self, behind: Frames) -> bool:
        """Whether right behind a picture there is one more: it may have been a flash."""
        start, end = behind
        first = self.size[start : min(start + CALM_FRAMES, end)]
        return len(first) > 0 and bool(first.max() > ANOTHER * self.size[start - 1])

    def _restless(self, before: Frames, passed: int) -> bool:
        """Whether the encoder may have begun anew because of motion."""
        means = _means(self.size[slice(*before)], CALM_FRAMES)
        if len(means) <= passed:
            return False
        return bool(means[-1] > RESTLESS * np.median(means))

    def _wiped(self, before: Frames, alone: float, passed: int) -> bool:
        """Whether another picture may have come in bit by bit: each bit of it takes bytes.

        What counts is how many are added up, more than by how much packets swell: many frames
        share what a slow wipe takes.
        """
        size = self.size[slice(*before)]
        means = _means(size, CALM_FRAMES)
        if len(means) <= passed:
            return False
        rise = float(means[passed:].max()) / max(1.0, float(np.percentile(means, 25)))
        if rise < RISE:
            return False
        left = size[passed:]
        frames = min(LONGEST_WIPE, len(left))
        usual = float(_means(size, LEAST_FRAMES).min())
        added = (float(_means(left, frames).max()) - usual) * frames
        return added > alone * (ADDED if rise < STEEP else ADDED_AT_ONCE)


def _around(marked: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many are marked among each frame and `NEAR` on each side of it."""
    total = np.cumsum(np.pad(marked, (NEAR + 1, NEAR)), dtype=np.int64)
    return np.asarray(total[2 * NEAR + 1 :] - total[: -2 * NEAR - 1], np.int64)


def _means(size: Sizes, count: int) -> NDArray[np.float64]:
    """Means over `count` packets in a row; none where there are fewer."""
    if len(size) < count:
        return np.empty(0)
    total = np.concatenate([[0.0], np.cumsum(size, dtype=np.float64)])
    return np.asarray((total[count:] - total[:-count]) / count, np.float64)
