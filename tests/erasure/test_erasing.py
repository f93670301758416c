"""After a name is erased it is on no disk of ours, and everything verifies as before."""

from __future__ import annotations

import json
import shutil
import tarfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.onefilm import GRANT

from clearreel import api
from clearreel.core.errors import DatasetError, UsageError
from clearreel.erasure.erasing import Erased, erase
from clearreel.erasure.known import known_names
from clearreel.exports import export
from clearreel.exports.output import Output
from clearreel.exports.selection import select
from clearreel.proofs.approvals import accepted
from clearreel.proofs.keyring import KeyRing
from clearreel.proofs.keys import SigningKey, new_key
from clearreel.report.page import write_report
from clearreel.rights.grants import Grant, grant_from_flags
from clearreel.rights.policy import default_policy
from clearreel.rights.rights_file import read_rights
from clearreel.stores.catalog import Catalog
from clearreel.stores.evidence import EvidenceStore
from clearreel.stores.ledger import Ledger

NAME = "Zoë Quellenberg"
REASON = f"{NAME} is in it; her letter of 3 May"
FORMS = (NAME, json.dumps(NAME)[1:-1], "Quellenberg", "quellenberg")


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "a.key"
    new_key(path)
    return path


@pytest.fixture(scope="module")
def key(key_file: Path) -> SigningKey:
    found = SigningKey.find(key_file)
    assert found is not None
    return found


@pytest.fixture(autouse=True)
def ring(tmp_path: Path, key: SigningKey, monkeypatch: pytest.MonkeyPatch) -> KeyRing:
    """This user's trusted keys: one."""
    monkeypatch.setenv("CLEARREEL_KEYS", str(tmp_path / "ring" / "keys.json"))
    KeyRing.default().trust(key.public, "a publisher")
    return KeyRing.default()


def granted_by(holder: str) -> Sequence[Grant]:
    return (grant_from_flags("CC-BY-4.0", holder, "her site", operator="ada"),)


def grep(*folders: Path) -> list[str]:
    """Every file in which the name is, in any spelling that bytes show."""
    return sorted(
        str(path)
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and any(form.encode() in path.read_bytes() for form in FORMS)
    )


def left(erased: Erased) -> set[str]:
    return {one.where for one in erased.search.left}


def test_a_name_goes_and_everything_holds(
    bench: Any, films: Path, tmp_path: Path, key: SigningKey, key_file: Path, ring: KeyRing
) -> None:
    bench.run(films)
    catalog, out = bench.catalog, tmp_path / "out"
    export(catalog, "folder", tmp_path / "first", key=key)
    receipt = api.takedown(bench.into, REASON, file=films / "b.mp4", key=key_file)
    api.approve(bench.into, "commercial-training", "rights", key_file)
    export(catalog, "webdataset", out, key=key, approved_by=["rights"])
    proof = tmp_path / "a.proof"
    proof.write_bytes(api.prove(out, file=films / "a.mp4").written())
    checkpoint = Ledger(bench.into).anchor()
    assert grep(bench.into, out, tmp_path / "first") == [str(bench.into / "people.json")]
    [one] = known_names(catalog)
    assert (one.name, one.rows, one.roles) == (REASON, 1, ("reason",))

    erased = erase(catalog, NAME.upper())
    assert (erased.erased, erased.rows, left(erased)) == (1, 1, set())
    assert grep(bench.into, out, tmp_path / "first") == [] and known_names(catalog) == []
    assert Ledger(bench.into).verify(checkpoint).checkpoint.rows == checkpoint.rows + 1
    assert api.open(bench.into).audit(checkpoint=str(checkpoint)).problems == ()
    receipts = bench.into / "takedowns" / f"{receipt['id']}.receipt.json"
    for path in (out, tmp_path / "first", proof, receipts):
        api.verify(path)
    approvers = default_policy().approvers
    use, hashes = "commercial-training", select(catalog).hashes
    assert accepted(bench.into, use, hashes, ["rights"], ring.at_present(), approvers)
    demanded = next(row for row in Ledger(bench.into).rows() if row["people"])
    assert Ledger(bench.into).name_of(demanded["people"]["reason"]) is None
    assert list(Ledger(bench.into).rows())[-1]["detail"]["commitments"] == [one.commitment]
    bench.run(films)
    assert len(bench.rows("clips")) == 10, "the footage stays out"


