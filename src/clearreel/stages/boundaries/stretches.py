"""What packets say before anything is decoded: where to look first, and what can be believed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from clearreel.stages.boundaries.course import Course, Sizes

SHORTEST = 12
"""Frames between two anchors, at least: footage with more key frames is sampled."""
EARLY = 0.95
"""A key frame before this share of the longest group of pictures was the encoder's own choice."""
ENOUGH = 8
"""Groups of pictures from which on a single longest one may be the encoder's choice as well."""
SPIKE = 3.0
"""A packet this many times larger than the large ones around it…"""
SPIKE_OF_KEY = 0.3
"""…and this large beside a key frame holds a new picture."""
HINT, HINT_OF_KEY = 2.0, 0.2
"""From here on it may hold one: of ten cuts between key frames, eight or nine give such a hint."""
AROUND = 16
"""Packets on each side that it is compared with."""
BESIDE = 8
"""Packets of frames that are coded in the order of time, on each side, that `prominence` takes."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The frames start <= n < end between two anchors: key frames that are looked at first."""

    start: int
    end: int
    chosen: bool
    """The encoder chose to begin anew at `end`: a key frame before its time."""
    marked: bool
    """It would have done so at any cut inside, for all that is known."""
    calm: bool
    """Packets up to `end` and right after it are as usual, so nothing changes gradually there."""
    spikes: tuple[int, ...]
    """Frames in between whose packets hold a new picture."""
    hints: tuple[int, ...] = ()
    """Frames in between whose packets may hold one, the spikes among them."""

    def divided(
        self, at: Mapping[int, int], cleared: Collection[int], after: int, course: Course
    ) -> list[Stretch]:
        """The stretches that it falls into at the frames where new pictures begin.

        `at`: the frame whose packet holds the picture, by the frame that begins to show it.
        `cleared` are spikes and hints that proved to be none, `after` is where the next stretch
        ends, and `course` is that of the whole footage.
        """
        starts = [(self.start, self.start), *sorted(at.items())]
        ends = [*starts[1:], (self.end, self.end)]
        parts = []
        for place, ((start, first), (end, new)) in enumerate(zip(starts, ends, strict=True)):
            last = end == self.end
            behind = after if last else ends[place + 1][0]
            parts.append(
                Stretch(
                    start,
                    end,
                    chosen=self.chosen if last else True,
                    marked=self.marked,
                    calm=course.calm((first + 1, end), (new + 1, behind), cuts_known=True),
                    spikes=tuple(n for n in self.spikes if start < n < end and n not in cleared),
                    hints=tuple(n for n in self.hints if start < n < end and n not in cleared),
                )
            )
        return parts


def prominence(size: Sizes, forward: NDArray[np.bool_]) -> Sizes:
    """How much larger a packet is than those around it, float32 (frames,).

    Only among P frames (`forward`), each against the median of its neighbours; 0 for all others.
    """
    found = np.zeros(len(size), np.float32)
    numbers = np.flatnonzero(forward)
    if len(numbers) <= 2 * BESIDE:
        return found
    between = size[numbers].astype(np.float32)
    near = sliding_window_view(np.pad(between, BESIDE, mode="reflect"), 2 * BESIDE + 1)
    for first in range(0, len(numbers), 4096):  # what bounds memory
        part = np.median(near[first : first + 4096], axis=1)
        found[numbers[first : first + 4096]] = between[first : first + 4096] / np.maximum(part, 1)
    return found


def find_stretches(key: NDArray[np.bool_], course: Course) -> list[Stretch]:
    """Divide footage at its key frames: `key` says which of the frames (frames,) are such."""
    size = course.size
    frames = len(key)
    keys = np.flatnonzero(key)
    anchors = _anchors(keys)
    ends = [*anchors[1:], frames]
    longest = _longest(keys, frames)
    intra_only = len(keys) > frames // 2
    spikes = _size_steps(size) if intra_only else _spikes(key, size, SPIKE, SPIKE_OF_KEY)
    hints = spikes if intra_only else _spikes(key, size, HINT, HINT_OF_KEY)
    found = []
    for place, (start, end) in enumerate(zip(anchors, ends, strict=True)):
        gap = end - int(keys[np.searchsorted(keys, end) - 1]) if end < frames else longest
        after = ends[place + 1] if place + 1 < len(ends) else frames
        chosen = end < frames and not intra_only and gap < EARLY * longest
        found.append(
            Stretch(
                start,
                end,
                chosen=chosen,
                marked=chosen,
                calm=course.calm((start + 1, end), (end + 1, after), cuts_known=False),
                spikes=_inside(spikes, start, end),
                hints=_inside(hints, start, end),
            )
        )
    return found


def _longest(keys: NDArray[np.int64], frames: int) -> int:
    """Frames in the longest group of pictures that the encoder allows, as far as can be told.

    An encoder that sets key frames where it likes reaches its limit more than once, if ever.
    """
    lengths = np.sort(np.diff(keys))
    if not len(lengths):
        return frames
    alone = len(lengths) >= ENOUGH and lengths[-2] < EARLY * lengths[-1]
    return int(lengths[-1] / EARLY) + 1 if alone else int(lengths[-1])


def _anchors(keys: NDArray[np.int64]) -> list[int]:
    anchors = [0]
    for number in keys:
        if number - anchors[-1] >= SHORTEST:
            anchors.append(int(number))
    return anchors


def _inside(numbers: NDArray[np.int64], start: int, end: int) -> tuple[int, ...]:
    return tuple(int(n) for n in numbers[(numbers > start) & (numbers < end)])


def _spikes(
    key: NDArray[np.bool_], size: NDArray[np.int64], factor: float, of_key: float
) -> NDArray[np.int64]:
    """Frames that cost far more than their neighbours without being key frames."""
    numbers = np.flatnonzero(~key)
    if len(numbers) <= AROUND or not key.any():
        return numbers[:0]
    between = size[numbers].astype(np.float64)
    keys = np.flatnonzero(key)
    beside = size[keys][np.clip(np.searchsorted(keys, numbers) - 1, 0, None)]
    likely = np.flatnonzero(between >= of_key * beside)
    if not len(likely):
        return likely
    near = sliding_window_view(np.pad(between, AROUND, mode="reflect"), 2 * AROUND + 1)[likely]
    near[:, AROUND] = 0
    large = np.percentile(near, 85, axis=1)
    return np.asarray(numbers[likely[between[likely] >= factor * large]], np.int64)


def _size_steps(size: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where the size changes at once, in footage of key frames alone."""
    logs = np.log(np.maximum(size, 1))
    step = np.abs(np.diff(logs, prepend=logs[:1]))
    usual = float(np.median(step))
    return np.flatnonzero(step > max(0.1, 6 * usual))
