from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearreel.proofs.merkle import EMPTY_ROOT
from clearreel.proofs.sorted_map import Entry, SortedMap, check_absence, hashed_key

VALUE = b"v" * 32


def key(number: int) -> bytes:
    return number.to_bytes(32, "big")


def of(*numbers: int) -> SortedMap:
    return SortedMap([(key(number), VALUE) for number in numbers])


@given(st.sets(st.integers(0, 60), max_size=40), st.integers(0, 60))
@settings(max_examples=300)
def test_what_is_there_is_found_and_what_is_not_is_shown_absent(
    numbers: set[int], asked: int
) -> None:
    made = of(*sorted(numbers))
    found = made.find(key(asked))
    if asked in numbers:
        assert found is not None and found.root(len(made)) == made.root
        with pytest.raises(ValueError, match="is in the map"):
            made.neighbours(key(asked))
    else:
        assert found is None
        check_absence(key(asked), made.root, len(made), *made.neighbours(key(asked)))


@given(st.sets(st.integers(0, 30), min_size=1, max_size=20), st.data())
@settings(max_examples=300)
def test_no_two_entries_show_that_what_is_there_is_absent(
    numbers: set[int], data: st.DataObject
) -> None:
    made = of(*sorted(numbers))
    entries = st.sampled_from([None, *(made.find(key(number)) for number in numbers)])
    before, after = data.draw(entries), data.draw(entries)
    with pytest.raises(ValueError):
        check_absence(
            key(data.draw(st.sampled_from(sorted(numbers)))), made.root, len(made), before, after
        )


def test_the_borders() -> None:
    check_absence(key(1), EMPTY_ROOT, 0, None, None)
    one = of(5)
    entry = one.find(key(5))
    assert one.neighbours(key(1)) == (None, entry) and one.neighbours(key(9)) == (entry, None)
    check_absence(key(1), one.root, 1, None, entry)
    check_absence(key(9), one.root, 1, entry, None)


def refused(message: str, *arguments: object) -> None:
    with pytest.raises(ValueError, match=message):
        check_absence(*arguments)


def test_what_does_not_show_absence() -> None:
    made = of(2, 4, 6)
    two, four, six = (made.find(key(number)) for number in (2, 4, 6))
    refused("side by side", key(3), made.root, 3, two, six)
    refused("side by side", key(3), made.root, 3, None, four)
    refused("side by side", key(3), made.root, 3, two, None)
    refused("side by side", key(3), made.root, 3, None, None)
    refused("not empty", key(3), made.root, 0, None, None)
    refused("before it", key(1), made.root, 3, two, four)
    refused("after it", key(5), made.root, 3, two, four)
    refused("after it", key(4), made.root, 3, two, four)
    assert isinstance(two, Entry)
    refused("not in the map", key(3), made.root, 3, replace(two, value=b"w" * 32), four)
    refused("not in the map", key(3), made.root, 3, replace(two, key=key(1)), four)
    refused("32 bytes", key(3), made.root, 3, replace(two, value=b"w" * 31), four)


def test_a_map_is_sorted_and_has_each_key_once() -> None:
    for numbers in ((2, 1), (1, 1)):
        with pytest.raises(ValueError, match="comes after"):
            of(*numbers)


def test_keys_are_salted() -> None:
    assert hashed_key(b"a" * 32, "id") != hashed_key(b"b" * 32, "id")
