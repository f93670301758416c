from __future__ import annotations

import pickle
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearreel.core.span import MAX_TICK, Span, to_ticks

BASES = st.builds(Fraction, st.integers(1, 2000), st.integers(1, 100_000))
TICKS = st.integers(-(10**12), 10**12)
BASE = Fraction(1, 25)


@st.composite
def spans(draw: st.DrawFn, base: Fraction = BASE) -> Span:
    start, end = sorted((draw(st.integers(-60, 60)), draw(st.integers(-60, 60))))
    return Span(start, end, base)


def _ticks(span: Span | None) -> set[int]:
    return set() if span is None else set(range(span.start, span.end))


@given(spans(), spans())
def test_overlap_and_intersection_are_those_of_sets(one: Span, other: Span) -> None:
    common = _ticks(one) & _ticks(other)
    assert _ticks(one.intersection(other)) == common
    assert one.overlaps(other) == other.overlaps(one)
    assert one.intersection(other) == other.intersection(one)
    if _ticks(one) and _ticks(other):
        assert one.overlaps(other) == bool(common)


@given(spans(), st.integers(-70, 70))
def test_contains_is_half_open(span: Span, tick: int) -> None:
    assert (tick in span) == (tick in _ticks(span))


@given(spans(), st.integers(-70, 70))
def test_the_parts_of_a_split_meet_and_are_the_whole(span: Span, tick: int) -> None:
    if not span.start < tick < span.end:
        with pytest.raises(ValueError, match="does not divide"):
            span.split(tick)
        return
    left, right = span.split(tick)
    assert left.end == right.start == tick
    assert (left.start, right.end) == (span.start, span.end)
    assert not left.overlaps(right)
    assert left.duration + right.duration == span.duration


@given(TICKS, st.integers(0, 10**12), BASES)
def test_seconds_and_ticks_are_exact(start: int, length: int, base: Fraction) -> None:
    span = Span(start, start + length, base)
    assert span.duration == length * base
    assert tuple(to_ticks(second, base) for second in span.seconds) == (span.start, span.end)
    assert pickle.loads(pickle.dumps(span)) == span


@given(st.fractions(-1000, 1000), BASES)
def test_to_ticks_is_the_last_tick_at_or_before(seconds: Fraction, base: Fraction) -> None:
    tick = to_ticks(seconds, base)
    assert tick * base <= seconds < (tick + 1) * base


@pytest.mark.parametrize(
    ("start", "end", "base", "says"),
    [
        (1, 0, BASE, "ends before it starts"),
        (0, 1, Fraction(0), "not positive"),
        (0, 1, Fraction(-1, 25), "not positive"),
        (0, MAX_TICK + 1, BASE, "62 bits"),
        (-MAX_TICK - 1, 0, BASE, "62 bits"),
    ],
)
def test_no_such_span(start: int, end: int, base: Fraction, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Span(start, end, base)


def test_time_bases_are_not_mixed() -> None:
    one, other = Span(0, 9, BASE), Span(0, 9, Fraction(1, 30))
    for compare in (one.overlaps, one.intersection):
        with pytest.raises(ValueError, match="time bases differ: 1/25 and 1/30"):
            compare(other)
