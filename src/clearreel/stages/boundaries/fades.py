"""Fades: the picture goes to black or white, or comes from there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clearreel.core.shots import Transition
from clearreel.stages.boundaries.cuts import LONGEST_FLASH, different
from clearreel.stages.boundaries.likeness import Pictures, luma

BLANK_CONTRAST = 2.0
"""Standard deviation, in grey levels, up to which a picture shows nothing."""
BLACK, WHITE = 24.0, 235.0
"""Mean grey level of a blank picture that is black (at most) or white (at least)."""
FAINT = 20.0
"""A fade may turn without a wholly blank frame: its weakest one is within this of black…"""
DEPTH = 4.0
"""…and weaker than both ends by this factor."""
FALLS_TO = 0.6
"""The frame beside the blank is at most this much of the full picture, or it is a cut."""
PATIENCE = 2
"""Steps without change inside a fade: footage whose frames are shown twice."""


def find_fades(pictures: Pictures) -> list[Transition]:
    """Fades out, in, and through black or white, the blank frames between included; in order.

    A cut to black that holds, or from it, counts as the abrupt side of a fade: blank frames
    belong to no shot. Flashes of light, after which the same scene comes back, are left out.
    """
    grey = luma(pictures)
    found = [*_through(pictures, grey, 0.0), *_through(pictures, grey, 255.0)]
    found.sort(key=lambda fade: fade.start_frame)
    merged: list[Transition] = []
    for fade in found:
        if merged and fade.start_frame <= merged[-1].start_frame + merged[-1].frames:
            begin = merged[-1].start_frame
            end = max(begin + merged[-1].frames, fade.start_frame + fade.frames)
            merged[-1] = Transition("fade", begin, end - begin)
        else:
            merged.append(fade)
    return merged


def _through(pictures: Pictures, grey: NDArray[np.float32], tone: float) -> list[Transition]:
    """Fades through `tone`, 0 for black and 255 for white."""
    level = np.sqrt(((grey - tone) ** 2).mean((1, 2)))
    mean = grey.mean((1, 2))
    blank = (grey.std((1, 2)) <= BLANK_CONTRAST) & (
        (mean <= BLACK) if tone == 0 else (mean >= WHITE)
    )
    fades = []
    for first, last in runs(blank):
        begin, end = _edge(level, first, -1), _edge(level, last, +1)
        if not _comes_back(pictures, begin, end):
            fades.append(Transition("fade", begin + 1, end - begin - 1))
    for turn in _faint_turns(level, blank):
        begin, end = _edge(level, turn, -1), _edge(level, turn, +1)
        deep = all(0 <= n < len(level) and level[n] >= DEPTH * level[turn] for n in (begin, end))
        if deep and turn - begin > 2 and end - turn > 2 and not _comes_back(pictures, begin, end):
            fades.append(Transition("fade", begin + 1, end - begin - 1))
    return fades


def runs(marked: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last place of every stretch of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marked, [False]]).astype(np.int8)))
    return [(int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _faint_turns(level: NDArray[np.float32], blank: NDArray[np.bool_]) -> list[int]:
    """Frames weaker than their neighbours, nearly blank but not quite."""
    inner = level[1:-1]
    lowest = (inner <= level[:-2]) & (inner < level[2:]) & (inner <= FAINT)
    turns = np.flatnonzero(lowest) + 1
    return [int(n) for n in turns if not blank[n - 1 : n + 2].any()]


def _edge(level: NDArray[np.float32], blank: int, step: int) -> int:
    """The first whole picture beside the blank frame `blank`, going `step` (-1 or 1) at a time.

    -1 or the number of frames where the footage ends before one is reached.
    """
    inside = range(len(level))
    at = blank + step
    if at not in inside:
        return at
    top, stalled = at, 0
    while at + step in inside and stalled <= PATIENCE:
        at += step
        slope = abs(float(level[top]) - float(level[blank])) / max(1, abs(top - blank))
        if level[at] - level[top] > max(0.15, 0.1 * slope):
            top, stalled = at, 0
        else:
            stalled += 1
    if level[blank + step] > FALLS_TO * level[top]:
        return blank + step
    return top


def _comes_back(pictures: Pictures, begin: int, end: int) -> bool:
    """Whether the scene after a short blank is the one before: a flash, or a blink."""
    if begin < 0 or end >= len(pictures) or end - begin - 1 > LONGEST_FLASH:
        return False
    return not different(pictures[begin], pictures[end])
