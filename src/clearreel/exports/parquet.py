"""`parquet`: the clips' bytes and all that is known of them in tables, for Hugging Face datasets.

`data/SPLIT-00000-of-00002.parquet` with a column `video` of struct<bytes, path>, and the schema
metadata that makes `datasets` see it as a `Video` feature.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.parquet as pq

from clearreel.collection.splits import SPLITS
from clearreel.core.errors import UnsupportedError
from clearreel.exports.contract import Sample
from clearreel.exports.output import HashedFile, Output
from clearreel.exports.record import flat

SHARD_BYTES = 512 << 20
ROW_GROUP_BYTES = 32 << 20
ROW_GROUP_CLIPS = 100
"""A row group is what a reader holds in memory at once."""
MAX_CLIP_BYTES = (1 << 31) - 1

_VIDEO = pa.struct([pa.field("bytes", pa.binary()), pa.field("path", pa.string())])
_NAMES = {pa.float64(): "float64", pa.int64(): "int64", pa.bool_(): "bool", pa.string(): "string"}


class Parquet:
    """Writes clips into Parquet files, one series of shards for each split."""

    data_files: ClassVar[tuple[str, ...]] = ("data/{split}-*.parquet",)

    def __init__(
        self,
        output: Output,
        schema: pa.Schema,
        shard_bytes: int = SHARD_BYTES,
        row_group_bytes: int = ROW_GROUP_BYTES,
    ) -> None:
        columns = pa.schema([pa.field("video", _VIDEO), *schema])
        with_features = columns.with_metadata({"huggingface": _features(columns)})
        self._series = {
            split: _Series(output, split, with_features, shard_bytes, row_group_bytes)
            for split in SPLITS
        }

    def add(self, sample: Sample) -> None:
        """Append the clip to a shard of its split."""
        if sample.bytes > MAX_CLIP_BYTES:
            raise UnsupportedError(
                f"it has {sample.bytes} bytes, and a value in Parquet at most {MAX_CLIP_BYTES}",
                hint="export it as webdataset or folder",
            )
        self._series[sample.split].add(sample)

    def finish(self) -> None:
        """Write the last rows, and the number of shards into the shards' names."""
        for series in self._series.values():
            series.finish()


class _Series:
    def __init__(
        self, output: Output, split: str, schema: pa.Schema, shard_bytes: int, group_bytes: int
    ) -> None:
        self._output = output
        self._split = split
        self._schema = schema
        self._shard_bytes = shard_bytes
        self._group_bytes = group_bytes
        self._rows: list[dict[str, Any]] = []
        self._pending = 0
        """Bytes of video in the rows."""
        self._shards: list[str] = []
        self._file: HashedFile | None = None

    def add(self, sample: Sample) -> None:
        video = {"bytes": sample.media.read_bytes(), "path": sample.clip_id + sample.suffix}
        self._rows.append({"video": video, **flat(sample.record)})
        self._pending += sample.bytes
        if self._pending >= self._group_bytes or len(self._rows) >= ROW_GROUP_CLIPS:
            self._flush()

    def finish(self) -> None:
        self._flush()
        self._close()
        for number, name in enumerate(self._shards):
            final = f"data/{self._split}-{number:05d}-of-{len(self._shards):05d}.parquet"
            self._output.rename(name, final)

    def _flush(self) -> None:
        if not self._rows:
            return
        if self._file is not None and self._file.tell() + self._pending > self._shard_bytes:
            self._close()
        if self._file is None:
            self._shards.append(f"data/{self._split}-{len(self._shards):05d}.parquet")
            self._file = self._output.open(self._shards[-1])
            self._writer = open_writer(self._file, self._schema)
        table = pa.Table.from_pylist(self._rows, schema=self._schema)
        self._writer.write_table(table, row_group_size=len(table))
        self._rows, self._pending = [], 0

    def _close(self) -> None:
        if self._file is not None:
            self._writer.close()
            self._file.close()
            self._file = None


def open_writer(file: HashedFile, schema: pa.Schema) -> pq.ParquetWriter:
    """A shard to write row groups to."""
    others = [name for name in schema.names if name != "video"]
    return pq.ParquetWriter(
        file,
        schema,
        # Video is compressed already, and its bytes are never alike.
        compression={"video.bytes": "NONE", "video.path": "NONE"} | dict.fromkeys(others, "ZSTD"),
        use_dictionary=others,
        write_statistics=others,
    )


def _features(schema: pa.Schema) -> str:
    """The features of `datasets`, as it keeps them in the metadata of a schema."""
    features = {field.name: _feature(field.type) for field in schema}
    return json.dumps({"info": {"features": features}})


def _feature(kind: pa.DataType) -> dict[str, Any]:
    if kind == _VIDEO:
        return {"_type": "Video"}
    if pa.types.is_list(kind):
        return {"feature": _feature(kind.value_type), "_type": "List"}
    return {"dtype": _NAMES[kind], "_type": "Value"}
