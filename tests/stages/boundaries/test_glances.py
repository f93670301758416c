"""Wipes and new pictures told by glances at single frames, which a double stands for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from clearreel.media.peeking import Peeker
from clearreel.stages.boundaries.glances import OLD, Glances

ROWS, COLUMNS = 9, 16
NUMBERS = list(range(0, 36, 3))


class Double:
    """Peeks of frames whose columns first <= n < last come from nowhere, by frame."""

    def __init__(self, strips: dict[int, tuple[int, int]]) -> None:
        self._strips = strips
        self.asked: list[int] = []

    def peek(self, number: int) -> Any:
        self.asked.append(number)
        if number not in self._strips:
            return None
        first, last = self._strips[number]
        part = np.zeros((ROWS, COLUMNS), np.bool_)
        part[:, first:last] = True
        return SimpleNamespace(past=1 - float(part.mean()), from_nowhere=lambda: part)


def glances(strips: dict[int, tuple[int, int]]) -> tuple[Glances, Double]:
    double = Double(strips)
    return Glances(cast(Peeker, double)), double


def test_a_border_that_crosses_the_picture_covers_it() -> None:
    strips = {number: (place, place + 2) for place, number in enumerate(NUMBERS)}
    assert glances(strips)[0].cover(NUMBERS)


def test_what_stays_in_its_place_does_not() -> None:
    seen, double = glances(dict.fromkeys(NUMBERS, (2, 10)))
    assert not seen.cover(NUMBERS)
    assert double.asked == [*NUMBERS[::3], *(n for n in NUMBERS if n not in NUMBERS[::3])]


def test_a_third_of_the_frames_is_enough_where_little_is_new() -> None:
    seen, double = glances(dict.fromkeys(NUMBERS, (2, 6)))
    assert not seen.cover(NUMBERS)
    assert double.asked == NUMBERS[::3]


def test_nothing_more_is_looked_at_once_it_is_covered() -> None:
    seen, double = glances(dict.fromkeys(NUMBERS, (0, 14)))
    assert seen.cover(NUMBERS)
    assert double.asked == NUMBERS[:1]


@pytest.mark.parametrize("strips", [{}, {0: (0, 2)}, dict.fromkeys(NUMBERS, (0, COLUMNS))])
def test_frames_that_are_not_understood_leave_it_open(strips: dict[int, tuple[int, int]]) -> None:
    assert glances(strips)[0].cover(NUMBERS)


def test_each_frame_is_looked_at_once_until_it_is_forgotten() -> None:
    seen, double = glances(dict.fromkeys(NUMBERS, (2, 6)))
    assert seen.look(0) > OLD
    seen.cover(NUMBERS)
    seen.cover(NUMBERS)
    assert sorted(double.asked) == NUMBERS[::3]
    seen.forget(10)
    seen.look(0)
    seen.look(18)
    assert double.asked.count(0) == 2
    assert double.asked.count(18) == 1


@pytest.mark.parametrize(
    ("past", "future", "kin"),
    [
        (0.98, 0.01, "before"),
        (0.11, 0.9, "after"),
        (0.7, 0.6, "both"),
        (0.3, 0.9, None),  # neither plain
        (0.1, 0.2, None),  # most of it comes from nowhere
    ],
)
def test_a_frame_looks_like_what_it_takes_its_picture_from(
    past: float, future: float, kin: str | None
) -> None:
    peeker = SimpleNamespace(peek=lambda number: SimpleNamespace(past=past, future=future))
    assert Glances(cast(Peeker, peeker)).kin(7) == kin


@pytest.mark.parametrize("alone", [None, SimpleNamespace(number=7, past=0.0, future=0.0)])
def test_what_is_not_understood_alone_is_looked_at_with_what_is_around(alone: Any) -> None:
    around = [SimpleNamespace(number=n, past=0.1 * n, future=0.0) for n in range(6, 10)]
    peeker = SimpleNamespace(peek=lambda number: alone, surroundings=lambda number: around)
    assert Glances(cast(Peeker, peeker)).kin(7) == "before"
    assert Glances(cast(Peeker, peeker)).kin(3) is None
