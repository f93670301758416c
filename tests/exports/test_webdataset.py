import tarfile
from pathlib import Path

import pyarrow as pa
import pytest
from readback import CAPTION, Export, counts, kept, manifest

from clearreel.exports import export
from clearreel.exports.contract import Sample
from clearreel.exports.output import Output
from clearreel.exports.webdataset import WebDataset
from clearreel.stores.catalog import Catalog

wds = pytest.importorskip("webdataset", reason="the reader itself is what is asked")


def test_webdataset_reads_it(whole: Catalog, exported: Export, tmp_path: Path) -> None:
    result = exported("webdataset")
    seen = set()
    for split, number in result.clips.items():
        shards = [str(path) for path in sorted(result.folder.glob(f"{split}-*.tar"))]
        samples = list(wds.WebDataset(shards, shardshuffle=False).decode())
        assert len(samples) == number
        for sample in samples:
            record = sample["json"]
            (suffix,) = {"mp4", "mov", "mkv"} & sample.keys()
            media = tmp_path / f"clip.{suffix}"
            with tarfile.open(sample["__url__"]) as tar:
                member = tar.extractfile(f"{sample['__key__']}.{suffix}")
                assert member is not None
                media.write_bytes(member.read())
            assert sample["__key__"] == record["clip_id"]
            assert record["split"] == split
            assert counts(media) == (record["frames"], record["frames"])
            assert sample["txt"] == (CAPTION if record["path"] == "cfr_h264.mp4" else "")
            seen.add(sample["__key__"])
    assert seen == {clip["clip_id"] for clip in kept(whole)}


def test_the_same_data_set_gives_the_same_bytes(whole: Catalog, tmp_path: Path) -> None:
    names = ("one", "other")
    files = []
    for name in names:
        export(whole, "webdataset", tmp_path / name)
        listed = manifest(tmp_path / name)["files"]
        files.append({shard: about for shard, about in listed.items() if shard.endswith(".tar")})
    assert files[0] == files[1]


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"shard_clips": 2}, [2, 2, 1]),
        ({"shard_bytes": 12_000}, [2, 2, 1]),
        ({"shard_bytes": 1}, [1, 1, 1, 1, 1]),
    ],
)
def test_a_shard_ends_before_it_gets_too_large(
    tmp_path: Path, limits: dict[str, int], expected: list[int]
) -> None:
    with Output(tmp_path / "out") as output:
        exporter = WebDataset(output, pa.schema([]), **limits)
        for number in range(5):
            media = output.work / "clip"
            media.write_bytes(bytes(4000))
            exporter.add(Sample(f"c{number}", "train", media, ".mp4", "", 4000, "", {}))
        exporter.finish()
        output.commit({})
    sizes = []
    for path in sorted((tmp_path / "out").glob("train-*.tar")):
        with tarfile.open(path) as tar:
            sizes.append(sum(name.endswith(".mp4") for name in tar.getnames()))
    assert sizes == expected
