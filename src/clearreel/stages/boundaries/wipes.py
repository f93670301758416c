"""Wipes: a border crosses the picture, and behind it lies another one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clearreel.core.shots import Transition
from clearreel.stages.boundaries.cuts import different
from clearreel.stages.boundaries.likeness import CELL, Pictures, cells
from clearreel.stages.boundaries.matching import HEIGHT, WIDTH, residuals

WINDOWS = (10, 16, 26, 42, 68)
"""Lengths, in frames, in which a whole wipe is looked for."""
JUMP = 10.0
"""Grey levels by which a cell changes when it does…"""
STANDS_OUT = 2.5
"""…and how many times its usual change that is."""
COVERED = 0.5
"""Share of the cells that must jump as the border comes by."""
IN_LINE = 0.75
"""Share of all jumping cells that must do so in line with the border."""
OFF = 1.6
"""Frames by which a cell may jump before or after it."""
LEAST_FRAMES = 6
"""Shorter wipes are cuts."""
UNEXPLAINED = 5.0
"""Grey levels that motion leaves unexplained where the border is…"""
MORE_THAN_BESIDE = 2.0
"""…and how many times what it leaves before or after the wipe: a mere edge is explained."""
STRAIGHT = 0.8
"""Share of the variance of the cells' times that an even movement explains."""

_ROWS, _COLUMNS = HEIGHT // CELL, WIDTH // CELL


@dataclass(frozen=True, slots=True)
class _Border:
    """A line that moves evenly: it passes the cell (row, column) at start + down·row + …"""

    begin: float
    end: float
    share: float


def find_wipes(pictures: Pictures) -> list[Transition]:
    """Wipes with a straight border in a run without cuts or fades, in order."""
    jumps = _jumps(pictures)
    enough = np.cumsum(np.concatenate([[0], (jumps > 0).sum((1, 2))]))
    borders = []
    for length in WINDOWS:
        for first in range(0, max(1, len(pictures) - length), max(2, length // 4)):
            last = min(first + length, len(pictures))
            if enough[last] - enough[first] >= COVERED * _ROWS * _COLUMNS:
                border = _border(jumps[first:last])
                if border is not None:
                    moved = _Border(first + border.begin, first + border.end, border.share)
                    borders.append(moved)
    found: list[Transition] = []
    for border in sorted(borders, key=lambda border: (-border.share, border.begin)):
        begin = max(1, round(border.begin))
        end = min(len(pictures) - 1, round(border.end) + 1)
        clear = all(end <= w.start_frame or begin >= w.start_frame + w.frames for w in found)
        if clear and end - begin >= LEAST_FRAMES and _is_wipe(pictures, begin, end):
            found.append(Transition("wipe", begin, end - begin))
    return sorted(found, key=lambda wipe: wipe.start_frame)


def _jumps(pictures: Pictures) -> NDArray[np.float32]:
    """How far each cell jumps at each frame, (frames, 9, 16); 0 where it does not."""
    small = cells(pictures)
    change = np.zeros((len(pictures), _ROWS, _COLUMNS), np.float32)
    if len(pictures) > 2:
        change[1:-1] = np.abs(small[2:] - small[:-2]).mean(3)
    usual = np.median(change, axis=0)
    peak = np.zeros(change.shape, np.bool_)
    if len(pictures) > 2:
        peak[1:-1] = (change[1:-1] >= change[:-2]) & (change[1:-1] > change[2:])
    return np.where(peak & (change >= JUMP) & (change >= STANDS_OUT * usual), change, 0)


def _border(jumps: NDArray[np.float32]) -> _Border | None:
    """The even movement of a line that explains when the cells of a window jump, if any."""
    rows, columns = np.nonzero(jumps.max(axis=0))
    if len(rows) < COVERED * _ROWS * _COLUMNS:
        return None
    when = jumps.argmax(axis=0)[rows, columns].astype(np.float64)
    places = np.stack([np.ones(len(rows)), rows, columns], axis=1)
    inside = np.ones(len(rows), np.bool_)
    for _ in range(4):
        counted = places * inside[:, None]
        # The small term keeps cells in a row from making it singular.
        line = np.linalg.solve(counted.T @ places + 1e-6 * np.eye(3), counted.T @ when)
        off = np.abs(places @ line - when)
        inside = off <= max(OFF, float(np.median(off)))
        if inside.sum() < 3:
            return None
    inside = off <= OFF
    if inside.sum() < max(COVERED * _ROWS * _COLUMNS, IN_LINE * len(rows)):
        return None
    spread = float(when[inside].var())
    if float(np.square(places @ line - when)[inside].mean()) > (1 - STRAIGHT) * spread:
        return None  # all at once: a flash
    corners = [
        line[0] + line[1] * row + line[2] * column
        for row in (-0.5, _ROWS - 0.5)
        for column in (-0.5, _COLUMNS - 0.5)
    ]
    return _Border(float(min(corners)), float(max(corners)), float(inside.mean()))


def _is_wipe(pictures: Pictures, begin: int, end: int) -> bool:
    """Whether another scene appears, and appears at the border instead of moving in."""
    if not different(pictures[begin - 1], pictures[end]):
        return False
    last = len(pictures) - 2
    inside = [begin + round((end - begin) * quarter / 4) for quarter in (1, 2, 3)]
    beside = [begin - 3, end + 2]
    new = [_unexplained(pictures, at) for at in inside if at <= last]
    usual = [_unexplained(pictures, at) for at in beside if 1 <= at <= last]
    return float(np.mean(new)) >= max(UNEXPLAINED, MORE_THAN_BESIDE * min(usual, default=0.0))


def _unexplained(pictures: Pictures, at: int) -> float:
    """What motion leaves unexplained around a frame, in the block where this is most."""
    return float(residuals(pictures[at - 1], pictures[at + 1]).max())
