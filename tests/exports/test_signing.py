"""Signed exports, of every format."""

from __future__ import annotations

import hashlib
import json
from functools import partial
from pathlib import Path

import pytest
from readback import kept, manifest

from clearreel.core.errors import DatasetError
from clearreel.exports import export, formats
from clearreel.proofs.keys import SigningKey, new_key
from clearreel.proofs.layout import MANIFEST, STATEMENT
from clearreel.proofs.proving import Release
from clearreel.proofs.verifying import verify_proof, verify_release
from clearreel.stores.catalog import Catalog
from clearreel.stores.ledger import Ledger


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return new_key(tmp_path / "a.key")


@pytest.mark.parametrize("name", formats())
def test_a_signed_export_holds_and_proves_every_clip_and_source(
    dataset: Catalog, tmp_path: Path, key: SigningKey, name: str
) -> None:
    result = export(dataset, name, tmp_path / "out", key=key)
    assert result.signed_with == key.public.id and f"signed with key {key.public.id}" in str(result)
    believed = {key.public.id: key.public}.__getitem__
    verified = verify_release(result.folder, believed)
    clips = kept(dataset)
    assert verified.statement.clips.count == len(clips)
    assert verified.statement.sources.count == result.sources == 7
    assert (verified.statement.use, verified.statement.format) == (result.use, name)
    assert verified.statement.licenses == ("CC-BY-4.0",)
    shards = {file for file in manifest(result.folder)["files"] if file.endswith((".tar", "quet"))}
    assert set(verified.statement.subjects) == {MANIFEST} | shards
    assert bool(shards) == (name != "folder")

    opened = Release(result.folder)
    for clip in clips[:5]:
        shown = verify_proof(opened.prove_clip(clip["clip_id"]).written(), believed)
        assert shown.proof.clip and shown.proof.source
        value = shown.proof.clip.leaf.value
        assert value["source_id"] == clip["source_id"] == shown.proof.source_id
        if name == "folder":
            [media] = result.folder.glob(f"*/{clip['clip_id']}.m*")
            assert value["sha256"] == hashlib.sha256(media.read_bytes()).hexdigest()
    for source in {clip["source_id"] for clip in clips}:
        assert verify_proof(opened.prove_source(source).written(), believed).present
    assert not verify_proof(opened.prove_source("0" * 32).written(), believed).present


@pytest.mark.parametrize("name", formats())
def test_signing_changes_nothing_of_what_is_signed(
    dataset: Catalog, tmp_path: Path, key: SigningKey, name: str
) -> None:
    """And the clips and their tables are the same bytes every time."""
    files = [
        manifest(export(dataset, name, tmp_path / "out", key=given).folder)["files"]
        for given in (None, key, key)
    ]
    proofs = {"proofs/clips.jsonl", "proofs/sources.jsonl"}
    assert set(files[1]) - set(files[0]) == proofs
    for signed in files[1:]:
        assert {file: signed[file] for file in signed if file not in proofs} == files[0]
    salted = [{signed[file]["sha256"] for file in proofs} for signed in files[1:]]
    assert not salted[0] & salted[1], "salts are new every time"


def test_an_unsigned_export_says_so(dataset: Catalog, tmp_path: Path) -> None:
    result = export(dataset, "folder", tmp_path / "out")
    assert result.signed_with == "" and "unsigned: nobody can verify it" in str(result)
    assert not (result.folder / STATEMENT).exists() and not (result.folder / "proofs").exists()
    assert [row["kind"] for row in Ledger(dataset.folder).rows()] == ["run"]


def test_a_signed_export_is_replaced_by_an_unsigned_one(
    dataset: Catalog, tmp_path: Path, key: SigningKey
) -> None:
    export(dataset, "folder", tmp_path / "out", key=key)
    export(dataset, "webdataset", tmp_path / "out")
    assert not (tmp_path / "out" / STATEMENT).exists()


def test_the_ledger_has_every_signed_release(
    dataset: Catalog, tmp_path: Path, key: SigningKey
) -> None:
    believed = {key.public.id: key.public}.__getitem__
    verify = partial(verify_release, believed=believed)
    ledger = Ledger(dataset.folder)
    seen = []
    for number in range(2):
        before = ledger.anchor()
        folder = export(dataset, "folder", tmp_path / f"out{number}", key=key).folder
        assert verify(folder).statement.ledger == str(before)
        seen.append(hashlib.sha256((folder / STATEMENT).read_bytes()).hexdigest())
    run, *rows = ledger.rows()
    assert [row["kind"] for row in (run, *rows)] == ["run", "release", "release"]
    assert [row["detail"]["statement_sha256"] for row in rows] == seen
    assert rows[0]["detail"]["clips"] == len(kept(dataset))


def test_a_damaged_ledger_signs_nothing(dataset: Catalog, tmp_path: Path, key: SigningKey) -> None:
    ledger = Ledger(dataset.folder)
    for number in range(2):
        ledger.append("run", {"number": number})
    row = json.loads(ledger.path.read_bytes().splitlines()[-2])
    assert row["detail"] == {"number": 0}
    ledger.path.write_bytes(ledger.path.read_bytes().replace(b'"number":0}', b'"number":9}'))
    with pytest.raises(DatasetError, match="row 2 does not hold"):
        export(dataset, "folder", tmp_path / "out", key=key)
    assert not (tmp_path / "out").exists()
