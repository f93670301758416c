"""Decide which frames of a clip are looked at, and decode each of them once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clearreel.media.pictures import Picture, PictureReader
from clearreel.media.timeline import Timeline
from clearreel.stages.contract import Look, Run, Still


@dataclass(frozen=True, slots=True)
class Seen:
    """What was decoded of one clip."""

    stills: tuple[Still, ...]
    runs: tuple[Run, ...]


def look_at(
    pictures: PictureReader, start: int, end: int, look: Look, senses: Iterable[str]
) -> Seen:
    """Decode the stills and runs of frames start <= n < end that these senses ask for.

    Anchors are spread evenly. Each moves to the nearest key frame of its stretch, if it has one,
    because a key frame costs one decoded picture where another costs all since the key frame. A
    run's first frame serves as the still of the same anchor.
    """
    timeline = pictures.reader.timeline
    stills = set(anchors(timeline, start, end, look.stills)) if "stills" in senses else set()
    starts = anchors(timeline, start, end, look.runs) if "runs" in senses else []
    ranges = _merge((begin, min(begin + look.run_frames, end)) for begin in starts)
    seen: dict[int, Picture] = {}
    grey: dict[int, Picture] = {}
    for begin, stop in _with_singles(ranges, stills, timeline):
        for number, frame in pictures.reader.frames(begin, stop):
            if number in stills:
                seen[number] = pictures.still(frame)
            if any(low <= number < high for low, high in ranges):
                grey[number] = pictures.luma(frame, look.run_width)
    for number in sorted(stills - seen.keys()):
        if timeline.key[number] and (still := pictures.key_still(number)) is not None:
            seen[number] = still
    return Seen(
        stills=tuple(Still(number, seen[number]) for number in sorted(seen)),
        runs=tuple(
            run
            for begin in starts
            if (run := _run(grey, begin, min(begin + look.run_frames, end), timeline)) is not None
        ),
    )


def anchors(timeline: Timeline, start: int, end: int, count: int) -> list[int]:
    """At most `count` frame numbers in start <= n < end, spread evenly, key frames preferred."""
    found = []
    for place in range(count):
        low = start + (end - start) * place // count
        high = start + (end - start) * (place + 1) // count
        if low == high:
            continue
        middle = (low + high) // 2
        keys: NDArray[np.int64] = low + np.flatnonzero(timeline.key[low:high])
        found.append(int(keys[np.argmin(np.abs(keys - middle))]) if len(keys) else middle)
    return found


def _with_singles(
    ranges: list[tuple[int, int]], stills: set[int], timeline: Timeline
) -> list[tuple[int, int]]:
    """The ranges and the stills outside them that no key frame gives, as ranges to decode."""
    singles = [
        (number, number + 1)
        for number in stills
        if not timeline.key[number] and not any(low <= number < high for low, high in ranges)
    ]
    return sorted([*ranges, *singles])


def _merge(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged


def _run(grey: dict[int, Picture], begin: int, end: int, timeline: Timeline) -> Run | None:
    numbers = [number for number in range(begin, end) if number in grey]
    if len(numbers) < 2:
        return None
    ticks = timeline.ticks[numbers]
    return Run(
        start_frame=numbers[0],
        luma=np.stack([grey[number] for number in numbers]),
        seconds=(ticks - ticks[0]).astype(np.float64) * float(timeline.time_base),
    )
