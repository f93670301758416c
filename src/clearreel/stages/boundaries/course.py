"""Whether anything changes gradually, as far as packets say: by their sizes and their weights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearreel.media.weighting import UNIT

CALM_FRAMES = 10
"""Packets that are averaged to see whether anything changes gradually."""
SWELL, DIP = 1.9, 0.3
"""Such a mean against the stretch's median, where nothing is known of weights: a dissolve swells
it, a fade out lets it dip. At 2.1 and 0.25, F1 of all on tuning reels with scene cuts was 0.981
instead of 0.987, for 6 % fewer frames."""
WEIGHTED_SHARE = 0.1
"""Of the frames of a dissolve that could have weights, this share has them at least. In 220
dissolves that were found on tuning reels it was 0.2 or more, and none was without."""
WEIGHT = 0.1 * UNIT
"""What weights around a frame change in all, at least, in a gradual change. In those dissolves and
in 160 fades it was 0.14 or more; half of the places in a film where weights are told are below."""
NEAR = 12
"""Frames on each side of a weighted one among which others are weighted in a gradual change."""
LIGHTS = 3
"""So many of these frames may lead to another scene and back, where both ends show the same."""
SOON = 5
"""Frames after a new picture in which weights say that it came gradually: until the first frames
that are predicted from it."""
WIPES = (8, 12, 16, 24, 32, 40)
"""Lengths, in frames, in which one is looked for; of a longer wipe a part is found."""
BESIDE, LEAST_BESIDE = 16, 5
"""Frames on each side of one that it is compared with, and how many it takes for that."""
SWEEP, SWEEP_RISE = 1.0, 1.5
"""What the P frames of a wipe take beyond the mean of both sides, as pictures that are coded by
themselves; and how many times as much as that mean they take. Of 129 wipes on tuning reels, in
packets that were calm by all else, nine tenths do, and half of the frames without any wipe, which
is why these packets are looked into (`boundaries.glances`)."""
HIDES, SHORT = 0.4, 60
"""P frames that commonly take so much of what a picture takes that is coded by itself hide one
among them; but hardly one that is left at once, between key frames that are no more frames apart
than usual in streaming."""
LONGEST_SWELL, LEAST_FRAMES = 64, 8
"""Packets that are averaged to see what frames take while something goes on, and while nothing
does."""
ADDED, RISE = 4.0, 1.5
"""What the first take beyond the others, as pictures that are coded by themselves, where a wipe or
an unmarked cut may be among them; and the mean of packets in it against what a quarter of the
stretch stays below. Of twenty wipes on tuning reels, in packets that were calm by all else, 15 do,
and so does a seventh of the frames of a film without any."""
STEEP, ADDED_AT_ONCE = 10.0, 1.0
"""Where packets rise like that, less is enough."""
MUCH = 2.0
"""What P frames of a stretch take in all, as pictures that are coded by themselves, from which on
it may have come to show something else by motion alone."""
RESTLESS = 1.6
"""The mean of the last packets before a new picture against the stretch's median, from which on the
encoder may have begun anew because so much moves."""
ANOTHER = 0.5
"""A packet right behind a new picture that takes so much of what that took may hold one more."""

Sizes = NDArray[Any]
Frames = tuple[int, int]
"""The first frame, and the one after the last."""


@dataclass(frozen=True)
class Course:
    """What the packets of footage say of how it goes on, a row for each presented frame."""

    size: Sizes
    """Bytes, (frames,); 0 where it is not known."""
    forward: NDArray[np.bool_]
    """(frames,): those that are no key frames and predicted from earlier ones only."""
    weighting: NDArray[np.int8]
    """(frames,): what `media.weighting` reads of each. Where all are untold, all that is known of
    light is how packets swell."""
    opaque: bool = False
    """Packets can't be looked into for new pictures (`media.peeking`): where they are not even,
    one may be hidden."""

    @cached_property
    def relit(self) -> NDArray[np.bool_] | None:
        """(frames,): those that are predicted from what was made lighter or darker, with others
        around them. None where the encoder doesn't tell."""
        if (self.weighting < 0).all():
            return None
        told, weighted = self.weighting >= 0, self.weighting > 0
        often = _around(weighted) >= WEIGHTED_SHARE * _around(told)
        enough = _around(np.maximum(self.weighting, 0)) >= WEIGHT
        return np.asarray(weighted & often & enough, np.bool_)

    def relights(self, start: int, end: int) -> bool:
        """Whether the light changes for more than a moment in start <= n < end."""
        return self.relit is not None and int(self.relit[start:end].sum()) >= LIGHTS

    def may_dissolve(self, start: int, end: int) -> bool:
        """Whether start <= n < end may be a dissolve, by the weights of its frames."""
        if self.relit is None:
            return True
        span = self.weighting[start:end]
        told, weighted = np.count_nonzero(span >= 0), np.count_nonzero(span > 0)
        return bool(weighted >= max(1.0, WEIGHTED_SHARE * told))

    def calm(self, before: Frames, behind: Frames, passed: int = 0, *, cuts_known: bool) -> bool:
        """Whether the packets before a new picture, and right behind it, tell of no change.

        Each of the two runs of frames follows on the picture that it begins with. Of those before,
        the first `passed` only say what is usual. Fewer than `CALM_FRAMES` leave no room for a
        gradual change; but unless all cuts are known, there may be one among them.
        """
        left = before[1] - before[0] - passed
        if not cuts_known and min(left, behind[1] - behind[0]) < CALM_FRAMES:
            return False
        if self.relit is None or self.opaque:
            even = self._even(before, passed) and self._begins_even(behind)
            if self.relit is None or not even:
                return even
        soon = min(behind[0] + SOON, behind[1])
        if self.relit[before[0] + passed : before[1]].any() or self.relit[behind[0] : soon].any():
            return False
        return not self._restless(before, passed)

    def sweeps(self, before: Frames, behind: Frames) -> list[Frames]:
        """Where another picture may come in bit by bit, the likeliest first: each bit takes bytes.

        Only frames that are predicted from earlier ones count, as others can take each bit from
        after it. The parameters are those of `calm`. Nothing where nothing is known of weights, as
        packets have to be even there.
        """
        start, end = before
        if self.relit is None or end - start < WIPES[0]:
            return []
        enough = SWEEP * self._alone(before, behind)
        total = _sums(np.where(self.forward[start:end], self.size[start:end], 0))
        likely: list[tuple[float, int, int]] = []
        for length in WIPES:
            first = np.arange(end - start - length + 1)
            mean = (total[first + length] - total[first]) / length
            beside = _beside(total, first, length)
            added = (mean - beside) * length
            risen = np.flatnonzero((added >= enough) & (mean >= SWEEP_RISE * beside))
            likely += [(-float(added[n]), int(n), length) for n in risen]
        found: list[Frames] = []
        taken = np.zeros(end - start, np.bool_)
        for _, place, length in sorted(likely):
            if not taken[place : place + length].any():
                taken[place : place + length] = True
                found.append((start + place, start + place + length))
        return found

    def swells(self, before: Frames, behind: Frames, passed: int = 0) -> bool:
        """Whether packets leave room for another picture, at once or bit by bit.

        What counts is how many bytes are added up, more than by how much packets swell: many frames
        share what a slow wipe takes. The parameters are those of `calm`.
        """
        size = self.size[slice(*before)]
        means = _means(size, CALM_FRAMES)
        if self.relit is None or len(means) <= passed:
            return False
        coded = size[passed:][self.forward[slice(*before)][passed:]]
        hides = len(coded) > 0 and float(np.median(coded)) >= HIDES * self._alone(before, behind)
        if hides and len(size) > passed + SHORT:
            return True
        rise = float(means[passed:].max()) / max(1.0, float(np.percentile(means, 25)))
        left = size[passed:]
        frames = min(LONGEST_SWELL, len(left))
        usual = float(_means(size, LEAST_FRAMES).min())
        added = (float(_means(left, frames).max()) - usual) * frames
        enough = ADDED if rise < STEEP else ADDED_AT_ONCE
        return rise >= RISE and added > enough * self._alone(before, behind)

    def much_moves(self, before: Frames, behind: Frames, passed: int = 0) -> bool:
        """Whether motion may have changed the whole picture; parameters as those of `calm`."""
        start, end = before[0] + passed, before[1]
        moved = float(self.size[start:end][self.forward[start:end]].sum())
        return moved >= MUCH * self._alone(before, behind)

    def others(self, behind: Frames) -> list[int]:
        """Frames right behind the picture that `behind` follows on which may hold one more."""
        start, end = behind
        size = self.size[start : min(start + CALM_FRAMES, end)]
        large = np.flatnonzero(size > ANOTHER * self.size[start - 1])
        return [start + int(place) for place in large]

    def likely(self, start: int, end: int) -> list[int]:
        """Frames start <= n < end that may hold a new picture, the likeliest first.

        They are those with the largest packets; but the second and third are where packets begin
        to take another size, as where grain gives way to a plain scene.
        """
        coded = start + np.flatnonzero(self.forward[start:end])
        size = self.size[coded].astype(np.float64)
        order = [int(n) for n in coded[np.argsort(-size, kind="stable")]]
        step = _step(np.log(np.maximum(size, 1)))
        turns = [int(n) for n in coded[max(0, step - 1) : step + 1][::-1]] if step else []
        return list(dict.fromkeys([*order[:1], *turns, *order[1:]]))

    def _alone(self, before: Frames, behind: Frames) -> float:
        """What a picture takes that is coded by itself."""
        runs = [run for run in (before, behind) if run[0] < run[1]]
        return max(1.0, float(min((self.size[run[0] - 1] for run in runs), default=0)))

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

    def _restless(self, before: Frames, passed: int) -> bool:
        """Whether the encoder may have begun anew because of motion."""
        means = _means(self.size[slice(*before)], CALM_FRAMES)
        if len(means) <= passed:
            return False
        return bool(means[-1] > RESTLESS * np.median(means))


