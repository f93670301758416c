"""People whose names were erased, where a rights file speaks anew of footage that shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from clearreel.core.amounts import counted
from clearreel.core.errors import DatasetError
from clearreel.production.recorded import recorded_decision
from clearreel.rights.people import PeopleShown, called

Row = Mapping[str, Any]


def missed(before: Row | None, people: PeopleShown, erased: Collection[str]) -> tuple[str, ...]:
    """The pseudonyms of those that an earlier run recorded in a source, whose names were erased
    since, and of whom nothing is said any more. `before` is the source's row."""
    if before is None or not erased:
        return ()
    return tuple(sorted((_recorded(before) - people.people).intersection(erased)))


def others_are_named(before: Row, people: PeopleShown) -> bool:
    """Whether anybody is named of whom the earlier run did not know."""
    return bool(people.people - _recorded(before))


def what_to_write(pseudonyms: Iterable[str]) -> str:
    """For a refusal: what may stand in the rights file in the place of names that were erased."""
    found = " and ".join(f'"{called(one)}"' for one in pseudonyms)
    return (
        f"{found}, of whom the name was erased, was recorded in it: write that in the place of the "
        "name, in [[people]] and [[consents]] alike, or leave the footage out"
    )


def names_are_back(sources: Iterable[tuple[str, ...]]) -> list[str]:
    """For a run that lets sources in which name others than those who are `missed`: warnings."""
    count = Counter(one for pseudonyms in sources for one in pseudonyms)
    return [
        f"{called(one)}, of whom the name was erased, is named no more in "
        f"{counted(number, 'source')}, and others are: if that is their name, it is back in "
        f'people.json: write "{called(one)}" in its place, and erase it once more with: clearreel '
        "people DATASET --erase NAME"
        for one, number in sorted(count.items())
    ]


def _recorded(before: Row) -> frozenset[str]:
    try:
        return recorded_decision(before).people.people
    except DatasetError:
        return frozenset()  # it is decided anew
