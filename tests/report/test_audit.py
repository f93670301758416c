"""What an audit says of a data set that was really made, and of what changed since."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from clearreel import api
from clearreel.core.errors import DatasetError, NothingProducedError, UsageError
from clearreel.exports import export
from clearreel.production.producing import Produced, open_or_create, produce
from clearreel.recipes.reading import parse
from clearreel.report import audit as audits
from clearreel.report import clip_audit
from clearreel.report.recorded import Recorded
from clearreel.rights.rights_file import read_rights
from clearreel.runners.inline import InlineRunner
from clearreel.sources.folder import expand
from clearreel.stores.catalog import Catalog
from clearreel.stores.checkpoint import Checkpoint

CHECKED = (
    'evidence = "letter.txt"\nverified_by = "Eve"\nverified_on = 2026-01-20\nbasis = "a letter"\n'
)
RIGHTS = f"""
[[grant]]
files = ["a.mp4", "c.mp4"]
license = "CC-BY-4.0"
holder = "Ada"
valid_until = 2999-01-01
{CHECKED}
[[grant]]
files = ["b.mp4"]
license = "CC-BY-SA-4.0"
holder = "Bob"
{CHECKED}
[[grant]]
files = ["c.mp4"]
license = "CC-BY-NC-4.0"
holder = "Carol"
{CHECKED}
"""
RULE = '\n[[rules]]\nfact = "brightness"\nmin = {}\nreason = "too dark"\n'
LETTER = hashlib.sha256(b"we permit").hexdigest()


class Cleared:
    """Three films, their rights file, and the data set that is made of them."""

    def __init__(self, footage: Path, folder: Path, recipe: str) -> None:
        self.footage, self.folder, self.recipe = footage, folder, recipe

    def run(self, rights: str) -> Produced:
        (self.footage / "rights.toml").write_text(rights)
        return produce(
            open_or_create(self.folder, None),
            expand([str(self.footage)]),
            read_rights(self.footage / "rights.toml").grants,
            parse(self.recipe, "test"),
            InlineRunner(),
        )

    @property
    def catalog(self) -> Catalog:
        return Catalog(self.folder)

    def clip(self, name: str) -> str:
        return str(self.catalog.rows("clips", where=f"path LIKE '%{name}'")[0]["clip_id"])


@pytest.fixture(scope="module")
def whole(films: Path, tmp_path_factory: pytest.TempPathFactory, quick: str) -> Cleared:
    """Not to be changed."""
    folder = tmp_path_factory.mktemp("cleared")
    footage = Path(shutil.copytree(films, folder / "footage"))
    (footage / "letter.txt").write_bytes(b"we permit")
    made = Cleared(footage, folder / "set", quick)
    made.run(RIGHTS)
    return made


@pytest.fixture
def cleared(whole: Cleared, tmp_path: Path) -> Cleared:
    """A copy, to be changed, of the data set."""
    copy = Path(shutil.copytree(whole.folder, tmp_path / "set"))
    return Cleared(whole.footage, copy, whole.recipe)


def standings(audit: audits.Audit) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for reason in audit.reasons:
        found.setdefault(reason.standing, []).append((reason.sources, reason.clips))
    return found


def later(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return at

    monkeypatch.setattr(audits, "datetime", Clock)
    monkeypatch.setattr(clip_audit, "datetime", Clock)


def test_a_summary_by_reason(cleared: Cleared) -> None:
    audit = audits.audit(cleared.catalog)
    assert standings(audit) == {"in": [(1, 5)], "owing": [(1, 5)], "refused": [(1, 0)]}
    assert audit.reasons[0].hours == pytest.approx(2.4 / 3600)
    assert "CC-BY-4.0 permits commercial-training (grant of Ada" in audit.reasons[0].reason
    assert "asks for share-alike" in audit.reasons[1].reason
    assert not audit.problems
    written = audit.to_json()
    assert json.loads(json.dumps(written)) == written
    assert (
        written["policy_sha256"]
        == hashlib.sha256((cleared.folder / "policy.toml").read_bytes()).hexdigest()
    )


def test_a_contradiction_is_shown_with_both_sides(cleared: Cleared) -> None:
    [(overlap, sources)] = audits.audit(cleared.catalog).overlapping
    assert sources == 1 and overlap.contradicts
    assert "refused: CC-BY-NC-4.0" in str(overlap) and "permitted: CC-BY-4.0" in str(overlap)
    sides = overlap.to_json()["sides"]
    assert [side["permits"] for side in sides] == [False, True]
    assert all(side["grant"] for side in sides)


def test_a_dropped_clip_says_by_what(cleared: Cleared) -> None:
    cleared.recipe += RULE.format(999)
    cleared.run(RIGHTS)
    audit = audits.audit(cleared.catalog)
    assert standings(audit) == {"dropped": [(0, 10)], "refused": [(1, 0)]}
    one = clip_audit.audit_clip(cleared.catalog, cleared.clip("a.mp4"))
    assert "out: too dark" in next(one.lines())
    assert one.to_json()["permitted"]


def test_a_clip_is_explained_to_the_end(cleared: Cleared) -> None:
    one = clip_audit.audit_clip(cleared.catalog, cleared.clip("a.mp4"))
    told = "\n".join(one.lines())
    assert "a.mp4: in\n" in told
    assert "grant of Ada, CC-BY-4.0" in told and LETTER[:16] in told
    assert "the same holds for commercial other-training" in told
    written = one.to_json()
    assert json.loads(json.dumps(written)) == written
    assert [e["permitted"] for e in written["explanations"]] == [True, True]
    assert written["evidence"] == [{"sha256": LETTER, "name": "letter.txt", "state": "kept"}]


def test_a_grant_that_has_expired_since(cleared: Cleared, monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch, datetime(2999, 1, 1, tzinfo=UTC))
    audit = audits.audit(cleared.catalog)
    assert standings(audit)["lapsed"] == [(1, 5)]
    [problem] = audit.problems
    assert problem.path.endswith("a.mp4")
    assert "not permitted any more: it ended on 2999-01-01" in problem.problem
    one = clip_audit.audit_clip(cleared.catalog, cleared.clip("a.mp4"))
    assert one.problems and not one.to_json()["permitted"]


@pytest.mark.parametrize("state", ["missing", "changed"])
def test_evidence_that_is_gone_or_changed(cleared: Cleared, state: str) -> None:
    kept = cleared.folder / "evidence" / LETTER[:2] / LETTER
    if state == "missing":
        kept.unlink()
    else:
        kept.write_bytes(b"we permit all")
    audit = audits.audit(cleared.catalog)
    assert [p.path[-5:] for p in audit.problems] == ["a.mp4", "b.mp4"]
    assert all(f"is {state} in the data set" in p.problem for p in audit.problems)
    one = clip_audit.audit_clip(cleared.catalog, cleared.clip("a.mp4"))
    assert one.problems and not one.permitted
    assert all(explained.refused_by == (2,) for explained in one.explanations)
    told = list(one.lines())
    assert told[0].endswith(": lapsed: in the data set, and no export lets it out")
    assert not any("may be used" in line for line in told)
    with pytest.raises(NothingProducedError, match=f"is {state} in the data set"):
        export(cleared.catalog, "folder", cleared.folder.parent / "out")
    assert {reason.standing for reason in audit.reasons} == {"lapsed", "refused"}
    assert sum(reason.clips for reason in audit.reasons) == len(
        cleared.catalog.rows("clips", where="kept")
    )
    cleared.run(RIGHTS)  # puts it back
    assert not audits.audit(cleared.catalog).problems


def test_a_policy_that_demands_more(cleared: Cleared) -> None:
    policy = cleared.folder / "policy.toml"
    policy.write_text(policy.read_text().replace('"footage", "audio"]', '"footage", "likeness"]'))
    audit = audits.audit(cleared.catalog)
    assert "in" not in standings(audit)
    assert all("no grant covers its likeness" in p.problem for p in audit.problems)
    assert cleared.run(RIGHTS).refused == 3
    assert not cleared.catalog.rows("clips")


def test_what_changed_in_a_grant_is_written_down_without_a_visit(cleared: Cleared) -> None:
    produced = cleared.run(RIGHTS.replace("2999-01-01", "2998-01-01"))
    assert (produced.visited, produced.unchanged) == (0, 3)
    [row] = cleared.catalog.rows("sources", where="path LIKE '%a.mp4'")
    assert json.loads(row["decision"])["given"][0]["valid_until"] == "2998-01-01"
    assert not audits.audit(cleared.catalog).problems


def test_a_decision_that_was_recorded_without_its_grants(cleared: Cleared) -> None:
    catalog = cleared.catalog
    [row] = catalog.rows("sources", where="path LIKE '%a.mp4'")
    decision = json.loads(row["decision"])
    del decision["given"]
    catalog.put_sources([{**row, "decision": json.dumps(decision)}])
    problems = [problem.problem for problem in audits.audit(catalog).problems]
    assert any("its grants were not recorded" in problem for problem in problems)
    cleared.run(RIGHTS)
    assert not audits.audit(cleared.catalog).problems


def test_a_damaged_decision_is_an_error(cleared: Cleared) -> None:
    catalog = cleared.catalog
    [row] = catalog.rows("sources", where="path LIKE '%a.mp4'")
    decision = json.loads(row["decision"]) | {"given": [{"license": "CC0-1.0"}]}
    catalog.put_sources([{**row, "decision": json.dumps(decision)}])
    with pytest.raises(DatasetError, match="is damaged"):
        audits.audit(catalog)


def test_a_clip_outside_of_the_part_that_is_granted_says_so(cleared: Cleared) -> None:
    part = RIGHTS.replace("valid_until = 2999-01-01", "intervals = [[0, 1], [1.5, 2]]")
    cleared.run(part)
    assert standings(audits.audit(cleared.catalog))["dropped"] == [(0, 3)]
    out = cleared.catalog.rows("clips", where="rule = 'rights' AND path LIKE '%a.mp4'")
    told = "\n".join(clip_audit.audit_clip(cleared.catalog, out[0]["clip_id"]).lines())
    assert "no grant covers its footage at 1–1.44 s" in told
    kept = cleared.catalog.rows("clips", where="kept AND path LIKE '%a.mp4'")
    assert clip_audit.audit_clip(cleared.catalog, kept[0]["clip_id"]).permitted


def test_evidence_that_came_after_the_footage_permits_no_part_of_it(cleared: Cleared) -> None:
    """As at the door."""
    cleared.run(RIGHTS.replace("valid_until = 2999-01-01", "intervals = [[0, 1], [1.5, 2]]"))
    catalog = cleared.catalog
    [row] = catalog.rows("sources", where="path LIKE '%a.mp4'")
    judged = Recorded(catalog, datetime.now(UTC)).judged(row["source_id"])
    assert [finding.permits for finding in judged] == [True]
    decision = json.loads(row["decision"])
    decision["given"][0]["evidence_on"] = "2026-01-10"
    decision["heard"]["acquired_at"] = "2026-01-01T00:00:00+00:00"
    catalog.put_sources([{**row, "decision": json.dumps(decision)}])
    [finding] = Recorded(catalog, datetime.now(UTC)).judged(row["source_id"])
    assert not finding.permits and "2026-01-10" in finding.reason


def test_a_clip_of_a_source_that_was_not_finished(cleared: Cleared) -> None:
    clip = cleared.clip("a.mp4")
    [row] = cleared.catalog.rows("clips", where=f"clip_id = '{clip}'")
    cleared.catalog.forget_sources([row["source_id"]])
    with pytest.raises(DatasetError, match="is not finished"):
        clip_audit.audit_clip(cleared.catalog, clip)
    assert standings(audits.audit(cleared.catalog))["owing"] == [(1, 5)]


def test_a_clip_that_is_not_there(cleared: Cleared) -> None:
    with pytest.raises(UsageError, match="no clip"):
        api.open(cleared.folder).audit("' OR 'a' = 'a")
    [refused] = cleared.catalog.rows("sources", where="status = 'refused'")
    with pytest.raises(UsageError, match=r"c\.mp4, which is refused: CC-BY-NC-4"):
        clip_audit.audit_clip(cleared.catalog, refused["source_id"])
    assert api.open(cleared.folder).audit().problems == ()


def test_the_ledger_is_checked_and_its_end_against_a_checkpoint(cleared: Cleared) -> None:
    cleared.run(RIGHTS)
    first = audits.audit(cleared.catalog)
    assert first.checkpoint.startswith("clearreel-ledger 1 ")
    cleared.run(RIGHTS)
    assert audits.audit(cleared.catalog).checkpoint == first.checkpoint  # nothing else was decided
    cleared.run(RIGHTS.replace("CC-BY-4.0", "CC0-1.0"))
    second = api.open(cleared.folder).audit(checkpoint=first.checkpoint)
    assert isinstance(second, audits.Audit) and second.checkpoint.startswith("clearreel-ledger 2 ")
    assert not [one for one in second.problems if one.path == "ledger.jsonl"]

    ledger = cleared.folder / "ledger.jsonl"
    rows = ledger.read_bytes().splitlines(keepends=True)
    beside = cleared.folder / "ledger.checkpoint"
    reached = beside.read_bytes()
    ledger.write_bytes(rows[0])  # truncated
    (missing,) = [one for one in audits.audit(cleared.catalog).problems if one.path == ledger.name]
    assert "1 are missing at its end" in missing.problem and "clearreel audit" in missing.problem
    beside.unlink()
    (gone,) = [one for one in audits.audit(cleared.catalog).problems if one.path == ledger.name]
    assert "is gone" in gone.problem and "--ledger-is-whole" in gone.problem
    beside.write_text(f"{first.checkpoint}\n")
    assert audits.audit(cleared.catalog).checkpoint == first.checkpoint
    against = Checkpoint.parse(second.checkpoint)
    (missing,) = [
        one for one in audits.audit(cleared.catalog, against).problems if one.path == ledger.name
    ]
    assert "1 are missing at its end" in missing.problem

    beside.write_bytes(reached)
    ledger.write_bytes(rows[0].replace(b"commercial", b"evaluation") + rows[1])
    (changed,) = [one for one in audits.audit(cleared.catalog).problems if one.path == ledger.name]
    assert "row 1 does not hold" in changed.problem
    with pytest.raises(UsageError, match="is no checkpoint"):
        api.open(cleared.folder).audit(checkpoint="the last one")
