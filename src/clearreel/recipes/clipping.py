"""From shots to clips: shortest and longest length, edges trimmed, long shots divided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from clearreel.core.shots import Shot
from clearreel.media.timeline import Timeline


@dataclass(frozen=True, slots=True)
class ClipRules:
    """How shots become clips. Lengths in seconds."""

    min_seconds: Fraction = Fraction(2)
    """Shorter clips are listed and dropped."""
    max_seconds: Fraction = Fraction(60)
    """Longer shots are divided."""
    piece_seconds: Fraction | None = None
    """About how long the pieces of a divided shot are; without it, as long as allowed."""
    trim_frames: int = 0
    """Frames taken off each end of a shot."""
    trim_share: Fraction = Fraction(0)
    """Share of a shot's frames taken off each end, on top of `trim_frames`."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A clip to be: frames start_frame <= n < end_frame of one shot."""

    shot: int
    start_frame: int
    end_frame: int
    objection: str = ""
    """Why it is dropped for its length, or nothing."""


def clips_of(
    shots: Iterable[Shot], timeline: Timeline, rules: ClipRules, first: int = 0
) -> Iterator[Piece]:
    """Every clip that the shots give, in order and as they come; too short ones with the objection.

    Pieces of a divided shot meet: no frame is lost between them. `first` is the number of the first
    shot.
    """
    for number, shot in enumerate(shots, first):
        trim = rules.trim_frames + int(shot.frames * rules.trim_share)
        start = shot.start_frame + trim
        end = shot.end_frame - trim
        if start >= end:
            objection = f"too short: {shot.frames} frames, and {trim} are trimmed off each end"
            yield Piece(number, shot.start_frame, shot.end_frame, objection)
            continue
        borders = [start, *_divide(start, end, timeline, rules), end]
        for begin, stop in pairwise(borders):
            yield _piece(number, begin, stop, timeline, rules)


def _piece(shot: int, start: int, end: int, timeline: Timeline, rules: ClipRules) -> Piece:
    duration = timeline.span(start, end).duration
    if duration >= rules.min_seconds:
        return Piece(shot, start, end)
    objection = f"too short: {float(duration):.2f} s, at least {float(rules.min_seconds):g} s"
    return Piece(shot, start, end, objection)


def _divide(start: int, end: int, timeline: Timeline, rules: ClipRules) -> list[int]:
    """Frames where a long shot is divided, none when it need not be.

    The pieces are about equally long, and none is longer than allowed unless it is a single
    frame. Each border moves to the nearest key frame within a quarter of a piece, because a clip
    that begins with a key frame is copied without anything else.
    """
    longest = rules.max_seconds
    if timeline.span(start, end).duration <= longest:
        return []
    borders: list[int] = []
    here = start
    while here + 1 < end:
        # Counted anew for what is left: borders lie between frames and so never quite evenly.
        first, last = timeline.span(here, end).seconds
        count = -((first - last) // longest)
        if rules.piece_seconds is not None:
            count = max(count, round((last - first) / rules.piece_seconds))
        if count <= 1:
            break
        step = (last - first) / count
        ideal = first + step
        # What comes after must not need one piece more.
        earliest = max(ideal - step / 4, last - (count - 1) * longest)
        here = _border(ideal, earliest, min(ideal + step / 4, first + longest), here, timeline)
        borders.append(here)
    return borders


def _border(
    ideal: Fraction, earliest: Fraction, latest: Fraction, after: int, timeline: Timeline
) -> int:
    ticks = timeline.ticks
    base = timeline.time_base
    low, high = (
        int(np.searchsorted(ticks, -(-earliest // base))),
        int(np.searchsorted(ticks, latest // base, side="right")),
    )
    low = max(low, after + 1)
    keys: NDArray[np.int64] = low + np.flatnonzero(timeline.key[low:high])
    if len(keys):
        distance = np.abs(ticks[keys] - int(ideal / base))
        return int(keys[int(np.argmin(distance))])
    return max(after + 1, timeline.frame_at(int(ideal // base)))
