from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from readback import CAPTION, Export, counts

from clearreel.exports import export, parquet
from clearreel.exports.contract import Sample
from clearreel.exports.output import Output
from clearreel.exports.parquet import Parquet
from clearreel.exports.record import flat_schema
from clearreel.stores.catalog import Catalog

datasets = pytest.importorskip("datasets", reason="the reader itself is what is asked")


def test_datasets_reads_it(exported: Export, tmp_path: Path) -> None:
    result = exported("parquet")
    loaded = datasets.load_dataset(str(result.folder), cache_dir=str(tmp_path))
    assert {split: len(rows) for split, rows in loaded.items()} == result.clips
    for split, rows in loaded.items():
        assert isinstance(rows.features["video"], datasets.Video)
        assert rows.features["brightness"] == datasets.Value("float64")
        for row in rows.cast_column("video", datasets.Video(decode=False)):
            media = tmp_path / row["video"]["path"]
            media.write_bytes(row["video"]["bytes"])
            assert media.stem == row["clip_id"]
            assert counts(media) == (row["frames"], row["frames"])
            assert row["split"] == split
            assert row["license"] == "CC-BY-4.0"
            assert row["caption"] == (CAPTION if row["path"] == "cfr_h264.mp4" else "")
            indoors = row["path"] == "long_gop.mp4"
            assert row["columns"] == ('{"scene": "indoors"}' if indoors else "{}")


def test_its_shards_and_row_groups_stay_small(tmp_path: Path) -> None:
    with Output(tmp_path / "out") as output:
        schema = flat_schema(pa.schema([("tags", pa.list_(pa.string()))]))
        exporter = Parquet(output, schema, shard_bytes=10_000, row_group_bytes=4000)
        for number in range(9):
            media = output.work / "clip"
            media.write_bytes(bytes([number]) * 2000)
            record = {"clip_id": f"c{number}", "facts": {"tags": ["a"]}, "columns": {}}
            exporter.add(Sample(f"c{number}", "train", media, ".mp4", "", 2000, "", record))
        exporter.finish()
        output.commit({})
    paths = sorted((tmp_path / "out" / "data").iterdir())
    assert [path.name for path in paths] == [
        f"train-{number:05d}-of-{len(paths):05d}.parquet" for number in range(len(paths))
    ]
    assert len(paths) > 1
    for path in paths:
        assert path.stat().st_size < 25_000
        groups = pq.ParquetFile(path).metadata
        assert all(groups.row_group(n).num_rows <= 2 for n in range(groups.num_row_groups))
    rows = pq.read_table(tmp_path / "out" / "data").to_pylist()
    assert [row["video"]["bytes"] for row in rows] == [bytes([n]) * 2000 for n in range(9)]
    assert rows[0]["tags"] == ["a"]


def test_a_clip_too_large_for_a_value_is_left_out(
    whole: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    largest = max(clip["media_bytes"] for clip in whole.rows("clips"))
    monkeypatch.setattr(parquet, "MAX_CLIP_BYTES", largest - 1)
    result = export(whole, "parquet", tmp_path / "out")
    assert result.left_out
    assert all("and a value in Parquet at most" in why for why in result.left_out.values())
    loaded = pq.read_table(tmp_path / "out" / "data", columns=["clip_id"])
    assert not set(result.left_out) & set(loaded["clip_id"].to_pylist())
    assert len(loaded) + len(result.left_out) == len(whole.rows("clips", where="kept"))
