import csv
import hashlib
import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from readback import ODD_NAME, Export, kept, manifest

from clearreel.core.errors import (
    DatasetError,
    NothingProducedError,
    StorageError,
    UnreadableError,
    UsageError,
)
from clearreel.exports import export, exporting, formats
from clearreel.stores.catalog import Catalog


@pytest.mark.parametrize("name", formats())
def test_the_manifest_holds(exported: Export, name: str) -> None:
    result = exported(name)
    about = manifest(result.folder)
    there = {str(p.relative_to(result.folder)) for p in result.folder.rglob("*") if p.is_file()}
    assert there == set(about["files"]) | {"manifest.json"}
    for file, written in about["files"].items():
        content = (result.folder / file).read_bytes()
        assert written["bytes"] == len(content), file
        assert written["sha256"] == hashlib.sha256(content).hexdigest(), file
    assert about["clips"] == result.clips
    assert about["sources"] == result.sources == 7
    assert about["use"] == result.use == "commercial-training"
    assert about["recipe"] == "short"
    assert about["licenses"] == ["CC-BY-4.0"]
    assert json.loads(json.dumps(result.to_json()))["folder"] == str(result.folder)


@pytest.mark.parametrize("name", formats())
def test_every_work_is_attributed(whole: Catalog, exported: Export, name: str) -> None:
    folder = exported(name).folder
    with (folder / "ATTRIBUTION.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    clips = kept(whole)
    assert {row["source_id"] for row in rows} == {clip["source_id"] for clip in clips}
    assert sum(int(row["clips"]) for row in rows) == len(clips)
    assert {row["holder"] for row in rows} == {"Ada | Co"}
    assert {row["attribution"] for row in rows} == {"Ada | Co, CC-BY-4.0"}
    assert ODD_NAME in {row["title"] for row in rows}
    page = (folder / "ATTRIBUTION.md").read_text("utf-8")
    assert r"| it's \|a\| \*é\* \[film\].mp4 | Ada \| Co | CC-BY-4.0 |" in page
    readme = (folder / "README.md").read_text("utf-8")
    assert readme.startswith('---\nlicense: ["cc-by-4.0"]\n')


@pytest.mark.parametrize("name", formats())
def test_no_folder_of_this_machine_is_told(whole: Catalog, exported: Export, name: str) -> None:
    inputs = str(Path(kept(whole)[0]["path"]).parent)
    for path in exported(name).folder.rglob("*"):
        if path.suffix in (".json", ".jsonl", ".md", ".csv", ".tar", ".parquet"):
            assert inputs.encode() not in path.read_bytes(), path.name


def test_sources_are_on_one_side_only(exported: Export) -> None:
    folder = exported("folder").folder
    sides: dict[str, set[str]] = {}
    for path in folder.glob("*/*.json"):
        record = json.loads(path.read_text("utf-8"))
        sides.setdefault(record["source_id"], set()).add(path.parent.name)
    assert all(len(side) == 1 for side in sides.values())
    assert sum(side == {"validation"} for side in sides.values()) == 2


def test_progress_counts_every_clip(whole: Catalog, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    export(whole, "folder", tmp_path / "out", progress=lambda *now: seen.append(now))
    total = len(kept(whole))
    assert seen == [(done, total) for done in range(total + 1)]


def test_only_what_is_kept_done_and_permitted_goes_out(dataset: Catalog, tmp_path: Path) -> None:
    clips = kept(dataset)
    refused, failed, dropped = sorted({clip["source_id"] for clip in clips})[:3]
    sources = {row["source_id"]: row for row in dataset.rows("sources")}
    no = json.dumps(json.loads(sources[refused]["decision"]) | {"permitted": False})
    with dataset.writing():
        dataset.put_sources(
            [sources[refused] | {"decision": no}, sources[failed] | {"status": "failed"}]
        )
        out = [clip | {"kept": False} for clip in clips if clip["source_id"] == dropped]
        dataset.update_clips(out)
    result = export(dataset, "folder", tmp_path / "out")
    gone = {refused, failed, dropped}
    expected = {clip["clip_id"] for clip in clips if clip["source_id"] not in gone}
    assert {path.stem for path in result.folder.glob("*/*.json")} == expected
    page = (result.folder / "ATTRIBUTION.csv").read_text("utf-8")
    assert not any(source in page for source in gone)


def test_a_clip_that_cannot_be_cut_is_left_out_with_its_reason(
    whole: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = kept(whole)[0]["clip_id"]
    visible = exporting.visible_media

    def failing(packs: Path, clip: dict[str, Any], work: Path) -> Any:
        if clip["clip_id"] == bad:
            raise UnreadableError("it is spoilt")
        return visible(packs, clip, work)

    monkeypatch.setattr(exporting, "visible_media", failing)
    result = export(whole, "webdataset", tmp_path / "out")
    assert result.left_out == manifest(result.folder)["left_out"] == {bad: "it is spoilt"}
    assert sum(result.clips.values()) == len(kept(whole)) - 1
    assert f"left out: {bad}: it is spoilt" in str(result)
    monkeypatch.setattr(
        exporting, "visible_media", lambda *args: failing(args[0], {"clip_id": bad}, args[2])
    )
    with pytest.raises(NothingProducedError, match="it is spoilt"):
        export(whole, "webdataset", tmp_path / "none")
    assert not list(tmp_path.glob("none*"))


def test_there_must_be_something_to_export(dataset: Catalog, tmp_path: Path) -> None:
    with dataset.writing():
        dataset.update_clips([clip | {"media_bytes": None} for clip in kept(dataset)])
    with pytest.raises(NothingProducedError, match="none of its kept clips is stored"):
        export(dataset, "folder", tmp_path / "out")
    with dataset.writing():
        dataset.update_clips([clip | {"kept": False} for clip in kept(dataset)])
    with pytest.raises(NothingProducedError, match="no clip is kept"):
        export(dataset, "folder", tmp_path / "out")
    assert not list(tmp_path.glob("out*"))


def test_a_format_that_does_not_exist_is_refused(whole: Catalog, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'zip' is no export format; there are folder, webd"):
        export(whole, "zip", tmp_path / "out")


def test_a_narrower_use_can_be_declared_and_no_wider_one(whole: Catalog, tmp_path: Path) -> None:
    result = export(whole, "webdataset", tmp_path / "out", use="research-training")
    assert manifest(result.folder)["use"] == result.use == "research-training"
    with pytest.raises(DatasetError, match="cleared for commercial-training"):
        export(whole, "webdataset", tmp_path / "other", use="evaluation")
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("name", formats())
def test_a_full_disk_leaves_nothing(whole: Catalog, tmp_path: Path, name: str) -> None:
    largest = max(clip["media_bytes"] for clip in kept(whole))
    with (
        files_of_at_most(1000 if name == "folder" else largest + 20_000),
        pytest.raises(StorageError, match="cannot be written: File too large"),
    ):
        export(whole, name, tmp_path / "out")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", formats())
def test_an_interruption_leaves_nothing(whole: Catalog, tmp_path: Path, name: str) -> None:
    def stop(done: int, total: int) -> None:
        if done == total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(whole, name, tmp_path / "out", progress=stop)
    assert not list(tmp_path.iterdir())


def test_the_data_set_itself_is_no_place_for_an_export(dataset: Catalog) -> None:
    with pytest.raises(DatasetError, match="not empty and no earlier export"):
        export(dataset, "folder", dataset.folder)


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let the system refuse to write beyond `size` bytes, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
