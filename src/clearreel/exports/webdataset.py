"""`webdataset`: tar shards with `CLIP.mp4`, `CLIP.json` and `CLIP.txt` side by side.

<https://github.com/webdataset/webdataset>. A key ends at the first dot; clip ids have none. Every
clip has a text, if need be an empty one, because readers ask each sample for the same members.
"""

from __future__ import annotations

import io
import json
import tarfile
from typing import BinaryIO, ClassVar

import pyarrow as pa

from clearreel.collection.splits import SPLITS
from clearreel.exports.contract import Sample
from clearreel.exports.output import Output

SHARD_BYTES = 1 << 30
SHARD_CLIPS = 1000
"""A shard ends at whichever is reached first."""


class WebDataset:
    """Writes clips into tars, one series of shards for each split."""

    data_files: ClassVar[tuple[str, ...]] = ("{split}-*.tar",)

    def __init__(
        self,
        output: Output,
        schema: pa.Schema,
        shard_bytes: int = SHARD_BYTES,
        shard_clips: int = SHARD_CLIPS,
    ) -> None:
        self._series = {split: _Series(output, split, shard_bytes, shard_clips) for split in SPLITS}

    def add(self, sample: Sample) -> None:
        """Append the clip to a shard of its split."""
        self._series[sample.split].add(sample)

    def finish(self) -> None:
        """Close the last shards."""
        for series in self._series.values():
            series.close()


class _Series:
    def __init__(self, output: Output, split: str, shard_bytes: int, shard_clips: int) -> None:
        self._output = output
        self._split = split
        self._shard_bytes = shard_bytes
        self._shard_clips = shard_clips
        self._shards = 0
        self._clips = 0
        """In the open shard."""
        self._tar: tarfile.TarFile | None = None

    def add(self, sample: Sample) -> None:
        if self._tar is not None and self._is_full(sample.bytes):
            self.close()
        if self._tar is None:
            self._file = self._output.open(f"{self._split}-{self._shards:06d}.tar")
            self._tar = tarfile.open(fileobj=self._file, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115
            self._shards += 1
            self._clips = 0
        with sample.media.open("rb") as media:
            self._append(sample.clip_id + sample.suffix, media, sample.bytes)
        record = json.dumps(sample.record, ensure_ascii=False).encode()
        self._append(f"{sample.clip_id}.json", io.BytesIO(record), len(record))
        text = sample.text.encode()
        self._append(f"{sample.clip_id}.txt", io.BytesIO(text), len(text))
        self._clips += 1

    def close(self) -> None:
        if self._tar is not None:
            self._tar.close()
            self._file.close()
            self._tar = None

    def _is_full(self, coming: int) -> bool:
        return self._clips >= self._shard_clips or self._file.tell() + coming > self._shard_bytes

    def _append(self, name: str, content: BinaryIO, size: int) -> None:
        # No times and no owners: the same clips give the same bytes.
        info = tarfile.TarInfo(name)
        info.size = size
        info.mode = 0o644
        assert self._tar is not None
        self._tar.addfile(info, content)
