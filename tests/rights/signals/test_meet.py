from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearreel.rights.signals.meet import STRICTEST_FIRST, meet
from clearreel.rights.signals.registry import read_signals
from clearreel.rights.signals.signal import (
    EVERYTHING,
    Activity,
    Signal,
    Stance,
    Statement,
    completed,
    nearest,
    unknown,
)
from clearreel.testing.signal_contract import READ_AT, evidence_with

PERMITTING = {"allows", "absent"}

signals = st.builds(
    Signal,
    standard=st.sampled_from(["robots.txt", "tdmrep"]),
    place=st.sampled_from(["https://example.org/", "media"]),
    stance=st.sampled_from(get_args(Stance)),
    activities=st.frozensets(st.sampled_from(get_args(Activity)), min_size=1),
    said=st.just("words"),
    read_at=st.integers(-1, 1).map(lambda hours: READ_AT + timedelta(hours=hours)),
    stale_at=st.none() | st.integers(-1, 1).map(lambda hours: READ_AT + timedelta(hours=hours)),
)


@given(st.lists(signals, max_size=4), signals, st.sampled_from(get_args(Activity)))
def test_one_more_signal_never_widens(some, more, activity):
    before, after = (meet(found, activity, READ_AT) for found in (some, [*some, more]))
    if some and before.decisive:
        assert STRICTEST_FIRST.index(after.stance) <= STRICTEST_FIRST.index(before.stance)
        assert before.permitted or not after.permitted
    if more.stance not in PERMITTING and activity in more.activities:
        assert not after.permitted


@settings(max_examples=50)
@given(st.lists(signals, max_size=3), st.sampled_from(get_args(Activity)))
def test_order_and_number_mean_nothing(some, activity):
    expected = meet(some, activity, READ_AT)
    assert meet([*some, *some], activity, READ_AT) == expected
    for order in permutations(some):
        assert meet(order, activity, READ_AT) == expected
    assert expected.reason


def signal(stance="absent", **changes):
    found = Signal("aipref", "https://example.org/", stance, EVERYTHING, "no word", READ_AT)
    return replace(found, **changes)


@pytest.mark.parametrize(
    ("stances", "expected"),
    [
        (["absent", "absent"], "absent"),
        (["absent", "allows"], "allows"),
        (["allows", "unknown"], "unknown"),
        (["allows", "constrains"], "constrains"),
        (["unknown", "constrains"], "constrains"),
        (["allows", "denies"], "denies"),
        (["constrains", "denies"], "denies"),
    ],
)
def test_the_strictest_counts(stances, expected):
    found = meet([signal(stance) for stance in stances], "evaluation", READ_AT)
    assert found.stance == expected
    assert found.permitted == (expected in PERMITTING)
    assert [one.stance for one in found.decisive] == [expected]


def test_no_signal_is_no_permission():
    for some in ([], [signal(activities=frozenset({"redistribution"}))]):
        found = meet(some, "evaluation", READ_AT)
        assert not found.permitted and found.stance == "unknown"
        assert found.reason == "nobody has read what is said about evaluation"


@pytest.mark.parametrize("stance", sorted(PERMITTING))
def test_what_is_stale_or_not_read_yet_is_in_doubt(stance):
    ends = READ_AT + timedelta(hours=24)
    found = signal(stance, stale_at=ends)
    second = timedelta(seconds=1)
    for at, expected in (
        (READ_AT - second, "unknown"),
        (READ_AT, stance),
        (ends - second, stance),
        (ends, "unknown"),
    ):
        assert meet([found], "evaluation", at).stance == expected
    assert meet([signal("denies", stale_at=ends)], "evaluation", ends).stance == "denies"
    # What can't change does not get stale.
    assert meet([signal(stance)], "evaluation", ends + timedelta(days=900)).stance == stance


def test_a_time_has_an_offset():
    with pytest.raises(ValueError, match="offset"):
        meet([], "evaluation", datetime(2026, 1, 1))


def test_a_reason_says_who_and_where():
    found = meet([signal("denies"), signal()], "evaluation", READ_AT)
    assert found.reason == "evaluation: denies (aipref at https://example.org/: no word)"


def test_every_reader_is_asked_and_each_must_have_its_evidence():
    web = read_signals(evidence_with())
    assert {one.standard for one in web if one.stance == "absent"} == {
        *("robots.txt", "aipref", "content-signal", "tdmrep", "rsl", "trust.txt", "ai.txt", "noai")
    }
    unknown_here = {(one.standard, one.place) for one in web if one.stance == "unknown"}
    assert unknown_here == {(name, "media") for name in ("plus", "c2pa", "tdmrep", "rsl")}
    own = read_signals(replace(evidence_with(), address="", exchanges=()))
    assert {(one.standard, one.place) for one in own} == unknown_here


def test_what_is_nearer_covers_only_what_it_speaks_of():
    far = [unknown("?"), Statement("denies", frozenset({"evaluation"}), "no")]
    near = [Statement("allows", frozenset({"evaluation"}), "yes")]
    assert nearest([near, far]) == [
        near[0],
        Statement("unknown", EVERYTHING - {"evaluation"}, "?"),
    ]
    assert nearest([[], far]) == far


def test_words_are_shortened_and_silence_is_filled_in():
    long = Statement("denies", frozenset({"evaluation"}), "no\n" * 200)
    denial, silence = completed([long, long], "nothing")
    assert len(denial.said) == 200 and "\n" not in denial.said
    assert silence == Statement("absent", EVERYTHING - {"evaluation"}, "nothing")
