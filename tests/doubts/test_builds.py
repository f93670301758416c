"""What somebody would try who wants something into a release that does not belong there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from build import RECIPE, Build, grant

from clearreel.core.errors import NothingProducedError, UsageError
from clearreel.exports import export
from clearreel.models.catalog import WEIGHTS
from clearreel.production import models
from clearreel.report.audit import audit
from clearreel.report.clip_audit import audit_clip


@pytest.fixture
def beside(build: Build, filmed: Callable[..., Path]) -> Build:
    """A film with sound in question, beside a silent one that is granted."""
    build.add(filmed(sound=True), "film.mp4")
    build.add(filmed(seed=9), "good.mp4")
    return build


GOOD = grant(files="good.mp4")


def music(**more: str) -> str:
    return grant(files="film.mp4", layers='["audio"]', holder='"Bob"', **more)


PICTURES = grant("CC-BY-4.0", files="film.mp4", layers='["footage"]')
MAIL = {"evidence": '"mail.eml"', "basis": '"comprehensive approval: all data is approved"'}

REFUSED: dict[str, tuple[list[str], str]] = {
    "CC-BY footage over music that nobody licensed": ([PICTURES], "no grant covers its audio"),
    "CC-BY footage over music for private use": (
        [PICTURES, music(license="CC-BY-NC-4.0")],
        "does not permit commercial use",
    ),
    "CC-BY footage over music whose licence has ended": (
        [PICTURES, music(valid_until="2026-06-01")],
        "it ended on 2026-06-01",
    ),
    "an approval by mail that nobody has checked": (
        [grant("LicenseRef-Approval", "film.mp4", verified_by="", verified_on="", **MAIL)],
        "nobody has verified it",
    ),
    "an approval by mail that permits everything": (
        [grant("LicenseRef-Approval", "film.mp4", **MAIL)],
        "what LicenseRef-Approval permits is not known",
    ),
    "an approval by mail about other files": (
        [grant("LicenseRef-Approval", "reels/**", uses='["commercial-training"]', **MAIL)],
        "no grant covers it",
    ),
    "an approval by mail for another purpose": (
        [grant("LicenseRef-Approval", "film.mp4", uses='["evaluation"]', **MAIL)],
        "lists only evaluation",
    ),
    "evidence that was made after it was checked": (
        [grant(files="film.mp4", evidence_on="2026-01-03")],
        "verified before its evidence was there",
    ),
    "evidence of tomorrow": (
        [grant(files="film.mp4", evidence_on="2999-01-01", verified_on="2999-01-02")],
        "in future",
    ),
    "a check of tomorrow": ([grant(files="film.mp4", verified_on="2999-01-01")], "in future"),
    "a licence that has ended": (
        [grant(files="film.mp4", valid_until="2026-06-01")],
        "it ended on 2026-06-01",
    ),
    "a licence that has not begun": (
        [grant(files="film.mp4", valid_from="2999-01-01")],
        "not yet",
    ),
    "a free licence beside a strict one": (
        [grant(files="film.mp4"), grant("CC-BY-ND-4.0", "film.*")],
        "permits no adaptation",
    ),
    **{
        f"an HD-VG-like set in a free wrapper, {how}": ([grant(files="film.mp4", **said)], told)
        for how, said, told in (
            (
                "which its basis tells",
                {"basis": '"AllFreeClips (CC0), a selection of hd vg 130M"'},
                "the grant speaks of hd-vg-130m in its basis",
            ),
            (
                "which its evidence tells",
                {"evidence": '"https://example.org/HD-VG-130M/LICENSE"'},
                "the grant speaks of hd-vg-130m in its evidence",
            ),
            (
                "as the grant says",
                {"made_from": '["HD-VG-130M"]'},
                "made from HD-VG-130M: the policy keeps HD-VG-130M to research",
            ),
            (
                "with another around it",
                {
                    "made_from": '[{ name = "AllFreeClips", license = "CC0-1.0", made_from = ['
                    '{ name = "Reel", license = "owned", made_from = ["Panda-70M"] }] }]'
                },
                "made from Panda-70M: the policy keeps Panda-70M to research",
            ),
        )
    },
    "a free collection of films for private use": (
        [
            grant(
                files="film.mp4",
                made_from='[{ name = "Carol\'s film", license = "CC-BY-NC-4.0" }]',
            )
        ],
        "Carol's film: CC-BY-NC-4.0 does not permit commercial use",
    ),
    "a free collection of nobody knows what": (
        [grant(files="film.mp4", made_from='["The Web"]')],
        "the licence of The Web is not known",
    ),
    "a grant that is taken back": ([grant(files="film.mp4", uses="[]")], "lists"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_and_nothing_of_it_is_stored(beside: Build, case: str) -> None:
    grants, told = REFUSED[case]
    (beside.footage / "mail.eml").write_text("From: the boss\n\nAll data is approved.")
    beside.run(GOOD, *grants)
    reasons = beside.reasons()
    assert told in reasons["film.mp4"] and reasons["good.mp4"] == ""
    assert {Path(row["path"]).name for row in beside.catalog.rows("clips")} == {"good.mp4"}
    assert len(list(beside.into.rglob("*.tar"))) == 1
    exported = beside.release()
    assert exported.sources == 1 and "film" not in (beside.out / "ATTRIBUTION.csv").read_text()


def test_footage_and_music_of_two_who_both_permit_it(beside: Build) -> None:
    beside.run(GOOD, PICTURES, music(license="CC-BY-4.0"))
    assert beside.reasons() == {"film.mp4": "", "good.mp4": ""}
    beside.release()
    credits_given = (beside.out / "ATTRIBUTION.csv").read_text()
    assert "Ada, CC-BY-4.0" in credits_given and "Bob, CC-BY-4.0" in credits_given


def test_the_same_bytes_in_a_folder_of_their_own(build: Build, filmed: Callable[..., Path]) -> None:
    """A copy that somebody has put beside what is granted."""
    build.add(filmed(), "good.mp4")
    (build.footage / "ripped").mkdir()
    build.add(filmed(), "ripped/film.mp4")
    build.run(GOOD)
    assert not build.catalog.rows("clips") and not list(build.into.rglob("*.tar"))
    with pytest.raises(NothingProducedError):
        build.release()


def test_a_grant_that_is_revoked_takes_out_what_was_in(beside: Build) -> None:
    beside.run(grant())
    assert beside.release().sources == 2
    beside.run(GOOD, grant(files="film.mp4", uses="[]"))
    assert beside.release().sources == 1
    assert len(list(beside.into.rglob("*.tar"))) == 1


@pytest.mark.parametrize("name", ["HD-VG-130M", "hd-vg-130m", "Panda-70M", "Koala-36M"])
def test_a_model_of_research_footage_behind_a_free_wrapper(
    beside: Build, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The wrapper is CC0, and what is in it is not: nothing is done with such a model."""
    told = f"AllFreeClips (CC0), a selection of {name}"
    wrapped = replace(WEIGHTS["centerface"], license="CC0-1.0", training_data=told)
    monkeypatch.setattr(models, "WEIGHTS", {**WEIGHTS, "centerface": wrapped})
    with pytest.raises(UsageError, match=f"keeps {name.lower()} to research"):
        beside.run(grant(), recipe=RECIPE + "[measures.faces]\n")
    assert not beside.catalog.rows("sources") and not list(beside.into.rglob("*.tar"))


