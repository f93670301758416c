"""Who made what is in an export, as its licences ask to be told."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from clearreel.exports.output import HashedFile, Output

_COLUMNS = ("title", "holder", "license", "attribution", "source_id", "clips")
_ESCAPED = str.maketrans({c: f"\\{c}" for c in "\\`*_[]<>|#"} | {"\n": " ", "\r": " "})


class Attribution:
    """`ATTRIBUTION.csv` and `ATTRIBUTION.md`: a row for each work that any clip comes from."""

    def __init__(self, output: Output) -> None:
        self._table = output.open("ATTRIBUTION.csv")
        self._page = output.open("ATTRIBUTION.md")
        self._write_table(_COLUMNS)
        self._write_page("# Attribution\n\nThe works that clips of this data set come from.\n\n")
        self._write_page("| Work | Holder | Licence | Attribution | Source | Clips |\n")
        self._write_page("|---|---|---|---|---|---:|\n")

    def add(self, title: str, source: Mapping[str, Any], clips: int) -> None:
        """A work and how many clips of it are in the export."""
        row = (
            *(title, source["holder"], source["license"], source["attribution"]),
            *(source["source_id"], str(clips)),
        )
        self._write_table(row)
        cells = (str(value or "").translate(_ESCAPED) for value in row)
        self._write_page(f"| {' | '.join(cells)} |\n")

    def finish(self) -> None:
        """Close both."""
        self._table.close()
        self._page.close()

    def _write_table(self, row: tuple[str, ...]) -> None:
        line = io.StringIO()
        csv.writer(line).writerow(row)
        _append(self._table, line.getvalue())

    def _write_page(self, text: str) -> None:
        _append(self._page, text)


def _append(file: HashedFile, text: str) -> None:
    file.write(text.encode())
