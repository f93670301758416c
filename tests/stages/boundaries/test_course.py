"""What packets alone say of gradual changes: sizes and weights made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from clearreel.media.weighting import UNTOLD
from clearreel.stages.boundaries.course import Course

KEY, SMALL = 10_000, 200
FRAMES = 200
BEFORE, BEHIND = (1, 100), (101, 200)


def course(
    sizes: dict[int, int] | None = None, weighted: tuple[int, ...] = (), *, told: bool = True
) -> Course:
    """Two shots of 100 frames, each a key frame and then small packets, every third a P frame."""
    size = np.full(FRAMES, SMALL, np.int64)
    size[[0, 100]] = KEY
    for number, value in (sizes or {}).items():
        size[number] = value
    weighting = np.full(FRAMES, UNTOLD, np.int8)
    if told:
        weighting[::3] = 0
        weighting[list(weighted)] = 20
    return Course(size, weighting)


def calm(seen: Course, passed: int = 0) -> bool:
    return seen.calm(BEFORE, BEHIND, passed, cuts_known=True)


def swollen(first: int, last: int, size: int) -> dict[int, int]:
    return dict.fromkeys(range(first, last), size)


def test_nothing_stands_out() -> None:
    assert calm(course())
    assert calm(course(told=False))


def test_weights_tell_of_a_change_that_packets_do_not() -> None:
    assert not calm(course(weighted=(60, 63, 66)))
    assert not calm(course(weighted=(102,)))  # right behind the new picture
    assert calm(course(weighted=(60, 63, 66)), passed=70)
    assert calm(course(weighted=(150, 153)))  # long after it


def test_a_lonely_weight_among_many_frames_without_is_none() -> None:
    seen = course(weighted=(60,))
    assert not calm(seen)  # one of eight around it
    dense = Course(seen.size, np.maximum(seen.weighting, 0))
    assert calm(dense)  # one of twenty-five


def test_light_that_changes_for_more_than_a_moment() -> None:
    assert course(weighted=(60, 63, 66)).relights(10, 100)
    assert not course(weighted=(60, 63, 66)).relights(64, 100)
    assert not course(weighted=(60, 63)).relights(10, 100)
    assert not course(told=False).relights(10, 100)


def test_swollen_packets_are_a_change_where_weights_are_not_told() -> None:
    swell = swollen(50, 70, 500)
    assert not calm(course(swell, told=False))
    assert calm(course(swell))  # a dissolve would have weights, and a wipe takes more
    assert not calm(course(swollen(50, 70, 20), told=False))  # a fade out


def test_a_wipe_takes_the_bytes_of_a_picture() -> None:
    assert not calm(course(swollen(40, 70, 1_800)))  # slow
    assert not calm(course(swollen(50, 58, 3_000)))  # fast, and steep
    assert calm(course(swollen(40, 70, 1_800)), passed=75)


def test_what_ends_in_a_swell_may_be_motion() -> None:
    assert not calm(course(swollen(88, 100, 400)))


def test_another_picture_right_behind() -> None:
    assert not calm(course({102: 6_000}))
    assert calm(course({130: 6_000}))


def test_few_frames_leave_room_for_a_cut() -> None:
    seen = course()
    assert not seen.calm((1, 8), BEHIND, cuts_known=False)
    assert seen.calm((1, 8), BEHIND, cuts_known=True)
    assert seen.calm(BEFORE, (200, 200), cuts_known=True)  # the end of the footage


@pytest.mark.parametrize(
    ("weighted", "possible"), [((), False), ((60,), True), ((60, 63, 66, 69), True)]
)
def test_a_dissolve_has_weights(weighted: tuple[int, ...], possible: bool) -> None:
    assert course(weighted=weighted).may_dissolve(55, 80) == possible
    assert course(told=False).may_dissolve(55, 80)