def test_old_versions_of_tables_and_the_page_go(bench: Any, films: Path) -> None:
    bench.run(films / "a.mp4", grants=granted_by(NAME))
    catalog = bench.catalog
    rows = catalog.rows("sources")
    another = {
        name: rows[0][name].replace(NAME, "Ada").replace(json.dumps(NAME)[1:-1], "Ada")
        for name in ("holder", "attribution", "decision")
    }
    write_report(catalog, bench.into / "report.html")
    with catalog.writing():
        catalog.put_sources([rows[0] | another])
    assert any(".lance" in path for path in grep(bench.into)), "an old version has it"
    assert str(bench.into / "report.html") in grep(bench.into)
    erased = erase(catalog, NAME)
    assert erased.page_removed and erased.erased == 0 and left(erased) == set()
    assert grep(bench.into) == []
    assert catalog.rows("sources")[0]["holder"] == "Ada"


def test_what_is_left_is_listed_with_the_reason(
    bench: Any, films: Path, tmp_path: Path, key: SigningKey, ring: KeyRing
) -> None:
    footage = Path(shutil.copytree(films, tmp_path / "films"))
    (footage / "a.txt").write_text(f"{NAME} walks")
    bench.run(footage / "a.mp4", grants=granted_by(NAME))
    out = tmp_path / "zoë quellenberg"
    for layout in ("parquet", "webdataset", "folder"):
        export(bench.catalog, layout, out / layout, key=key)
    export(bench.catalog, "folder", tmp_path / "moved")
    (tmp_path / "moved").rename(tmp_path / "elsewhere")
    ring.trust(key.public, NAME)
    (bench.into / "evidence").mkdir(exist_ok=True)
    (bench.into / "evidence" / "letter.txt").write_text(f"I, {NAME}, permit it.")
    before = grep(bench.into, out)
    erased = erase(bench.catalog, NAME)
    found = left(erased)
    assert found >= {
        *("sources.holder", "sources.decision", "sources.attribution", "clips.caption"),
        *(str(bench.into / name) for name in ("evidence/letter.txt", "releases.json")),
        *(str(out / "folder" / name) for name in ("ATTRIBUTION.csv", "train/metadata.jsonl")),
    } | {str(path) for path in (*out.glob("*/data/*.parquet"), *out.glob("*/*.tar"))}
    assert f"{ring.path}: key {key.public.id[:16]}" in found
    tables = {path for path in before if ".lance/" in path}
    assert set(before) - tables <= found, "nothing that a person finds is left untold"
    assert all(one.why for one in erased.search.left)
    assert any(f"{tmp_path / 'moved'}, which is there no more" in line for line in erased.lines())
    assert "takedown" in next(o.why for o in erased.search.left if o.where == "sources.holder")
    for layout in ("parquet", "webdataset", "folder"):
        api.verify(out / layout)


def test_what_a_killed_export_has_left_is_searched(
    bench: Any, films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.run(films / "a.mp4", grants=granted_by(NAME))

    def progress(done: int, total: int) -> None:
        if done == total:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Output, "__exit__", lambda *given: None)  # as kill -9 leaves it
        export(bench.catalog, "folder", tmp_path / "out", progress=progress)
    (tmp_path / "out.partial" / "ATTRIBUTION.md").write_text(f"by {NAME}")
    erased = erase(bench.catalog, NAME)
    assert str(tmp_path / "out.partial" / "ATTRIBUTION.md") in left(erased)
    assert not erased.search.missing, "there never was one"


CONSENTS = f"""
[[consents]]
person = "{NAME}"
files = ["a.mp4"]
activities = ["genai-training", "other-training"]
purposes = ["commercial"]
valid_from = 2026-01-01
evidence = "form.pdf"
"""


