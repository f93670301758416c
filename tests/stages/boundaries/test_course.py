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
    sizes: dict[int, int] | None = None,
    weighted: tuple[int, ...] = (),
    *,
    told: bool = True,
    opaque: bool = False,
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
    forward = np.arange(FRAMES) % 3 == 0
    forward[[0, 100]] = False
    return Course(size, forward, weighting, opaque)


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


def test_what_cannot_be_looked_into_has_to_be_even_as_well() -> None:
    uneven = swollen(50, 70, 3 * SMALL)
    assert calm(course(uneven))
    assert not calm(course(uneven, opaque=True))
    assert calm(course(opaque=True))
    assert not calm(course(weighted=(60, 63, 66), opaque=True))


def test_a_lonely_weight_among_many_frames_without_is_none() -> None:
    seen = course(weighted=(60,))
    assert not calm(seen)  # one of eight around it
    dense = Course(seen.size, seen.forward, np.maximum(seen.weighting, 0))
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


def test_weights_that_change_little_are_no_gradual_change() -> None:
    seen = course(weighted=(60, 63, 66))
    assert seen.relights(10, 100)
    for weight, relit in ((3, False), (5, True)):  # of 128, three times
        weighting = np.where(seen.weighting > 0, weight, seen.weighting).astype(np.int8)
        assert calm(Course(seen.size, seen.forward, weighting)) != relit


def test_a_wipe_takes_the_bytes_of_a_picture() -> None:
    slow = course(swollen(40, 70, 1_800))
    assert calm(slow)  # it is to be looked into
    [(start, end)] = slow.sweeps(BEFORE, BEHIND)
    assert start <= 45
    assert end >= 65
    assert not course(swollen(40, 70, 600)).sweeps(BEFORE, BEHIND)
    assert not course(swollen(40, 70, 1_800), told=False).sweeps(BEFORE, BEHIND)


def test_only_frames_that_are_predicted_from_earlier_ones_tell_of_a_wipe() -> None:
    between = {n: 3_000 for n in range(40, 70) if n % 3}
    assert not course(between).sweeps(BEFORE, BEHIND)


def test_two_wipes_in_one_shot() -> None:
    twice = swollen(20, 36, 3_000) | swollen(60, 84, 3_000)
    (first, last), (one, other) = course(twice).sweeps(BEFORE, BEHIND)
    assert first < 64 < 80 < last  # the longer one
    assert one < 24 < 32 < other < first


def test_where_cuts_are_not_marked_swollen_packets_may_hold_one() -> None:
    assert course(swollen(40, 70, 1_800)).swells(BEFORE, BEHIND)  # slow
    assert course(swollen(50, 58, 3_000)).swells(BEFORE, BEHIND)  # fast, and steep
    assert not course(swollen(40, 70, 1_800)).swells(BEFORE, BEHIND, 75)
    assert not course().swells(BEFORE, BEHIND)


def test_large_packets_hide_a_cut_in_a_long_stretch() -> None:
    large = course(swollen(1, 100, 4_500))
    assert large.swells(BEFORE, BEHIND)
    assert not large.swells(BEFORE, BEHIND, 60)  # too short for one that is left again
    assert not course(swollen(1, 100, 3_500)).swells(BEFORE, BEHIND)


def test_how_much_moves() -> None:
    assert not course().much_moves(BEFORE, BEHIND)
    assert course(swollen(1, 100, 700)).much_moves(BEFORE, BEHIND)
    assert not course(swollen(1, 100, 700)).much_moves(BEFORE, BEHIND, 50)


def test_what_ends_in_a_swell_may_be_motion() -> None:
    assert not calm(course(swollen(88, 100, 400)))


def test_another_picture_right_behind() -> None:
    assert course({102: 6_000}).others(BEHIND) == [102]
    assert course({130: 6_000}).others(BEHIND) == []


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


def test_large_packets_may_hold_a_new_picture() -> None:
    seen = course({60: 5_000, 30: 3_000, 61: 9_000})  # 61 is no P frame
    first, *others = seen.likely(1, 100)
    assert first == 60
    assert set(others[:3]) >= {30}
    assert sorted([first, *others]) == [n for n in range(1, 100) if n % 3 == 0]


def test_where_packets_take_another_size_is_as_likely() -> None:
    grain = dict.fromkeys(range(1, 70), 3_000) | {30: 3_300}
    seen = course(grain | {70: 900, 71: 900, 72: 900})
    assert seen.likely(1, 100)[:3] == [30, 75, 72]


def test_without_p_frames_none_is_likely() -> None:
    assert course().likely(1, 3) == []
    assert course().likely(1, 5) == [3]
