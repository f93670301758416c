import json
from pathlib import Path

import pytest
from readback import CAPTION, Export, counts, kept, manifest

from clearreel.core.errors import DatasetError
from clearreel.exports import export
from clearreel.stores.catalog import Catalog

datasets = pytest.importorskip("datasets", reason="the reader itself is what is asked")


def test_each_clip_is_a_file_named_by_its_id(whole: Catalog, exported: Export) -> None:
    folder = exported("folder").folder
    media = {path for path in folder.glob("*/*") if path.suffix in (".mp4", ".mov", ".mkv")}
    assert {path.stem for path in media} == {clip["clip_id"] for clip in kept(whole)}
    for path in media:
        record = json.loads(path.with_suffix(".json").read_text("utf-8"))
        assert counts(path) == (record["frames"], record["frames"])
        assert record["split"] == path.parent.name
        assert record["license"] == "CC-BY-4.0"
        assert record["attribution"] == "Ada | Co, CC-BY-4.0"
        assert record["facts"]["brightness"] > 0


def test_captions_and_columns_lie_beside_the_clips(exported: Export) -> None:
    folder = exported("folder").folder
    records = [json.loads(path.read_text("utf-8")) for path in folder.glob("*/*.json")]
    captioned = {record["clip_id"] for record in records if record["path"] == "cfr_h264.mp4"}
    assert captioned
    texts = {path.stem: path.read_text("utf-8") for path in folder.glob("*/*.txt")}
    assert texts == dict.fromkeys(captioned, CAPTION)
    indoors = {record["path"] for record in records if record["columns"] == {"scene": "indoors"}}
    assert indoors == {"long_gop.mp4"}


@pytest.mark.parametrize("by_name", [True, False], ids=["videofolder", "card"])
def test_datasets_reads_it(exported: Export, tmp_path: Path, by_name: bool) -> None:
    result = exported("folder")
    where = {"path": "videofolder", "data_dir": str(result.folder)}
    if not by_name:
        where = {"path": str(result.folder)}
    loaded = datasets.load_dataset(**where, cache_dir=tmp_path)
    assert {split: len(rows) for split, rows in loaded.items()} == result.clips
    for split, rows in loaded.items():
        for row in rows.cast_column("video", datasets.Video(decode=False)):
            path = Path(row["video"]["path"])
            assert path.stem == row["clip_id"]
            assert row["split"] == path.parent.name == split
            assert counts(path) == (row["frames"], row["frames"])


def test_facts_without_a_value_in_one_split_do_not_keep_datasets_from_reading(
    dataset: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = kept(dataset)
    lone = min(clip["source_id"] for clip in clips)
    monkeypatch.setattr(
        "clearreel.exports.selection.split_sources",
        lambda sources: {s: "validation" if s == lone else "train" for s in sources},
    )
    with dataset.writing():
        dataset.update_clips(
            [clip | {"contrast": None} for clip in clips if clip["source_id"] == lone]
        )
    result = export(dataset, "folder", tmp_path / "out")
    loaded = datasets.load_dataset(str(result.folder), cache_dir=tmp_path / "cache")
    assert {split: len(rows) for split, rows in loaded.items()} == result.clips
    assert "contrast" not in loaded["train"].column_names
    assert "brightness" in loaded["train"].column_names
    record = json.loads(next(result.folder.glob("train/*.json")).read_text("utf-8"))
    assert record["facts"]["contrast"] > 0


def test_an_earlier_export_is_replaced_and_nothing_else(dataset: Catalog, tmp_path: Path) -> None:
    to = tmp_path / "out"
    export(dataset, "webdataset", to)
    export(dataset, "folder", to)
    assert not list(to.glob("*.tar"))
    there = {str(path.relative_to(to)) for path in to.rglob("*") if path.is_file()}
    assert there == set(manifest(to)["files"]) | {"manifest.json"}
    (to / "train" / "notes.txt").write_text("mine")
    with pytest.raises(DatasetError, match=r"'train/notes\.txt' in it is none of its files"):
        export(dataset, "folder", to)
