import hashlib
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from clearreel.collection.splits import VALIDATION_SHARE, split_of, split_sources

ids = st.binary(min_size=1, max_size=8).map(lambda seed: hashlib.sha256(seed).hexdigest()[:32])
shares = st.fractions(min_value=0, max_value=1)


@given(st.sets(ids, min_size=1), shares)
def test_every_source_has_a_side_and_training_is_never_empty(
    sources: set[str], share: Fraction
) -> None:
    sides = split_sources(sources, share)
    assert sides.keys() == sources
    assert set(sides.values()) <= {"train", "validation"}
    assert "train" in sides.values()


@given(st.sets(ids, min_size=2), st.sets(ids), shares)
def test_a_source_keeps_its_side_when_others_come(
    sources: set[str], others: set[str], share: Fraction
) -> None:
    before, after = split_sources(sources, share), split_sources(sources | others, share)
    if any(split_of(source, share) == "train" for source in sources):
        assert {source: after[source] for source in sources} == before


@given(ids, shares, shares)
def test_a_larger_share_takes_no_source_out_of_validation(
    source: str, one: Fraction, other: Fraction
) -> None:
    if split_of(source, min(one, other)) == "validation":
        assert split_of(source, max(one, other)) == "validation"


@given(ids)
def test_a_single_source_is_for_training(source: str) -> None:
    assert split_sources([source]) == {source: "train"}


@given(ids)
def test_no_share_is_no_validation_and_the_whole_is_all(source: str) -> None:
    assert split_of(source, Fraction(0)) == "train"
    assert split_of(source, Fraction(1)) == "validation"


def test_about_one_source_in_twenty_is_for_validation() -> None:
    names = [hashlib.sha256(str(n).encode()).hexdigest()[:32] for n in range(20_000)]
    found = sum(split_of(name) == "validation" for name in names)
    # Six standard deviations of a binomial distribution around 1,000.
    assert abs(found - 20_000 * VALIDATION_SHARE) < 6 * 31
    # The order of the ids, in which clips are written, says nothing about the side.
    early = sum(split_of(name) == "validation" for name in sorted(names)[:10_000])
    assert abs(early - 500) < 6 * 22
