"""Captions of a model come in only where the model may serve the data set's use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import lance
import pytest
from tests.onefilm import OneFilm

from clearreel import exports
from clearreel.core.errors import NothingProducedError
from clearreel.production.estimating import estimate
from clearreel.recipes.reading import parse
from clearreel.report import audit as audits
from clearreel.report import clip_audit
from clearreel.sources.folder import expand

MODEL = """
[[captions]]
files = ["{files}"]
written_by = "{model}"
license = "{license}"
trained_on = [{trained_on}]
evidence = "card.txt"
"""


def by_model(files: str = "*", model: str = "captioner", license: str = "MIT", on: str = "") -> str:
    return MODEL.format(files=files, model=model, license=license, trained_on=on)


class Run(OneFilm):
    """Of 2.4 s, with a caption for its first second, and one for all of it."""

    def __init__(self, bench: Any, films: Path, folder: Path) -> None:
        super().__init__(bench, films, folder)
        (folder / "a.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nA dog runs\n")
        (folder / "a.txt").write_text("a park")
        (folder / "card.txt").write_text("MIT")

    @property
    def captions(self) -> list[str]:
        rows = sorted(self.bench.rows("clips"), key=lambda row: row["start"])
        assert all(row["kept"] for row in rows)
        return [row["caption"] for row in rows]

    def audited(self) -> tuple[audits.Audit, clip_audit.ClipAudit]:
        """The whole, and its first clip, which has both captions."""
        first = min(self.bench.rows("clips"), key=lambda row: row["start"])
        catalog = self.bench.catalog
        return audits.audit(catalog), clip_audit.audit_clip(catalog, first["clip_id"])


@pytest.fixture
def run(bench: Any, films: Path, tmp_path: Path) -> Run:
    return Run(bench, films, tmp_path / "footage")


def test_captions_of_which_nobody_says_anything_are_taken(run: Run) -> None:
    source = run()
    assert run.captions[0] == "a park A dog runs"
    assert not source["note"]
    whole, clip = run.audited()
    assert not whole.problems and clip.permitted
    lines = "\n".join(clip.lines())
    assert "captions of a.srt: nobody says who wrote it" in lines
    assert "captions of a.txt: nobody says who wrote it" in lines
    assert run.produced.warnings == ()
    told = "\n".join(whole.lines())
    assert "5 clips of 1 source: nobody says who wrote the captions or columns" in told
    assert whole.to_json()["captions_unsaid"] == {"clips": 5, "sources": 1}


def test_unless_the_policy_leaves_them_out(run: Run) -> None:
    run()
    run.policy('unsaid = "take"', 'unsaid = "leave-out"')
    whole, clip = run.audited()
    assert [reason.standing for reason in whole.reasons] == ["lapsed"]
    assert not clip.permitted
    source = run()
    assert run.captions == [""] * 5
    assert "left out of a.srt: nobody says what the text of a.srt was made from" in source["note"]
    whole, clip = run.audited()
    assert [reason.standing for reason in whole.reasons] == ["in"]
    assert clip.permitted
    run('[[captions]]\nfiles = ["a.txt"]\nby_people = true\n')
    assert run.captions == ["a park"] * 5


def test_what_may_not_serve_the_use_is_left_out_and_the_clip_stays(run: Run, quick: str) -> None:
    source = run(by_model("a.srt", license="CC-BY-NC-4.0"))
    assert run.captions == ["a park"] * 5
    reason = "captioner: CC-BY-NC-4.0 does not permit commercial use"
    assert source["note"].startswith(f"left out of a.srt: {reason}")
    whole, clip = run.audited()
    assert [reason.standing for reason in whole.reasons] == ["in"]
    assert not whole.problems
    [warning] = run.produced.warnings
    assert warning.startswith(f"captions left out of 1 source: a.srt: {reason}")
    assert any(line.endswith(warning) for line in whole.lines())
    assert whole.to_json()["captions_left_out"][0]["sources"] == 1
    said = run.rights(by_model("a.srt", license="CC-BY-NC-4.0"))
    films = expand([str(run.folder / "a.mp4")])
    dry = estimate(
        films, said.grants, parse(quick, "test"), run.bench.into, None, 1, said=said.statements
    )
    assert dry.unchanged == 1 and dry.warnings == (warning,)
    assert any("captions left out of a.srt" in line for line in clip.lines())
    [left_out] = [caption for caption in clip.captions if not caption.carried]
    assert reason in left_out.objections[0]


def test_a_statement_may_name_the_footage_instead(run: Run) -> None:
    run(by_model("a.mp4", license="CC-BY-NC-4.0"))
    assert run.captions == [""] * 5
    run(by_model("b.mp4", license="CC-BY-NC-4.0"))
    assert run.captions[0] == "a park A dog runs"


def test_a_model_that_may_is_a_parent_of_the_clips_that_carry_its_text(run: Run) -> None:
    source = run(by_model("a.srt", on='"COCO"'))
    assert run.captions == ["a park A dog runs"] * 2 + ["a park"] * 3
    [srt, txt] = sorted(json.loads(source["decision"])["captions"], key=lambda o: o["sidecar"])
    assert (srt["model"], srt["license"], srt["trained_on"]) == ("captioner", "MIT", [["COCO", ""]])
    assert (txt["writer"], srt["said_in"]) == ("nobody says", "rights.toml")
    for row in run.bench.rows("clips"):
        assert (srt["id"] in row["caption_origins"]) == ("dog" in row["caption"])
        assert txt["id"] in row["caption_origins"]
    _, clip = run.audited()
    lines = "\n".join(clip.lines())
    assert "captioner is under MIT, which the policy accepts" in lines
    assert "captions of a.srt: written by captioner, MIT, says rights.toml" in lines
    assert "(card.txt): kept" in lines
    assert run.bench.catalog.folder.joinpath("evidence").is_dir()
    assert run.produced.visited == 1
    run(by_model("a.srt", on='"COCO"'))
    assert run.produced.unchanged == 1


def test_evidence_of_a_model_that_is_gone_is_told(run: Run) -> None:
    run(by_model("a.srt"))
    _, clip = run.audited()
    [card] = [kept for kept in clip.evidence if kept.name == "card.txt"]
    (run.bench.into / "evidence" / card.sha256[:2] / card.sha256).unlink()
    whole, _ = run.audited()
    assert any("card.txt" in problem.problem for problem in whole.problems)


def test_a_policy_that_excludes_the_model_later(run: Run, tmp_path: Path) -> None:
    run(by_model("a.srt"))
    run.policy('"Pexels", ', '"Pexels", "captioner", ')
    whole, clip = run.audited()
    standings = {reason.standing: reason.clips for reason in whole.reasons}
    assert standings == {"in": 3, "lapsed": 2}
    assert any("the policy excludes captioner" in problem for problem in clip.problems)
    exported = exports.export(run.bench.catalog, "parquet", tmp_path / "out")
    assert sum(exported.clips.values()) == 3
    assert all("the policy excludes captioner" in why for why in exported.left_out.values())
    run(by_model("a.srt"))
    assert run.captions == ["a park"] * 5
    assert {reason.standing for reason in run.audited()[0].reasons} == {"in"}
    run.policy('"Pexels", "captioner", ', '"Pexels", ')
    run(by_model("a.srt"))
    assert run.captions[0] == "a park A dog runs"


def test_who_wrote_it_and_is_recorded_nowhere_is_a_no(run: Run, tmp_path: Path) -> None:
    """A damaged decision: in the export as in the audit."""
    run(by_model("a.srt"))
    [source] = run.bench.catalog.rows("sources")
    decision = json.loads(source["decision"])
    decision["captions"] = [one for one in decision["captions"] if one["sidecar"] == "a.txt"]
    run.bench.catalog.put_sources([source | {"decision": json.dumps(decision)}])
    whole, clip = run.audited()
    assert not clip.permitted
    assert {reason.standing: reason.clips for reason in whole.reasons} == {"in": 3, "lapsed": 2}
    exported = exports.export(run.bench.catalog, "parquet", tmp_path / "out")
    assert len(exported.left_out) == 2


def test_a_sidecar_says_it_itself(run: Run) -> None:
    table = run.folder / "captions.jsonl"
    rows = [
        {"path": "a.mp4", "end": 1, "caption": "one", "caption_model": "open", "n": 1}
        | {"caption_license": "MIT", "caption_trained_on": ["COCO"]},
        {"path": "a.mp4", "start": 1, "caption": "two", "caption_model": "closed"},
        {"path": "a.mp4", "start": 1, "caption": "three", "caption_license": "CC-BY-4.0"},
    ]
    table.write_text("\n".join(map(json.dumps, rows)))
    (run.folder / "a.txt").unlink()
    (run.folder / "a.srt").unlink()
    source = run()
    assert run.captions == ["one", "one", "", "", ""]
    assert "nobody says what closed was made from" in source["note"]
    assert "a model without a name" in source["note"]
    assert json.loads(run.bench.rows("clips")[0]["columns"])["caption_model"] == "open"
    # The rights file knows what the sidecar does not say of the model that it names.
    run(by_model("captions.jsonl", model="Closed"))
    assert run.captions == ["one", "one", "two", "two", "two"]


def test_credits_that_captions_ask_for_are_given(run: Run, tmp_path: Path) -> None:
    source = run('[[captions]]\nfiles = ["a.srt"]\nby_people = true\nlicense = "CC-BY-4.0"\n')
    assert source["attribution"] == "the text of a.srt, CC-BY-4.0"
    assert [reason.standing for reason in run.audited()[0].reasons] == ["in"]
    run('[[captions]]\nfiles = ["a.srt"]\nby_people = true\nlicense = "CC-BY-SA-4.0"\n')
    assert {reason.standing for reason in run.audited()[0].reasons} == {"in", "owing"}
    with pytest.raises(NothingProducedError, match=r"export it with --share-alike CC-BY-SA-4\.0"):
        exports.export(run.bench.catalog, "parquet", tmp_path / "out")
    alike = exports.export(
        run.bench.catalog, "parquet", tmp_path / "alike", share_alike="CC-BY-SA-4.0"
    )
    assert sum(alike.clips.values()) == 5


def test_captions_of_a_set_that_an_earlier_version_made(run: Run) -> None:
    run()
    lance.dataset(run.bench.into / "clips.lance").drop_columns(["caption_origins"])
    assert run.audited()[1].permitted
    run()
    assert run.produced.unchanged == 1
    assert {row["caption_origins"] for row in run.bench.rows("clips")} == {None}
    assert run.audited()[1].permitted
    run.policy('unsaid = "take"\n', 'unsaid = "leave-out"\n')
    assert not run.audited()[1].permitted
    run.policy('unsaid = "leave-out"\n', "")
    assert run.audited()[1].permitted
    run(by_model("*"))
    assert all(len(row["caption_origins"]) for row in run.bench.rows("clips"))
