"""The tables of docs/readers.md: written from what was seen, and read back to be held to it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.readers.asking import READERS
from bench.readers.clips import Clip

DOCUMENT = Path(__file__).parents[2] / "docs" / "readers.md"
OR = " *or* "
"""Between what a reader did in one run and in another. Such a cell holds nobody to anything."""
_BLOCK = re.compile(r"(<!-- readers -->\n).*?(<!-- end -->)", re.DOTALL)
_HIDDEN = "copy, with hidden frames"
_SECTIONS = ("copy, nothing hidden", _HIDDEN, "exact", "trim", "transcode")
_FIRST = ("footage", "in", "hidden")

Key = tuple[str, str, str, str]
Cells = Mapping[Key, Mapping[str, str]]
"""By `Clip.key`, then by the title of the reader."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Versions by the title of the reader, and the cells."""

    versions: Mapping[str, str]
    cells: Cells


def write(tables: Tables, clips: Sequence[Clip], date: str, path: Path = DOCUMENT) -> None:
    """Put the tables between the marks of the document."""
    lines = [f"On {date}:", ""]
    lines += _table(
        ("reader", "version", "asked for"),
        [(reader.title, tables.versions[reader.title], reader.how) for reader in READERS],
    )
    titles = [reader.title for reader in READERS]
    for section in _SECTIONS:
        rows = []
        for clip in clips:
            if _section(clip.key) == section:
                footage, container, _, hidden = clip.key
                cells = tables.cells[clip.key]
                rows.append((footage, container, hidden, *(cells[title] for title in titles)))
        lines += [f"## {section}", "", *_table((*_FIRST, *titles), rows)]
    block = "\n".join(lines)
    old = path.read_text("utf-8")
    path.write_text(_BLOCK.sub(lambda match: match[1] + block + match[2], old), "utf-8")


def read(path: Path = DOCUMENT) -> Tables:
    """What the document says."""
    match = _BLOCK.search(path.read_text("utf-8"))
    if match is None:
        raise ValueError(f"{path.name} has no marks to put tables between")
    head, *sections = match[0].split("\n## ")
    versions = {row[0]: row[1] for row in _rows(head)[1:]}
    cells: dict[Key, dict[str, str]] = {}
    for section in sections:
        mode = section.split("\n", 1)[0].split(",")[0]
        (_, _, _, *titles), *rows = _rows(section)
        for footage, container, hidden, *row in rows:
            cells[footage, container, mode, hidden] = dict(zip(titles, row, strict=True))
    return Tables(versions, cells)


def differences(said: Tables, found: Tables) -> list[str]:
    """Every cell that is not as the document says, for the readers and clips that were tried."""
    lines = []
    for key, row in found.cells.items():
        for title, cell in row.items():
            written = said.cells.get(key, {}).get(title)
            if written is None or (cell != written and OR not in written):
                name = ", ".join(key)
                version = f"{said.versions.get(title)} then, {found.versions[title]} now"
                lines.append(f"{name}: {title} ({version}): {cell!r}; the table says {written!r}")
    return lines


def _section(key: Key) -> str:
    _, _, mode, hidden = key
    if mode != "copy":
        return mode
    return "copy, nothing hidden" if hidden == "0 + 0" else _HIDDEN


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [header, ["---"] * len(header), *rows]
    return [*(f"| {' | '.join(line)} |" for line in lines), ""]


def _rows(text: str) -> list[list[str]]:
    """The rows of the only table in a text, without the line under its header."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    rows = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines]
    return [row for row in rows if set(row) != {"---"}]