def _around(values: NDArray[Any]) -> NDArray[np.int64]:
    """The sum of each frame's value and `NEAR` on each side of it."""
    total = np.cumsum(np.pad(values, (NEAR + 1, NEAR)), dtype=np.int64)
    return np.asarray(total[2 * NEAR + 1 :] - total[: -2 * NEAR - 1], np.int64)


def _means(size: Sizes, count: int) -> NDArray[np.float64]:
    """Means over `count` packets in a row; none where there are fewer."""
    if len(size) < count:
        return np.empty(0)
    total = _sums(size)
    return np.asarray((total[count:] - total[:-count]) / count, np.float64)


def _step(values: NDArray[np.float64]) -> int:
    """Where the mean of what comes changes most from that of what came, weighted by how many there
    are on both sides; 0 where there are fewer than two."""
    count = len(values)
    if count < 2:
        return 0
    before = np.arange(1, count)
    total = np.cumsum(values)
    apart = (total[-1] - total[:-1]) / (count - before) - total[:-1] / before
    return 1 + int(np.argmax(np.abs(apart) * np.sqrt(before * (count - before))))


def _sums(size: Sizes) -> NDArray[np.float64]:
    """Of the first 0, 1, 2, … values."""
    return np.concatenate([[0.0], np.cumsum(size, dtype=np.float64)])


def _beside(
    total: NDArray[np.float64], first: NDArray[np.int64], length: int
) -> NDArray[np.float64]:
    """The mean of both sides of first <= n < first + length, of one if the other is short; nan if
    both are."""
    begin = np.maximum(0, first - BESIDE)
    end = np.minimum(len(total) - 1, first + length + BESIDE)
    sides = []
    for low, high in ((begin, first), (first + length, end)):
        enough = high - low >= LEAST_BESIDE
        sides.append(((total[high] - total[low]) / np.maximum(1, high - low), enough))
    (left, on_left), (right, on_right) = sides
    known = on_left.astype(np.int64) + on_right
    both = np.where(on_left, left, 0) + np.where(on_right, right, 0)
    return np.where(known > 0, both / np.maximum(1, known), np.nan)
