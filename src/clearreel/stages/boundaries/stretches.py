"""What packets say before anything is decoded: where to look first, and what can be believed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHORTEST = 12
"""Frames between two anchors, at least: footage with more key frames is sampled."""
EARLY = 0.95
"""A key frame before this share of the longest group of pictures was the encoder's own choice."""
SPIKE = 2.5
"""A packet this many times larger than the large ones around it…"""
SPIKE_OF_KEY = 0.15
"""…and this large beside a key frame holds a new picture."""
AROUND = 16
"""Packets on each side that it is compared with."""
CALM_FRAMES = 10
"""Packets before and after an anchor that must be as usual for a cut to be believed."""
RESTLESS, STILL = 2.0, 0.15
"""Their mean against that of the stretch: more is a gradual change, less is black."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The frames start <= n < end between two anchors: key frames that are looked at first."""

    start: int
    end: int
    chosen: bool
    """The encoder chose to begin anew at `end`: a key frame before its time."""
    calm: bool
    """Packets around `end` are as usual, so nothing changes gradually there."""
    spikes: tuple[int, ...]
    """Frames in between whose packets hold a new picture."""


def find_stretches(key: NDArray[np.bool_], size: NDArray[np.int64]) -> list[Stretch]:
    """Divide footage at its key frames.

    `key` and `size`, in bytes, are those of each presented frame's packet, (frames,). A size of 0
    stands for one that is not known; nothing is believed then.
    """
    frames = len(key)
    keys = np.flatnonzero(key)
    anchors = _anchors(keys)
    ends = [*anchors[1:], frames]
    longest = int(np.diff(keys).max()) if len(keys) > 1 else frames
    intra_only = len(keys) > frames // 2
    spikes = _size_steps(size) if intra_only else _spikes(key, size)
    found = []
    for place, (start, end) in enumerate(zip(anchors, ends, strict=True)):
        gap = end - int(keys[np.searchsorted(keys, end) - 1]) if end < frames else longest
        after = ends[place + 1] if place + 1 < len(ends) else frames
        found.append(
            Stretch(
                start,
                end,
                chosen=end < frames and not intra_only and gap < EARLY * longest,
                calm=_calm(size, start, end, after),
                spikes=tuple(int(n) for n in spikes[(spikes > start) & (spikes < end)]),
            )
        )
    return found


def _anchors(keys: NDArray[np.int64]) -> list[int]:
    anchors = [0]
    for number in keys:
        if number - anchors[-1] >= SHORTEST:
            anchors.append(int(number))
    return anchors


def _spikes(key: NDArray[np.bool_], size: NDArray[np.int64]) -> NDArray[np.int64]:
    """Frames that cost far more than their neighbours without being key frames."""
    numbers = np.flatnonzero(~key)
    if not len(numbers) or not key.any():
        return numbers
    between = size[numbers].astype(np.float64)
    keys = np.flatnonzero(key)
    beside = np.clip(np.searchsorted(keys, numbers) - 1, 0, None)
    of_key = size[keys][beside].astype(np.float64)
    likely = np.flatnonzero(between >= SPIKE_OF_KEY * of_key)
    found = []
    for place in likely:
        near = between[max(0, place - AROUND) : place], between[place + 1 : place + 1 + AROUND]
        large = np.percentile(np.concatenate([*near, [0.0]]), 85)
        if between[place] >= SPIKE * large:
            found.append(int(numbers[place]))
    return np.array(found, np.int64)


def _size_steps(size: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where the size changes at once, in footage of key frames alone."""
    logs = np.log(np.maximum(size, 1))
    step = np.abs(np.diff(logs, prepend=logs[:1]))
    usual = float(np.median(step))
    return np.flatnonzero(step > max(0.1, 6 * usual))


def _calm(size: NDArray[np.int64], start: int, end: int, after: int) -> bool:
    """Whether the packets right before and right after `end` are like the rest of theirs."""
    for inside, near in (
        (size[start + 1 : end], size[max(start + 1, end - CALM_FRAMES) : end]),
        (size[end + 1 : after], size[end + 1 : min(after, end + 1 + CALM_FRAMES)]),
    ):
        if len(near) < 4:
            return False
        usual = float(np.mean(inside))
        if not STILL * usual <= float(np.mean(near)) <= RESTLESS * usual:
            return False
    return True
