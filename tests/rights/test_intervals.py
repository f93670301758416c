from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from clearreel.rights.intervals import gaps, overlaps, written

ends = st.integers(0, 12)
stretches = (
    st.tuples(ends, ends).map(sorted).map(lambda pair: (Fraction(pair[0]), Fraction(pair[1])))
)


@given(stretches, st.lists(stretches, max_size=5))
def test_gaps_are_the_moments_that_nothing_covers(wanted, covering):
    def held(by):
        return {n for first, last in by for n in range(int(first), int(last))}

    found = gaps(wanted, covering)
    assert held(found) == held([wanted]) - held(covering)
    assert found == sorted(found) and all(first < last for first, last in found)


@given(stretches, stretches)
def test_stretches_that_only_meet_do_not_overlap(one, other):
    moments = [set(range(int(first), int(last))) for first, last in (one, other)]
    assert overlaps(one, other) == bool(moments[0] & moments[1])


def test_a_stretch_is_told_exactly():
    assert written((Fraction(5, 2), Fraction(10))) == "2.5–10 s"
    assert written((Fraction(0), Fraction(1, 3))) == "0–1/3 s"
