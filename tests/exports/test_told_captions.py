"""A signed export tells of each clip who wrote the captions that it carries, and no other."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from tests.onefilm import OneFilm

from clearreel.exports import export, formats
from clearreel.proofs.keys import SigningKey, new_key
from clearreel.proofs.proving import Release
from clearreel.proofs.verified import VerifiedProof
from clearreel.proofs.verifying import verify_proof, verify_release
from clearreel.takedown.carrying_out import take_down
from clearreel.takedown.demand import Demand

STATED = """
[[captions]]
files = ["a.srt"]
written_by = "captioner-7b"
license = "Apache-2.0"
trained_on = ["COCO"]
evidence = "card of Grace.txt"

[[captions]]
files = ["a.vtt"]
written_by = "another"
license = "CC-BY-NC-4.0"
"""
MODEL = {
    "writer": "model",
    "model": "captioner-7b",
    "license": "Apache-2.0",
    "trained_on": [["COCO", ""]],
    "evidence_sha256": hashlib.sha256(b"a model card").hexdigest(),
}


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return new_key(tmp_path / "a.key")


@pytest.fixture
def run(bench: Any, films: Path, tmp_path: Path) -> OneFilm:
    """With a caption, one that may not be used, and a column of which nobody says whose it is."""
    run = OneFilm(bench, films, tmp_path / "footage")
    (run.folder / "a.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nA dog runs\n")
    (run.folder / "a.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:01.000\nA cat sits\n")
    (run.folder / "a.csv").write_text("file,start,scene\na.mp4,1.5,indoors\n")
    (run.folder / "card of Grace.txt").write_text("a model card")
    run(STATED)
    return run


def told(release: Path, key: SigningKey, clip: str) -> VerifiedProof:
    believed = {key.public.id: key.public}.__getitem__
    return verify_proof(Release(release).prove_clip(clip).written(), believed)


@pytest.mark.parametrize("name", formats())
def test_a_proof_of_a_clip_tells_who_wrote_its_captions(
    run: OneFilm, tmp_path: Path, key: SigningKey, name: str
) -> None:
    release = export(run.bench.catalog, name, tmp_path / "out", key=key).folder
    verify_release(release, {key.public.id: key.public}.__getitem__)
    first, *_, last = sorted(run.bench.rows("clips"), key=lambda row: row["start"])
    assert (first["caption"], json.loads(last["columns"])) == ("A dog runs", {"scene": "indoors"})
    proof = told(release, key, first["clip_id"])
    assert proof.to_json()["clip"]["captions"] == [MODEL]
    assert f"captioner-7b; Apache-2.0; trained on COCO; evidence {MODEL['evidence_sha256']}" in str(
        proof
    )
    proof = told(release, key, last["clip_id"])
    assert proof.to_json()["clip"]["captions"] == [{"writer": "nobody says"}]
    for path in (release / "proofs").iterdir():
        assert b"card of" not in path.read_bytes() and b"a.srt" not in path.read_bytes()


def test_it_is_told_still_after_a_takedown(
    run: OneFilm, films: Path, tmp_path: Path, key: SigningKey
) -> None:
    film = run.folder / "b.mp4"
    film.write_bytes((films / "b.mp4").read_bytes())
    rights = run.rights(STATED)
    run.bench.run(run.folder, grants=rights.grants, said=rights.statements)
    catalog = run.bench.catalog
    release = export(catalog, "webdataset", tmp_path / "out", key=key).folder
    rows = sorted(run.bench.rows("clips"), key=lambda row: (row["path"], row["start"]))
    first, last = rows[0], rows[-1]
    assert told(release, key, last["clip_id"]).to_json()["clip"]["captions"] == []
    take_down(catalog, Demand("source", last["source_id"]), "her wish", key=key)
    assert json.loads((release / "manifest.json").read_text())["version"] == "2.0.0"
    assert told(release, key, first["clip_id"]).to_json()["clip"]["captions"] == [MODEL]
