"""CSV and JSONL tables that describe footage: one row a file, or a stretch of one.

A table has a column `path`, `file`, `video` or `file_name`: the file's path relative to the
table's folder, with or without its suffix, or an absolute one. `start`, `end` and `caption` may be
there; any other column travels along as it is. A table without such a column is no sidecar.

Of these others, three say who wrote the row: `caption_model`, and of the model `caption_license`
(SPDX) and `caption_trained_on` (a list, or names between semicolons). What else of the row it wrote
is not known, so they count for all of it.
"""

from __future__ import annotations

import csv
import io
import json
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from clearreel.rights.origins import Origin, claimed
from clearreel.sources.sidecars import Row
from clearreel.sources.timed_text import TimedText, one_line, parse_time

PATH_COLUMNS = ("path", "file", "video", "file_name")
"""The first of these that a table has names the file; `file_name` is Hugging Face's."""
_OWN_COLUMNS = frozenset({"start", "end", "caption"})
_CLAIMS = ("caption_model", "caption_license", "caption_trained_on")

Entry = TimedText | Row | str
"""A caption, a row, or a problem with a row."""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a table by the path that they name, and what is wrong with the table."""

    entries: Mapping[str, tuple[Entry, ...]]
    problems: tuple[str, ...] = ()
    """What concerns no single file."""


def read_table(path: Path, text: str) -> Table:
    """The table in `text`, read from `path`, whose suffix says whether it is CSV or JSONL."""
    records = _json_records(text) if path.suffix.lower() == ".jsonl" else _csv_records(text)
    entries: dict[str, list[Entry]] = {}
    problems: list[str] = []
    for line, record in records:
        where = f"{path.name}, line {line}"
        if isinstance(record, str):
            problems.append(f"{where}: {record}")
            continue
        named = next((record[name] for name in PATH_COLUMNS if name in record), None)
        if not isinstance(named, str) or not named.strip():
            problems.append(f"{where}: no file is named by {', '.join(PATH_COLUMNS)}")
            continue
        entries.setdefault(_normal_path(named), []).extend(_entries(record, path.name, where))
    return Table({name: tuple(found) for name, found in entries.items()}, tuple(problems))


def _normal_path(text: str) -> str:
    return posixpath.normpath(text.strip().replace("\\", "/"))


def _entries(record: Mapping[str, Any], sidecar: str, where: str) -> Iterator[Entry]:
    try:
        start, end = _time(record.get("start")), _time(record.get("end"))
    except ValueError as error:
        yield f"{where}: {error}"
        return
    if end is not None and end <= (start or 0):
        yield f"{where}: it ends before it starts"
        return
    claims = _claims(record, sidecar)
    if caption := one_line(_text(record.get("caption"))):
        yield TimedText(start, end, caption, claims)
    skipped = _OWN_COLUMNS | {next(name for name in PATH_COLUMNS if name in record)}
    values = {_clean(name): _text(value) for name, value in record.items() if name not in skipped}
    if values := {name: value for name, value in values.items() if value}:
        yield Row(start, end, values, claims)


def _claims(record: Mapping[str, Any], sidecar: str) -> tuple[Origin, ...]:
    """Who wrote the row, if it says so."""
    model, terms, told = (record.get(name) for name in _CLAIMS)
    if not any(map(_text, (model, terms, told))):
        return ()
    called = one_line(_text(model)) or "a model without a name"
    names = [_text(one) for one in told] if isinstance(told, list) else _text(told).split(";")
    data = tuple(name for name in map(one_line, names) if name)
    return (_claimed(sidecar, called, one_line(_text(terms)), data),)


_claimed = lru_cache(maxsize=1024)(claimed)  # a table names few models, in many rows


def _time(value: Any) -> Fraction | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"{str(value)[:40]!r} is not a time; write 83.5 or 00:01:23.500")
    # The shortest decimal that reads back as this float is what was written.
    return parse_time(value if isinstance(value, str) else str(value))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return _clean(value)
    return _clean(json.dumps(value, ensure_ascii=False, sort_keys=True))


def _clean(text: str) -> str:
    """Without surrogates that stand alone, which JSON can spell and UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _csv_records(text: str) -> Iterator[tuple[int, dict[str, Any] | str]]:
    for delimiter in ",;\t":
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            header = [_column(name) for name in next(reader, [])]
        except csv.Error:
            continue
        if not set(PATH_COLUMNS).isdisjoint(header):
            yield from _rows(reader, header)
            return


def _column(name: str) -> str:
    name = name.strip()
    known = {*PATH_COLUMNS, *_OWN_COLUMNS, *_CLAIMS}
    return name.lower() if name.lower() in known else name


def _rows(reader: Any, header: list[str]) -> Iterator[tuple[int, dict[str, Any] | str]]:
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield reader.line_num, f"not CSV: {error}"
            return
        if cells is None:
            return
        if len(cells) > len(header):
            yield reader.line_num, f"{len(cells)} cells under {len(header)} columns"
        elif any(cells):
            yield reader.line_num, dict(zip(header, cells, strict=False))


def _json_records(text: str) -> Iterator[tuple[int, dict[str, Any] | str]]:
    records = list(_json_lines(text))
    # Lines that name no file at all are someone else's, as a log; one that forgot to is a mistake.
    if any(isinstance(r, dict) and not r.keys().isdisjoint(PATH_COLUMNS) for _, r in records):
        yield from records


def _json_lines(text: str) -> Iterator[tuple[int, dict[str, Any] | str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            yield number, f"not JSON: {error}"
            continue
        if isinstance(record, dict):
            yield number, {_column(name): value for name, value in record.items()}
        else:
            yield number, "not a JSON object"


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")
