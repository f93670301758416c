"""Medians, F1 and its intervals."""

import numpy as np
import pytest
from bench.statistics import f1, f1_difference, f1_interval, proportion, rank_correlation, spread


def test_a_spread_has_the_median_and_both_ends() -> None:
    found = spread([5.0, 1.0, 3.0, 9.0])
    assert (found.median, found.low, found.high) == (4.0, 1.0, 9.0)
    with pytest.raises(ValueError, match="no values"):
        spread([])


def test_f1_counts_all_blocks_together() -> None:
    # precision 6/8, recall 6/9
    assert f1(np.array([[4, 2, 0], [2, 0, 3]])) == pytest.approx(
        2 * 0.75 * (2 / 3) / (0.75 + 2 / 3)
    )
    assert f1(np.zeros((3, 3), np.int64)) == 1.0


def test_an_interval_holds_the_value_and_narrows_with_more_footage() -> None:
    random = np.random.default_rng(5)
    few = np.stack([random.binomial(10, p, 20) for p in (0.9, 0.1, 0.1)], axis=1)
    many = np.tile(few, (20, 1))
    short, long = f1_interval(few), f1_interval(many)
    assert short.low < short.value < short.high
    assert short.value == pytest.approx(long.value)
    assert (long.high - long.low) < (short.high - short.low) / 3
    assert f1_interval(few) == short


def test_what_never_fails_has_no_doubt() -> None:
    sure = f1_interval(np.tile([5, 0, 0], (10, 1)))
    assert (sure.value, sure.low, sure.high) == (1.0, 1.0, 1.0)


def test_a_difference_is_taken_over_the_same_blocks() -> None:
    random = np.random.default_rng(6)
    one = np.stack([random.binomial(10, p, 30) for p in (0.8, 0.2, 0.2)], axis=1)
    same = f1_difference(one, one)
    assert (same.value, same.low, same.high) == (0.0, 0.0, 0.0)
    worse = one + np.array([0, 2, 2])
    assert f1_difference(one, worse).low > 0
    with pytest.raises(ValueError, match="same footage"):
        f1_difference(one, one[:5])


def test_rank_correlation_looks_at_the_order_alone() -> None:
    values = [0.3, 0.1, 7.0, 2.0]
    assert rank_correlation(values, [np.exp(v) for v in values]) == pytest.approx(1.0)
    assert rank_correlation(values, [-v for v in values]) == pytest.approx(-1.0)
    # With ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4.
    assert rank_correlation([1, 2, 2, 3], [1, 2, 3, 4]) == pytest.approx(4.5 / np.sqrt(4.5 * 5))


def test_a_share_has_wilsons_interval() -> None:
    found = proportion(8, 10)
    assert (found.value, found.low, found.high) == pytest.approx((0.8, 0.4902, 0.9433), abs=1e-4)
    assert proportion(0, 10).low == pytest.approx(0.0)
    assert 0.2 < proportion(0, 10).high < 0.3
    for part, of in ((1, 0), (3, 2), (-1, 4)):
        with pytest.raises(ValueError, match="is no share"):
            proportion(part, of)
