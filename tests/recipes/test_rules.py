from __future__ import annotations

import pytest

from clearreel.recipes.rules import KEPT, Rule, judge, resolve

MOTION = Rule("motion", min=0.1, max=0.9, reason="too much or too little moves")


@pytest.mark.parametrize(("value", "kept"), [(0.1, True), (0.9, True), (0.09, False), (1, False)])
def test_bounds_are_kept(value: float, kept: bool) -> None:
    assert judge({"motion": value}, [MOTION]).kept is kept


def test_the_reason_says_the_value_and_the_bound() -> None:
    verdict = judge({"motion": 0.05}, [MOTION])
    assert verdict.reason == "too much or too little moves: motion 0.05 is below 0.1"
    assert verdict.rule == "motion"
    assert judge({"motion": 1}, [Rule("motion", max=0.5)]).reason == "motion 1 is above 0.5"


@pytest.mark.parametrize("facts", [{"motion": None}, {}])
def test_what_does_not_apply_passes(facts: dict[str, None]) -> None:
    assert judge(facts, [MOTION]) == KEPT


@pytest.mark.parametrize(
    ("side", "kept"), [(479, True), (480, False), (720, False), (721, True), (None, False)]
)
def test_a_tier_is_judged_by_its_own_rule(side: int | None, kept: bool) -> None:
    rule = Rule("motion", min=0.5, min_side=480, max_side=720)
    assert judge({"motion": 0.1, "short_side": side}, [rule]).kept is kept


def test_the_first_objection_counts() -> None:
    rules = [Rule("a", min=1), Rule("b", min=1)]
    assert judge({"a": 0, "b": 0}, rules).rule == "a"
    assert judge({"a": 1, "b": 0}, rules).rule == "b"


def test_a_quantile_becomes_the_bound_that_it_is() -> None:
    [rule] = resolve([Rule("a", min_quantile=0.5)], {"a": [1, None, 2, 3]})
    assert (rule.min, rule.min_quantile) == (2, None)


def test_a_quantile_of_nothing_drops_nothing() -> None:
    [rule] = resolve([Rule("a", min_quantile=0.5)], {"a": [None]})
    assert rule.min is None and judge({"a": 0}, [rule]).kept
