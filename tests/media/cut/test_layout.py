"""Decoding times that every muxer takes, whatever the source says."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clearreel.media.cut.layout import decode_times
from clearreel.media.packets import NO_TICK


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=30, unique=True))
def test_times_increase_and_never_pass_presentation(pts: list[int]) -> None:
    stamps = np.array(pts, np.int64)
    times = decode_times(stamps, np.full(len(pts), NO_TICK), step=3)
    assert (np.diff(times) > 0).all()
    assert (times <= stamps).all()


def test_the_source_is_believed_where_it_serves() -> None:
    pts, dts = np.array([0, 3, 1, 2]), np.array([-7, -3, 0, 1])
    assert decode_times(pts, dts, 1).tolist() == [-7, -3, 0, 1]


def test_the_delay_is_the_shortest() -> None:
    pts = np.array([0, 3, 1, 2, 6, 4, 5])
    assert decode_times(pts, np.full(7, NO_TICK), 1).tolist() == [-1, 0, 1, 2, 3, 4, 5]
    in_order = np.array([0, 5, 9])
    assert decode_times(in_order, np.full(3, NO_TICK), 1).tolist() == [0, 5, 9]


def test_times_that_stand_still_are_replaced() -> None:
    assert decode_times(np.array([0, 2, 4]), np.array([0, 0, 0]), 1).tolist() == [0, 2, 4]
