"""People shown have consented, where the policy asks for it, and their names stay in one table."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.onefilm import OneFilm

from clearreel import exports
from clearreel.core.errors import NothingProducedError
from clearreel.erasure.known import known_names
from clearreel.production.estimating import Estimate, estimate
from clearreel.production.rights import print_policy
from clearreel.recipes.reading import parse
from clearreel.report import audit as audits
from clearreel.report import clip_audit
from clearreel.rights.clearance import clearance
from clearreel.sources.folder import expand
from clearreel.stores.ledger import Ledger
from clearreel.stores.people import People
from clearreel.takedown.carrying_out import take_down
from clearreel.takedown.demand import Demand

SHOWN = '[[people]]\nfiles = ["a.mp4"]\nshown = {who}\n{more}\n'
CONSENT = """
[[consents]]
person = "{person}"
files = ["a.mp4"]
activities = ["genai-training", "other-training"]
purposes = ["commercial"]
valid_from = 2026-01-01
evidence = "release of {person}.txt"
{more}
"""
ADA, BOB = "Ada Lovelace", "Bob Fernández"


def shown(*who: str, more: str = "") -> str:
    return SHOWN.format(who=json.dumps(list(who)) if who else '"none"', more=more)


def consent(person: str = ADA, more: str = "") -> str:
    return CONSENT.format(person=person, more=more)


class Run(OneFilm):
    """With a release form of each person."""

    def __init__(self, bench: Any, films: Path, folder: Path) -> None:
        super().__init__(bench, films, folder)
        for person in (ADA, BOB):
            (folder / f"release of {person}.txt").write_text(f"I, {person}, agree")

    def ask(self) -> None:
        """Have the policy ask for consent from now on."""
        self.policy("activities = []", 'activities = ["genai-training"]')

    def kept(self) -> list[tuple[float, float]]:
        rows = sorted(self.bench.rows("clips", "kept"), key=lambda row: row["start"])
        return [(row["start"], row["end"]) for row in rows]

    def audit(self) -> audits.Audit:
        return audits.audit(self.bench.catalog)

    def audit_clip(self, number: int = 0) -> clip_audit.ClipAudit:
        rows = sorted(self.bench.rows("clips"), key=lambda row: row["start"])
        return clip_audit.audit_clip(self.bench.catalog, rows[number]["clip_id"])


@pytest.fixture
def run(bench: Any, films: Path, tmp_path: Path) -> Run:
    return Run(bench, films, tmp_path / "footage")


@pytest.fixture
def asking(run: Run) -> Run:
    """With a policy that asks for consent, from the first run on."""
    run()
    run.ask()
    return run


def test_where_the_policy_asks_nothing_nothing_changes(run: Run) -> None:
    run()
    before = run.bench.rows("clips")
    assert len(run.kept()) == 5
    run(shown(ADA) + consent(BOB, "withdrawn_on = 2026-02-01"))
    assert run.produced.unchanged == 1 and run.bench.rows("clips") == before
    assert not run.audit().problems


def test_what_nobody_says_is_a_no(asking: Run) -> None:
    assert {reason.standing for reason in asking.audit().reasons} == {"lapsed"}
    source = asking()
    assert source["status"] == "refused" and not asking.bench.rows("clips")
    assert source["reason"].startswith("nobody has looked whether people are shown: a [[people]]")


def test_everybody_shown_has_to_have_consented(asking: Run) -> None:
    source = asking(shown(ADA, BOB) + consent(ADA))
    assert source["status"] == "refused"
    assert "no consent record covers this use now" in source["reason"]
    asking(shown(ADA, BOB) + consent(ADA) + consent(BOB))
    assert len(asking.kept()) == 5
    assert not asking.audit().problems and asking.audit_clip().permitted


def test_clips_are_asked_one_by_one_where_people_are_shown_for_a_while(asking: Run) -> None:
    whole = asking.kept()
    border = whole[1][1]
    first, rest = f"intervals = [[0, {border}]]", f"intervals = [[{border}, 9]]"
    asking(shown(ADA, more=first) + shown(more=rest))
    assert asking.kept() == whole[2:]
    out = asking.bench.rows("clips", "not kept")
    assert [row["rule"] for row in out] == ["rights"] * 2
    assert not any(row["measured"] or row["media_pack"] for row in out)
    assert all(row["reason"].startswith("person ") for row in out)
    asking(shown(ADA, more=first) + shown(more=rest) + consent(ADA, first))
    assert asking.kept() == whole
    assert asking(consent(ADA, first))["status"] == "refused"  # nobody has looked at any of it
    asking(shown(ADA, more=first))  # nor at the rest
    assert asking.kept() == []
    asking(shown(ADA) + consent(ADA, first))  # she is shown after it, too
    assert asking.kept() == whole[:2]
    assert asking.bench.rows("sources")[0]["status"] == "done"


def test_a_withdrawal_takes_the_source_out(asking: Run, tmp_path: Path) -> None:
    asking(shown(ADA) + consent(ADA))
    assert len(asking.kept()) == 5
    release = exports.export(asking.bench.catalog, "parquet", tmp_path / "out").folder
    assert asking.audit().still_released == ()
    source = asking(shown(ADA) + consent(ADA, "withdrawn_on = 2026-02-01"))
    [still] = asking.audit().still_released
    assert (still.folder, still.sources) == (str(release), (source["source_id"],))
    assert f"{release} holds 1 source that is out now" in "\n".join(asking.audit().lines())
    take_down(asking.bench.catalog, Demand("source", source["source_id"]), "her wish")
    assert asking.audit().still_released == ()
    assert source["status"] == "refused"
    assert not asking.bench.rows("clips") and not asking.bench.packs()


def test_consent_that_has_ended_since_goes_out_no_more(
    asking: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking(shown(ADA) + consent(ADA, "valid_until = 2100-01-01"))
    catalog = asking.bench.catalog
    assert sum(exports.export(catalog, "parquet", tmp_path / "now").clips.values()) == 5

    class Later(datetime):
        @classmethod
        def now(cls, zone: Any = None) -> Any:
            return datetime(2101, 1, 1, tzinfo=UTC)

    monkeypatch.setattr("clearreel.exports.selection.datetime", Later)
    monkeypatch.setattr(audits, "datetime", Later)
    monkeypatch.setattr(clip_audit, "datetime", Later)
    with pytest.raises(NothingProducedError, match="no consent record covers this use now"):
        exports.export(catalog, "parquet", tmp_path / "later")
    assert {reason.standing for reason in asking.audit().reasons} == {"lapsed"}
    assert any("no consent record" in line for line in asking.audit_clip().lines())


def test_a_clip_whose_consent_has_ended_goes_out_no_more(
    asking: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    border = asking.kept()[0][1]
    first, rest = f"intervals = [[0, {border}]]", f"intervals = [[{border}, 9]]"
    ending = consent(ADA, first + "\nvalid_until = 2100-01-01")
    asking(shown(ADA, more=first) + shown(more=rest) + ending)
    assert len(asking.kept()) == 5

    class Later(datetime):
        @classmethod
        def now(cls, zone: Any = None) -> Any:
            return datetime(2101, 1, 1, tzinfo=UTC)

    monkeypatch.setattr("clearreel.exports.selection.datetime", Later)
    later = exports.export(asking.bench.catalog, "parquet", tmp_path / "later")
    assert sum(later.clips.values()) == 4
    assert len(later.left_out) == 1


def test_names_are_in_their_table_alone(asking: Run) -> None:
    asking(shown(ADA, BOB) + consent(ADA) + consent(BOB))
    into = asking.bench.into
    evidence = list((into / "evidence").rglob("*"))
    told = {
        path.name
        for path in into.rglob("*")
        if path.is_file()
        and path not in evidence
        and any(name.encode() in path.read_bytes() for name in ("Ada", "Fern", "release of"))
    }
    assert told == {"people.json"}
    people = json.loads(asking.bench.rows("sources")[0]["decision"])["people"]
    [pair] = [one["people"] for one in people["shown"]]
    known = People(into / "people.json")
    assert {known.name_of(person) for person in pair} == {ADA, BOB}
    audited = asking.audit_clip()
    lines = "\n".join(audited.lines())
    for form in audited.evidence:
        if form.name == "of a consent":
            assert f"a consent record covers this use [evidence {form.sha256[:16]}]" in lines
    assert lines.count("(of a consent): kept") == 2
    assert "Ada" not in lines and all(person in lines for person in pair)
    ada, bob = known_names(asking.bench.catalog)
    assert (ada.name, ada.sources, ada.rows, ada.refers) == (ADA, 1, 0, "shown in 1 source")
    assert ada.pseudonym in lines and bob.pseudonym in lines
    assert Ledger(into).erase(ADA)
    assert not asking.audit().problems  # the pseudonym does its work without the name
    assert ADA not in (into / "people.json").read_text()


def test_a_release_form_that_is_gone_is_told(asking: Run) -> None:
    asking(shown(ADA) + consent(ADA))
    [form] = [kept for kept in asking.audit_clip().evidence if kept.name == "of a consent"]
    (asking.bench.into / "evidence" / form.sha256[:2] / form.sha256).unlink()
    assert any("of a consent" in problem.problem for problem in asking.audit().problems)


def test_the_same_run_twice_changes_nothing(asking: Run) -> None:
    said = shown(ADA, more="intervals = [[0, 9]]") + consent(ADA)
    asking(said)
    asking(said)
    assert asking.produced.unchanged == 1


def test_a_dry_run_asks_the_same_and_writes_no_name(asking: Run, quick: str) -> None:
    def estimated(statements: str) -> Estimate:
        rights = asking.rights(statements)
        listing = expand([str(asking.folder / "a.mp4")])
        into, recipe = asking.bench.into, parse(quick, "test")
        return estimate(listing, rights.grants, recipe, into, None, 1, said=rights.statements)

    assert estimated(shown(ADA)).refused == 1
    assert estimated(shown(ADA) + consent(ADA)).refused == 0
    assert not (asking.bench.into / "people.json").exists()
    said = shown(ADA, more="intervals = [[0, 9]]") + consent(ADA)
    asking(said)
    assert estimated(said).unchanged == 1  # as the pseudonyms are the same


def test_what_is_to_be_asked_travels_to_workers(asking: Run) -> None:
    rights = asking.rights(shown(ADA, more="intervals = [[0, 1]]"))
    path = str(asking.folder.resolve() / "a.mp4")
    policy = print_policy(asking.bench.into)
    people = rights.statements.about([path])
    at = datetime.now(UTC)
    known = clearance([path], rights.grants, "commercial-training", at, policy, people)
    assert known is not None and pickle.loads(pickle.dumps(known)) == known
