from __future__ import annotations

import hashlib
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from writing import AT

from clearreel.core.errors import DatasetError
from clearreel.disclosures import disclose
from clearreel.production.producing import open_or_create
from clearreel.stores.catalog import Catalog


@pytest.fixture
def real(bench: Any, films: Path) -> Catalog:
    """A data set with packs, of three films."""
    bench.run(films)
    catalog: Catalog = bench.catalog
    return catalog


@pytest.fixture
def croissant(real: Catalog) -> Any:
    return json.loads(disclose(real, "croissant", AT).text)


def test_mlcroissant_reads_it_and_every_clip(
    real: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import mlcroissant
    from mlcroissant._src.core import constants

    monkeypatch.setattr(constants, "EXTRACT_PATH", tmp_path / "extract")
    monkeypatch.setattr(constants, "DOWNLOAD_PATH", tmp_path / "download")
    monkeypatch.setattr(logging.getLogger("absl"), "disabled", True)
    path = real.folder / "croissant.json"
    disclose(real, "croissant", AT).write(path)
    dataset = mlcroissant.Dataset(path)
    assert not dataset.metadata.ctx.issues.errors
    # What Croissant wants and only a provider knows is missing; nothing else is.
    missing = {text.split('"')[1].rpartition("/")[2] for text in _warnings(dataset)}
    assert missing == {"datePublished", "version"}
    records = list(dataset.records("clips"))
    found = {
        record["clips/clip_id"].decode(): hashlib.sha256(record["clips/video"]).hexdigest()
        for record in records
    }
    kept = real.rows("clips", where="kept")
    assert found == {row["clip_id"]: row["media_sha256"] for row in kept}
    again = dataset.metadata.to_json()
    assert again["usageInfo"]["odrl:permission"]["@type"] == "odrl:Permission"
    assert len(again["prov:wasDerivedFrom"]) == 3
    assert again["rai:dataUseCases"]


def _warnings(dataset: Any) -> list[str]:
    return [str(warning) for warning in dataset.metadata.ctx.issues.warnings]


def test_files_are_the_packs_with_their_hashes(real: Catalog, croissant: Any) -> None:
    files = [node for node in croissant["distribution"] if node["@type"] == "cr:FileObject"]
    assert {node["contentUrl"] for node in files} == {
        f"packs/{row['media_pack']}" for row in real.rows("clips", where="kept")
    }
    for node in files:
        content = (real.folder / node["contentUrl"]).read_bytes()
        assert node["sha256"] == hashlib.sha256(content).hexdigest()
        assert node["contentSize"] == f"{len(content)} B"
    [media] = [node for node in croissant["distribution"] if node["@type"] == "cr:FileSet"]
    assert [part["@id"] for part in media["containedIn"]] == [node["@id"] for node in files]


def test_sources_are_what_it_was_derived_from(real: Catalog, croissant: Any) -> None:
    works = {node["@id"]: node for node in croissant["prov:wasDerivedFrom"]}
    rows = real.rows("sources")
    assert {node["sha256"] for node in works.values()} == {row["sha256"] for row in rows}
    assert {node["name"] for node in works.values()} == {"a.mp4", "b.mp4", "c.mp4"}
    files = [node for node in croissant["distribution"] if node["@type"] == "cr:FileObject"]
    assert {node["prov:wasDerivedFrom"]["@id"] for node in files} == set(works)


def test_the_offer_is_the_declared_use_with_the_duties(writing: Any) -> None:
    data = writing()
    data.clip(data.source("a", "CC-BY-SA-4.0"))
    data.clip(data.source("b", "LicenseRef-Deal"))
    data.clip(data.source("c", "CC0-1.0 OR CC-BY-4.0"))
    data.run()
    found = json.loads(disclose(data.write(), "croissant", AT).text)
    permission = found["usageInfo"]["odrl:permission"]
    assert permission["odrl:constraint"]["odrl:rightOperand"] == "commercial-training"
    duties = [duty["odrl:action"]["@id"] for duty in permission["odrl:duty"]]
    assert duties == ["odrl:attribute", "cc:ShareAlike"]
    assert found["license"] == [
        "LicenseRef-Deal",
        "https://creativecommons.org/licenses/by-sa/4.0/",
        "https://creativecommons.org/licenses/by/4.0/",
        "https://creativecommons.org/publicdomain/zero/1.0/",
    ]


def test_what_only_the_provider_knows_is_not_made_up(real: Catalog, croissant: Any) -> None:
    blanks = disclose(real, "croissant", AT).blanks
    missing = ("url", "creator", "datePublished", "version")
    for key in (*missing, "citeAs"):
        assert any(f"({key})" in blank for blank in blanks)
    assert not set(missing) & set(croissant)
    assert croissant["citeAs"] == "[to be filled in by the provider: how to cite it (citeAs)]"
    marked = json.dumps(croissant).count("to be filled in by the provider")
    assert len(blanks) == len(missing) + marked


def test_without_anything_stored_there_are_no_files(writing: Any) -> None:
    data = writing()
    data.clip(data.source("a"))
    data.run()
    found = json.loads(disclose(data.write(), "croissant", AT).text)
    assert "distribution" not in found and "recordSet" not in found


def test_a_pack_that_is_gone(real: Catalog) -> None:
    pack = real.rows("clips", where="kept")[0]["media_pack"]
    (real.folder / "packs" / pack).unlink()
    with pytest.raises(DatasetError, match="cannot be read"):
        disclose(real, "croissant", AT)


def test_what_is_sealed_is_not_offered_as_clips(bench: Any, films: Path) -> None:
    open_or_create(bench.into, "research-training")
    bench.run(films)
    catalog = bench.catalog
    found = json.loads(disclose(catalog, "croissant", AT).text)
    kinds = {node["@type"] for node in found["distribution"]}
    assert kinds == {"cr:FileObject"} and "recordSet" not in found
    assert all(catalog.seal.key.id in node["description"] for node in found["distribution"])