def test_release_forms_are_told_of_while_it_is_known_whose_they_are(
    bench: Any, films: Path, tmp_path: Path
) -> None:
    footage = Path(shutil.copytree(films, tmp_path / "films"))
    (footage / "letter.txt").write_text("we permit")
    scan = b"%PDF-1.7\n\0 a scan of a form"
    (footage / "form.pdf").write_bytes(scan)
    (footage / "rights.toml").write_text(GRANT + CONSENTS)
    rights = read_rights(footage / "rights.toml")
    bench.run(footage / "a.mp4", grants=rights.grants, said=rights.statements)
    form = EvidenceStore(bench.into).path(sha256(scan).hexdigest())
    with bench.catalog.writing(), pytest.raises(DatasetError, match=form.name):
        erase(bench.catalog, NAME)

    bench.run(footage / "a.mp4", grants=rights.grants, said=rights.statements)
    assert [one.name for one in known_names(bench.catalog)] == [NAME], (
        "the rights file still has it"
    )
    before = erase(bench.catalog, "Eve").search.unread
    erased = erase(bench.catalog, NAME)
    [told] = [one for one in erased.search.left if one.where == str(form)]
    assert "consent" in told.why
    form.unlink()
    assert erase(bench.catalog, "Eve").search.unread == before - 1
    assert any("brings it back into people.json" in line for line in erased.lines())


def test_what_lies_among_the_packs_is_told_apart(bench: Any, films: Path) -> None:
    bench.run(films / "a.mp4")
    packs = bench.into / "packs"
    (packs / "a.journal").write_text(NAME)
    with tarfile.open(packs / "a.tar", "w") as tar:
        tar.addfile(tarfile.TarInfo(NAME))
    whys = {Path(one.where).name: one.why for one in erase(bench.catalog, NAME).search.left}
    assert "is not finished" in whys["a.journal"] and "takedown" in whys["a.tar"]


def test_a_name_in_a_sealed_data_set(bench: Any, tmp_path: Path, films: Path) -> None:
    footage = Path(shutil.copytree(films, tmp_path / "films"))
    (footage / "a.txt").write_text(f"{NAME} walks")
    Catalog.create(bench.into, "research-training", sealed=True)
    bench.run(footage / "a.mp4")
    api.takedown(bench.into, REASON, source="0" * 32)
    erased = erase(bench.catalog, NAME)
    assert erased.erased == 1 and left(erased) == {"clips.caption"}, "sealed, and told all the same"
    assert grep(bench.into) == []


def test_a_name_that_is_nowhere(bench: Any, films: Path) -> None:
    bench.run(films / "a.mp4")
    with pytest.raises(UsageError, match=r"is nowhere in .*: nothing was erased") as error:
        erase(bench.catalog, NAME)
    assert error.value.hint.startswith("clearreel people ")
    with pytest.raises(UsageError, match="is no name"):
        erase(bench.catalog, " ")


def test_while_a_run_is_writing_the_name_goes_and_the_rest_waits(bench: Any, films: Path) -> None:
    bench.run(films / "a.mp4")
    Ledger(bench.into).append("takedown", {}, {"reason": REASON})
    with bench.catalog.writing(), pytest.raises(DatasetError, match=r"1 text of people\.json went"):
        erase(bench.catalog, NAME)
    assert grep(bench.into) == []


def test_typed_again_it_tells_what_waited(bench: Any, films: Path) -> None:
    bench.run(films / "a.mp4")
    Ledger(bench.into).append("takedown", {}, {"reason": REASON})
    with bench.catalog.writing():
        bench.catalog.put_sources(bench.catalog.rows("sources"))
        with pytest.raises(DatasetError, match="older versions") as error:
            erase(bench.catalog, NAME)
    assert error.value.hint.endswith("type the same again")
    erased = erase(bench.catalog, NAME)
    assert (erased.erased, erased.older_removed) == (0, True)
    assert "removed: older versions" in "\n".join(erased.lines())


@pytest.mark.parametrize("step", ["append", "erase"])
def test_after_a_crash_the_ledger_tells_of_it(
    bench: Any, films: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    bench.run(films / "a.mp4")
    Ledger(bench.into).append("takedown", {}, {"reason": REASON})
    [one] = known_names(bench.catalog)

    def crash(*ignored: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Ledger, step, crash)
        erase(bench.catalog, NAME)
    assert erase(bench.catalog, NAME).erased == 1
    assert list(Ledger(bench.into).rows())[-1]["detail"]["commitments"] == [one.commitment]


def test_a_damaged_ledger_is_told_first(bench: Any, films: Path) -> None:
    bench.run(films / "a.mp4")
    ledger = Ledger(bench.into)
    ledger.append("takedown", {}, {"reason": REASON})
    ledger.path.write_bytes(ledger.path.read_bytes().replace(b'"run"', b'"ran"'))
    with pytest.raises(DatasetError, match="does not hold"):
        erase(bench.catalog, NAME)
    assert grep(bench.into) == [str(bench.into / "people.json")]
