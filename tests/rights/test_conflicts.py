from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from clearreel.rights.conflicts import overlaps
from clearreel.rights.decision import decide
from clearreel.rights.grants import Grant

from .conftest import GRANT, NOW


def found(*grants: Grant) -> list[str]:
    return [str(o) for o in overlaps(decide("/set/a.mp4", grants, "evaluation", NOW).findings)]


def test_one_grant_overlaps_nothing() -> None:
    assert found(GRANT) == []
    assert found() == []


def test_two_that_permit_both_count() -> None:
    [told] = found(GRANT, replace(GRANT, license="CC-BY-4.0", holder="Bob"))
    assert "grant of Ada, CC0-1.0" in told and "grant of Bob, CC-BY-4.0" in told
    assert told.endswith("both count")


def test_a_contradiction_names_the_no_first_in_any_order() -> None:
    strict = replace(GRANT, license="CC-BY-NC-4.0", holder="Bob")
    told = {tuple(found(*order)) for order in permutations([GRANT, strict])}
    assert len(told) == 1
    [[line]] = told
    assert line.startswith("refused: CC-BY-NC-4.0") and "| permitted: CC0-1.0" in line


def test_grants_about_different_layers_do_not_contradict() -> None:
    music = replace(GRANT, layers=("database",), license="CC-BY-NC-4.0")
    assert found(GRANT, music) == []
