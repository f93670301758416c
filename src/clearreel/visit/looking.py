"""Decide which frames of a clip are looked at, and decode each of them once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import numpy as np
from numpy.typing import NDArray

from clearreel.media.decoding import Frame
from clearreel.media.pictures import GLIMPSE, PictureReader
from clearreel.media.timeline import Timeline
from clearreel.stages.contract import Look, Run, Still

Frames = list[tuple[int, Frame]]


@dataclass(frozen=True, slots=True)
class Seen:
    """What was decoded of one clip."""

    stills: tuple[Still, ...]
    runs: tuple[Run, ...]


def look_at(
    pictures: PictureReader, start: int, end: int, look: Look, senses: Iterable[str]
) -> Seen:
    """Decode the stills and runs of frames start <= n < end that these senses ask for.

    Places are spread evenly. Each moves to the nearest key frame of the clip, because that costs
    one decoded picture where another costs all since the key frame; or, where none is near, to a
    frame that the shot detector had to decode anyway. A run begins with the still of its place.
    """
    timeline = pictures.reader.timeline
    apart = max(1, ceil(GLIMPSE * timeline.rate))
    known = [number for number, _ in pictures.spares(start, end)]
    spares = [one for one, other in pairwise(known) if other - one <= 2 * apart]
    wanted = {
        sense: set(places(timeline, start, end, count, look.reach, spares))
        for sense, count in (("stills", look.stills), ("runs", look.runs))
        if sense in senses
    }
    stills: list[Still] = []
    runs: list[Run] = []
    for number in sorted(set().union(*wanted.values())):
        moving = number in wanted.get("runs", ())
        frames = _decode(pictures, number, end, apart if moving else 0)
        if frames and number in wanted.get("stills", ()):
            stills.append(Still(frames[0][0], pictures.still(frames[0][1])))
        if moving and len(frames) > 1:
            (first, one), (last, other) = frames[0], frames[-1]
            luma = np.stack([pictures.luma(frame, look.run_width) for frame in (one, other)])
            runs.append(Run(first, luma, float(timeline.span(first, last).duration)))
    return Seen(tuple(stills), tuple(runs))


def places(
    timeline: Timeline, start: int, end: int, count: int, reach: float, spares: list[int]
) -> list[int]:
    """At most `count` frame numbers in start <= n < end, spread evenly, in order.

    Each is the nearest key frame within `reach` seconds, else the nearest of `spares`, else the
    frame in the middle of its part of the clip.
    """
    keys: NDArray[np.int64] = start + np.flatnonzero(timeline.key[start:end])
    ticks = reach / float(timeline.time_base)
    found = set()
    for place in range(count):
        low = start + (end - start) * place // count
        high = start + (end - start) * (place + 1) // count
        middle = (low + high) // 2
        if low == high:
            continue
        near = keys[np.abs(timeline.ticks[keys] - timeline.ticks[middle]) <= ticks]
        choice = near if len(near) else np.array(spares, np.int64)
        found.add(int(choice[np.argmin(np.abs(choice - middle))]) if len(choice) else middle)
    return sorted(found)


def _decode(pictures: PictureReader, number: int, end: int, apart: int) -> Frames:
    """The frame, or the first after it that can be decoded; if `apart`, one more.

    That is the cheapest of those that come after it, about `apart` frames later at most.
    """
    if pictures.reader.timeline.key[number]:
        if apart:
            return [pair for pair in pictures.glimpse(number) if pair[0] < end]
        frame = pictures.key_frame(number)
        return [] if frame is None else [(number, frame)]
    kept = pictures.spares(number, min(end, number + 2 * apart + 1))
    if kept and kept[0][0] == number and len(kept) > (apart > 0):
        return kept[:2]
    # Neighbours tell most of how things move, where the next frame costs no more than a later one.
    return list(pictures.reader.frames(number, min(end, number + (apart > 0) + 1)))