IN_A_WRAPPER = (
    'made_from = [{ name = "AllFreeClips", license = "CC-BY-4.0", made_from = ["HD-VG-130M"] }]\n'
)


def test_research_footage_in_a_free_wrapper_is_at_home_in_research(beside: Build) -> None:
    beside.run(grant() + IN_A_WRAPPER, use="research-training")
    assert beside.reasons() == {"film.mp4": "", "good.mp4": ""}
    row, *_ = beside.catalog.rows("clips", where="path LIKE '%film.mp4'")
    audited = audit_clip(beside.catalog, row["clip_id"])
    assert audited.permitted
    told = "\n".join(audited.lines())
    [evidence] = audited.evidence
    assert f"[evidence {evidence.sha256[:16]}]" in told
    assert "made from AllFreeClips: CC-BY-4.0 permits research-training" in told
    assert "made from HD-VG-130M, which is for research, as the policy has it" in told
    beside.release()
    assert "AllFreeClips, CC-BY-4.0" in (beside.out / "ATTRIBUTION.csv").read_text()


def test_a_policy_that_learns_of_a_set_later(beside: Build) -> None:
    """It is asked again: by the audit, by exports and by the next run."""
    grants = (GOOD, grant(files="film.mp4", made_from='[{ name = "Gold", license = "CC0-1.0" }]'))
    beside.run(*grants)
    assert not audit(beside.catalog).problems and beside.release().sources == 2
    policy = beside.into / "policy.toml"
    policy.write_text(policy.read_text().replace('["HD-VG-130M"', '["gold", "HD-VG-130M"'))
    [problem] = audit(beside.catalog).problems
    assert problem.path.endswith("film.mp4")
    assert "not permitted any more: made from Gold: the policy keeps Gold" in problem.problem
    exported = export(beside.catalog, "parquet", beside.out.with_name("later"))
    assert exported.sources == 1
    assert any("the policy keeps Gold to research" in why for why in exported.left_out.values())
    beside.run(*grants)
    assert "the policy keeps Gold to research" in beside.reasons()["film.mp4"]
    assert len(list(beside.into.rglob("*.tar"))) == 1


def test_footage_that_was_made_from_share_alike_goes_out_apart(beside: Build) -> None:
    beside.run(
        GOOD, grant(files="film.mp4", made_from='[{ name = "Edit", license = "CC-BY-SA-4.0" }]')
    )
    assert beside.reasons() == {"film.mp4": "", "good.mp4": ""}
    assert beside.release().sources == 1
    apart = export(
        beside.catalog, "parquet", beside.out.with_name("apart"), share_alike="CC-BY-SA-4.0"
    )
    assert apart.sources == 1
    assert "Edit, CC-BY-SA-4.0" in (apart.folder / "ATTRIBUTION.csv").read_text()


def test_a_grant_of_some_stretches_is_asked_what_they_were_made_from(beside: Build) -> None:
    first = grant(files="film.mp4", intervals="[[0, 1]]", made_from='["Koala-36M"]')
    beside.run(GOOD, first, grant(files="film.mp4", intervals="[[1, 9]]"))
    stored = [row for row in beside.catalog.rows("clips") if row["path"].endswith("film.mp4")]
    kept = [row for row in stored if row["kept"]]
    assert kept and all(row["start"] >= 1 for row in kept)
    assert any("made from Koala-36M" in row["reason"] for row in stored if not row["kept"])


def test_a_licence_of_nobody(beside: Build) -> None:
    with pytest.raises(UsageError, match="holder"):
        beside.run(grant(holder='" "'))
