"""What an export format is: something that is fed samples one by one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol

import pyarrow as pa

from clearreel.collection.splits import Split
from clearreel.exports.output import Output


@dataclass(frozen=True, slots=True)
class Sample:
    """One clip on its way out."""

    clip_id: str
    split: Split
    media: Path
    """A file that shows every frame that it holds. It is gone after `Exporter.add`."""
    suffix: str
    """Of the media, with its dot."""
    sha256: str
    """Of the media."""
    bytes: int
    text: str
    """The caption; empty where there is none."""
    record: dict[str, Any]
    """All that is known of the clip, in JSON types; see `clearreel.exports.record`."""


class Exporter(Protocol):
    """Writes one format. Files are made through `Output` alone, which lists and hashes them."""

    data_files: ClassVar[tuple[str, ...]]
    """Globs of the files of a split below the export, with {split} for its name."""

    def __init__(self, output: Output, schema: pa.Schema) -> None:
        """`schema`: the columns of every record as a table; see `record.flat`."""

    def add(self, sample: Sample) -> None:
        """Write one clip. May move its media away.

        Raises `UnsupportedError`, before anything is written, for a clip that the format cannot
        hold.
        """

    def finish(self) -> None:
        """Write what is pending. Nothing is added afterwards."""
