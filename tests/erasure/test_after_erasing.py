"""What a run says, and what may be written, where the name of a person shown was erased."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.onefilm import OneFilm

from clearreel.erasure.erasing import erase
from clearreel.erasure.known import known_names
from clearreel.production.estimating import estimate
from clearreel.recipes.reading import parse
from clearreel.report.audit import audit
from clearreel.sources.folder import expand
from clearreel.stores.ledger import Ledger

ADA, BOB = "Ada Quellenberg", "Bob Quellenberg"


def shown(*who: str) -> str:
    return f'[[people]]\nfiles = ["a.mp4"]\nshown = {json.dumps(who)}\n'


def consent(person: str, more: str = "") -> str:
    return f"""
[[consents]]
person = "{person}"
files = ["a.mp4"]
activities = ["genai-training"]
purposes = ["commercial"]
valid_from = 2026-01-01
evidence = "form.txt"
{more}
"""


class Asked(OneFilm):
    """With a policy that asks for consent."""

    def __init__(self, bench: Any, films: Path, folder: Path) -> None:
        super().__init__(bench, films, folder)
        (folder / "form.txt").write_text("I agree")
        self()
        self.policy("activities = []", 'activities = ["genai-training"]')

    def erased(self, name: str) -> str:
        """What a person is called after the name is erased."""
        [pseudonym] = erase(self.bench.catalog, name).pseudonyms
        return pseudonym

    @property
    def names(self) -> list[str]:
        return [one.name for one in known_names(self.bench.catalog)]


@pytest.fixture
def run(bench: Any, films: Path, tmp_path: Path) -> Asked:
    return Asked(bench, films, tmp_path / "footage")


@pytest.fixture
def gone(run: Asked) -> str:
    """What Ada is called, who was in the film, consented, and had her name erased."""
    assert run(shown(ADA) + consent(ADA))["status"] == "done"
    return run.erased(ADA)


def test_erasing_says_what_to_write(run: Asked) -> None:
    run(shown(ADA) + consent(ADA))
    [known] = known_names(run.bench.catalog)
    erased = erase(run.bench.catalog, ADA)
    assert erased.pseudonyms == (f"person {known.pseudonym}",)
    told = "\n".join(erased.lines())
    assert (
        f"in the place of the name, in [[people]] and [[consents]] alike: {erased.pseudonyms[0]!r}"
    )
    assert f"alike: '{erased.pseudonyms[0]}'" in told
    assert erased.to_json()["pseudonyms"] == erased.pseudonyms


def test_the_pseudonym_stands_for_the_same_person(run: Asked, gone: str) -> None:
    before = run.bench.rows("sources")
    source = run(shown(gone) + consent(gone))
    assert run.produced.unchanged == 1 and run.bench.rows("sources") == before
    assert source["status"] == "done" and run.produced.warnings == ()
    assert run.names == [], "nobody's name, nor anything in its place, is written down"
    assert not audit(run.bench.catalog).problems
    [full] = Ledger(run.bench.into).erased()
    run(shown(f"person {full}") + consent(gone))
    assert run.bench.rows("sources") == before


def test_the_refusal_says_what_to_type(run: Asked, gone: str, quick: str) -> None:
    rights = run.rights()
    films = expand([str(run.folder / "a.mp4")])
    into, recipe = run.bench.into, parse(quick, "test")
    dry = estimate(films, rights.grants, recipe, into, None, 1, said=rights.statements)
    assert f'"{gone}", of whom the name was erased, was recorded in it' in dry.left_out[0].reason
    source = run()
    assert source["status"] == "refused"
    assert source["reason"].startswith("nobody has looked whether people are shown")
    assert (
        f'"{gone}", of whom the name was erased, was recorded in it: write that'
        in (source["reason"])
    )
    assert "or leave the footage out" in source["reason"]
    assert run(shown(gone) + consent(gone))["status"] == "done"


def test_a_pseudonym_is_no_consent(run: Asked, gone: str) -> None:
    """It permits what the name did, and nothing else."""
    source = run(shown(gone))
    assert source["status"] == "refused"
    assert source["reason"].startswith(f"{gone}: no consent record covers this use now")
    assert run(shown(gone, BOB) + consent(gone))["status"] == "refused"
    withdrawn = consent(gone, "withdrawn_on = 2026-02-01")
    assert run(shown(gone) + withdrawn)["status"] == "refused"
    assert run(shown(gone) + consent(gone) + withdrawn)["status"] == "refused"


def test_the_pseudonym_of_one_does_not_stand_for_another(run: Asked) -> None:
    run(shown(ADA, BOB) + consent(ADA) + consent(BOB))
    ada = run.erased(ADA)
    bob = run.erased(BOB)
    assert ada != bob and run.names == []
    assert run(shown(ada, bob) + consent(ada))["status"] == "refused"
    assert run(shown(ada, bob) + consent(ada) + consent(ada[:-1]))["status"] == "refused"
    assert run(shown(ada, bob) + consent(ada) + consent(bob))["status"] == "done"


def test_a_name_that_comes_back_is_told(run: Asked, gone: str) -> None:
    source = run(shown(ADA) + consent(ADA))
    assert source["status"] == "done" and run.names == [ADA]
    [warning] = run.produced.warnings
    assert f"{gone}, of whom the name was erased, is named no more in 1 source" in warning
    assert f'write "{gone}" in its place' in warning and "people DATASET --erase NAME" in warning
    assert ADA not in warning
    run.erased(ADA)
    run(shown(gone) + consent(gone))
    assert run.names == []


def test_who_is_named_before_may_be_called_so_as_well(run: Asked) -> None:
    run(shown(ADA) + consent(ADA))
    before = run.bench.rows("sources")
    [known] = known_names(run.bench.catalog)
    run(shown(f"person {known.pseudonym}") + consent(ADA))
    assert run.produced.unchanged == 1 and run.bench.rows("sources") == before
    assert run.names == [ADA]


def test_what_is_no_pseudonym_here_is_a_name(run: Asked, gone: str) -> None:
    elsewhere = "person 000000000000"
    assert run(shown(elsewhere) + consent(elsewhere))["status"] == "done"
    assert run.names == [elsewhere]
    short = gone[:-1]
    assert run(shown(short) + consent(gone))["status"] == "refused"
