"""Take clips out of the files of a release, and leave every other byte of a clip as it is.

One function a format. Each is given the release, the new folder and the sources that go, and passes
on every file that holds nothing of them as it is.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from clearreel.collection.splits import SPLITS
from clearreel.exports.output import Output
from clearreel.exports.parquet import open_writer
from clearreel.proofs.layout import MANIFEST

Record = dict[str, Any]
"""What is told of a clip in a release: see `clearreel.exports.record`."""

Wanted = Callable[[str], bool]
"""Whether the footage of the clip with an id is asked for."""

_TOLD = ("json", "txt")
"""Suffixes of what is told of a clip, beside its footage."""
_CHUNK = 1 << 20


def held(release: Path, format: str, sources: Collection[str]) -> Iterator[tuple[str, Record]]:
    """Every clip of these sources in a release: the file that holds it, and its record.

    The manifest says which files are looked at; `format` is one of `FORMATS`.
    """
    for name in _files(release):
        for record in _RECORDS[format](release, name):
            if record["source_id"] in sources:
                yield name, record


def media(release: Path, format: str, gone: Mapping[str, list[Record]]) -> Iterator[bytes]:
    """The footage of the clips that are `gone`, as the release has it; see `rewrite`."""
    wanted = _ids(gone).__contains__
    for name in gone if format != "folder" else _files(release):
        for _, content in _MEDIA[format](release / name, name, wanted):
            yield content


def clip_files(release: Path, format: str) -> list[str]:
    """The files of a release that hold clips or tell of them, as the manifest lists them."""
    return [name for name in _files(release) if is_clips(name, format)]


def footage(release: Path, format: str, name: str) -> Iterator[tuple[str, bytes]]:
    """Every clip that one file of `clip_files` holds: its id, and its footage."""
    yield from _MEDIA[format](release / name, name, lambda clip: True)


def rewrite(
    release: Path,
    format: str,
    output: Output,
    gone: Mapping[str, list[Record]],
) -> list[str]:
    """Write the clips' files of a release into `output`, without the clips that are `gone`.

    `gone`: as `held` gives it, by file. The names of the files that were written anew or left out.
    """
    touched: list[str] = []
    for name, listed in _files(release).items():
        if name in gone or (format == "folder" and _is_of(name, gone)):
            _REWRITERS[format](release / name, name, output, _ids(gone))
            touched.append(name)
        elif is_clips(name, format):
            output.take_over(release / name, name, listed["sha256"], listed["bytes"])
    return touched


def is_clips(name: str, format: str) -> bool:
    """Whether a file of a release holds clips or tells of them one by one."""
    if format == "webdataset":
        return name.endswith(".tar")
    if format == "parquet":
        return name.endswith(".parquet")
    return name.partition("/")[0] in SPLITS


def _files(release: Path) -> dict[str, dict[str, Any]]:
    listed: dict[str, dict[str, Any]] = json.loads((release / MANIFEST).read_text("utf-8"))["files"]
    return listed


def _ids(gone: Mapping[str, list[Record]]) -> set[str]:
    return {record["clip_id"] for records in gone.values() for record in records}


# ---- webdataset ---------------------------------------------------------------------------------


def _tar_records(release: Path, name: str) -> Iterator[Record]:
    if not name.endswith(".tar"):
        return
    with tarfile.open(release / name, "r:") as tar:
        for member in tar:
            if member.name.endswith(".json"):
                content = tar.extractfile(member)
                assert content is not None
                yield json.loads(content.read())


def _tar_media(path: Path, name: str, wanted: Wanted) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path, "r:") as tar:
        for member in tar:
            clip, _, suffix = member.name.partition(".")
            if suffix not in _TOLD and wanted(clip):
                content = tar.extractfile(member)
                assert content is not None
                yield clip, content.read()


def _rewrite_tar(path: Path, name: str, output: Output, clips: set[str]) -> None:
    """Members that stay are copied with their headers, block by block."""
    with tarfile.open(path, "r:") as tar:
        kept = [member for member in tar if member.name.partition(".")[0] not in clips]
    if not kept:
        return
    with path.open("rb") as old, output.open(name) as new:
        for member in kept:
            old.seek(member.offset)
            blocks = -(-member.size // tarfile.BLOCKSIZE)
            _copy(old, new.write, member.offset_data - member.offset + blocks * tarfile.BLOCKSIZE)
        end = new.tell() + 2 * tarfile.BLOCKSIZE
        new.write(bytes(-(-end // tarfile.RECORDSIZE) * tarfile.RECORDSIZE - new.tell()))


def _copy(old: BinaryIO, write: Callable[[bytes], int], left: int) -> None:
    while left:
        content = old.read(min(left, _CHUNK))
        if not content:
            raise ValueError("the file ends within a member")
        write(content)
        left -= len(content)


# ---- parquet ------------------------------------------------------------------------------------


def _parquet_records(release: Path, name: str) -> Iterator[Record]:
    if not name.endswith(".parquet"):
        return
    with pq.ParquetFile(release / name) as file:
        columns = [column for column in file.schema_arrow.names if column != "video"]
        for group in range(file.num_row_groups):
            yield from file.read_row_group(group, columns=columns).to_pylist()


def _parquet_media(path: Path, name: str, wanted: Wanted) -> Iterator[tuple[str, bytes]]:
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            for row in file.read_row_group(group, columns=["clip_id", "video"]).to_pylist():
                if wanted(row["clip_id"]):
                    yield row["clip_id"], row["video"]["bytes"]


def _rewrite_parquet(path: Path, name: str, output: Output, clips: set[str]) -> None:
    """Row by row the same values; a shard without rows stays, for its name counts its series."""
    listed = pa.array(sorted(clips), pa.string())
    with pq.ParquetFile(path) as file, output.open(name) as new:
        writer = open_writer(new, file.schema_arrow)
        for group in range(file.num_row_groups):
            table = file.read_row_group(group)
            left = table.filter(pc.invert(pc.is_in(table["clip_id"], listed)))
            if len(left):
                writer.write_table(left, row_group_size=len(left))
        writer.close()


# ---- folder -------------------------------------------------------------------------------------


def _folder_records(release: Path, name: str) -> Iterator[Record]:
    if name.endswith(".json") and is_clips(name, "folder"):
        yield json.loads((release / name).read_text("utf-8"))


def _is_of(name: str, gone: Mapping[str, list[Record]]) -> bool:
    """Whether a file belongs to a clip that goes, or is the table of its split."""
    folder, _, file = name.rpartition("/")
    splits = {other.rpartition("/")[0] for other in gone}
    if file == "metadata.jsonl":
        return folder in splits
    return f"{folder}/{file.partition('.')[0]}.json" in gone


def _folder_media(path: Path, name: str, wanted: Wanted) -> Iterator[tuple[str, bytes]]:
    clip, _, suffix = path.name.partition(".")
    if is_clips(name, "folder") and suffix not in (*_TOLD, "jsonl") and wanted(clip):
        yield clip, path.read_bytes()


def _rewrite_folder(path: Path, name: str, output: Output, clips: set[str]) -> None:
    """Files of a clip go; the table of a split loses the clip's line."""
    if not name.endswith("/metadata.jsonl"):
        return
    with path.open("rb") as old:
        lines = [
            line for line in old if json.loads(line)["file_name"].partition(".")[0] not in clips
        ]
    if lines:
        with output.open(name) as new:
            for line in lines:
                new.write(line)


_RECORDS: dict[str, Callable[[Path, str], Iterator[Record]]] = {
    "webdataset": _tar_records,
    "parquet": _parquet_records,
    "folder": _folder_records,
}
_MEDIA: dict[str, Callable[[Path, str, Wanted], Iterator[tuple[str, bytes]]]] = {
    "webdataset": _tar_media,
    "parquet": _parquet_media,
    "folder": _folder_media,
}
_REWRITERS: dict[str, Callable[[Path, str, Output, set[str]], None]] = {
    "webdataset": _rewrite_tar,
    "parquet": _rewrite_parquet,
    "folder": _rewrite_folder,
}
FORMATS = tuple(_RECORDS)
"""The formats that clips can be taken out of."""
