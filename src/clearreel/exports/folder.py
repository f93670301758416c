"""`folder`: a file a clip, in the layout that Hugging Face calls VideoFolder.

`SPLIT/CLIP.mp4`, `SPLIT/CLIP.json` with all that is known of it, `SPLIT/CLIP.txt` where there is
a caption, and `SPLIT/metadata.jsonl`: <https://huggingface.co/docs/datasets/video_dataset>.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pyarrow as pa

from clearreel.collection.splits import SPLITS
from clearreel.exports.contract import Sample
from clearreel.exports.output import Output
from clearreel.exports.record import flat

_TYPED_BY = 500
"""Rows at the start of `metadata.jsonl` from which a reader can be trusted to take the types."""


class Folder:
    """Writes each clip as files of its own."""

    data_files: ClassVar[tuple[str, ...]] = (
        *("{split}/*.mp4", "{split}/*.mov", "{split}/*.mkv"),
        "{split}/metadata.jsonl",
    )

    def __init__(self, output: Output, schema: pa.Schema) -> None:
        self._output = output
        self._columns: list[str] = schema.names
        self._rows = dict.fromkeys(SPLITS, 0)
        self._filled: dict[str, set[str]] = {split: set() for split in SPLITS}
        """Columns with a value among the first rows."""

    def add(self, sample: Sample) -> None:
        """Write the clip's files."""
        base = f"{sample.split}/{sample.clip_id}"
        self._output.move(sample.media, base + sample.suffix, sample.sha256, sample.bytes)
        self._output.write(f"{base}.json", _json(sample.record, indent=2) + "\n")
        if sample.text:
            self._output.write(f"{base}.txt", sample.text)
        row = {"file_name": sample.clip_id + sample.suffix, **flat(sample.record)}
        if self._rows[sample.split] < _TYPED_BY:
            self._filled[sample.split] |= {name for name in row if row[name] not in (None, [])}
        self._rows[sample.split] += 1
        with (self._output.work / sample.split).open("a", encoding="utf-8") as pending:
            pending.write(_json(row) + "\n")

    def finish(self) -> None:
        """Write `metadata.jsonl` for each split.

        Readers take the type of a column from the first rows and want the same in all splits, so
        a column that is empty there in any split is left to the clips' own JSON files.
        """
        used = [split for split in SPLITS if self._rows[split]]
        typed = set.intersection(*(self._filled[split] for split in used))
        columns = [name for name in ("file_name", *self._columns) if name in typed]
        for split in used:
            with (
                (self._output.work / split).open(encoding="utf-8") as pending,
                self._output.open(f"{split}/metadata.jsonl") as metadata,
            ):
                for line in pending:
                    row = json.loads(line)
                    text = _json({name: row[name] for name in columns}) + "\n"
                    metadata.write(text.encode())


def _json(value: dict[str, Any], indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)
