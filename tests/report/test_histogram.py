import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearreel.recipes.rules import Rule
from clearreel.report.histogram import histogram


def spread(values, rules=(), kept=None, side=None):
    values = np.asarray(values, np.float64)
    kept = np.ones(len(values), bool) if kept is None else np.asarray(kept)
    side = np.full(len(values), 720.0) if side is None else np.asarray(side, np.float64)
    return histogram(values, kept, side, rules)


def test_nothing_known_is_no_histogram():
    assert spread([np.nan, np.nan]) is None
    assert spread([]) is None


numbers = st.floats(-1e6, 1e6) | st.just(float("nan"))
rules = st.builds(Rule, st.just("x"), min=st.none() | st.floats(-1e7, 1e7))


@given(st.lists(st.tuples(numbers, st.booleans()), max_size=400), st.lists(rules, max_size=3))
def test_every_known_value_is_in_one_bin(clips, rules):
    found = spread([value for value, _ in clips], rules, [kept for _, kept in clips])
    known = [(value, kept) for value, kept in clips if value == value]
    if not known:
        assert found is None
        return
    assert sum(found.kept) == sum(kept for _, kept in known)
    assert sum(found.dropped) == sum(not kept for _, kept in known)
    assert (found.known, found.missing) == (len(known), len(clips) - len(known))
    assert found.low < found.high


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.floats(0, 1), st.floats(0, 1))
def test_outside_counts_as_rules_judge(values, low, high):
    rules = [Rule("x", min=low), Rule("x", max=high, min_side=500)]
    sides = [400 + 200 * (place % 2) for place in range(len(values))]
    facts = [{"x": x, "short_side": side} for x, side in zip(values, sides, strict=True)]
    objected = sum(any(rule.objection(fact) for rule in rules) for fact in facts)
    assert spread(values, rules, side=sides).outside == objected


def test_a_bound_near_the_values_is_inside_the_picture_and_a_far_one_is_not():
    values = [10.0, 11.0, 12.0]
    assert 0 < spread(values, [Rule("x", max=13)]).place(13) < 1
    far = spread(values, [Rule("x", max=1000)])
    assert far.place(1000) > 1 and far.high == 12


def test_a_bound_on_a_fact_that_is_zero_everywhere_is_inside_the_picture():
    assert 0 < spread([0.0, 0.0], [Rule("x", max=0.35)]).place(0.35) < 1


def test_outliers_share_the_outer_bins():
    found = spread([*np.linspace(0, 1, 1000), 1e6])
    assert found.high == pytest.approx(1, abs=0.01)
    assert found.clipped_high and sum(found.kept) == 1001


def test_a_constant_has_a_width():
    assert spread([5.0, 5.0]).place(5.0) == pytest.approx(0.5)
