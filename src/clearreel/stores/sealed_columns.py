"""Columns of the clips table that say what is in the footage, and the seal on their cells.

Sealed are captions, further columns of sidecars, and every fact that is text: a measure that reads
or describes footage gives text. Numbers stay open, because verdicts are made of them.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Any

import lance
import pyarrow as pa

from clearreel.core.errors import DatasetError
from clearreel.stores.schema import schema
from clearreel.stores.seal import Cells, Seal

Row = Mapping[str, Any]

_KEY = "clip_id"
"""The column that a cell is bound to."""
_ALWAYS = ("caption", "columns")
_PREFIX = "sealed:"


def sealed_names(columns: pa.Schema) -> list[str]:
    """Which columns of a clips table are sealed in a sealed data set."""
    fixed = set(schema("clips").names)
    return [
        field.name
        for field in columns
        if field.name in _ALWAYS or (field.name not in fixed and not _is_number(field.type))
    ]


class SealedColumns:
    """Seals rows on their way to the clips table, and opens them on their way back."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal
        self._cells: dict[str, Cells] = {}

    def sealed(self, columns: pa.Schema, rows: Sequence[Row]) -> list[Row]:
        """The rows as they are stored."""
        names = sealed_names(columns)
        return [
            {**row}
            | {
                name: self._close(name, columns.field(name).type, row[_KEY], row[name])
                for name in names
                if row.get(name) is not None
            }
            for row in rows
        ]

    def read(self, table: Any, columns: Sequence[str] | None, where: str | None) -> pa.Table:
        """Rows of the clips table, opened; `columns` and `where` as `Catalog.table` takes them.

        A condition that speaks of a sealed column is asked once the whole table is opened. Raises
        `DatasetError` when a cell was changed, or is not sealed.
        """
        names = sealed_names(table.schema)
        wanted = list(columns) if columns else None
        if where is not None and _mentions(where, names):
            held = lance.write_dataset(self._opened(table.to_table()), "memory://opened")
            return held.to_table(columns=wanted, filter=where)
        if wanted is None or _KEY in wanted or not set(wanted) & set(names):
            found = table.to_table(columns=wanted, filter=where)
            return self._opened(found) if wanted is None or _KEY in wanted else found
        return self._opened(table.to_table(columns=[*wanted, _KEY], filter=where)).select(wanted)

    def _opened(self, table: pa.Table) -> pa.Table:
        ids = table[_KEY].to_pylist()
        for name in sealed_names(table.schema):
            field = table.schema.field(name)
            values = [
                None if value is None else self._open(name, field.type, clip, value)
                for clip, value in zip(ids, table[name].to_pylist(), strict=True)
            ]
            place = table.schema.get_field_index(name)
            table = table.set_column(place, field, pa.array(values, field.type))
        return table

    def _close(self, name: str, kind: pa.DataType, clip: str, value: Any) -> Any:
        content = self._of(name).seal(clip, json.dumps(value).encode())
        text = _PREFIX + b64encode(content).decode()
        return [text] if pa.types.is_list(kind) else text

    def _open(self, name: str, kind: pa.DataType, clip: str, value: Any) -> Any:
        text = value[0] if pa.types.is_list(kind) and len(value) == 1 else value
        try:
            if not text.startswith(_PREFIX):
                raise ValueError("there is no mark")
            content = b64decode(text.removeprefix(_PREFIX), validate=True)
        except (AttributeError, ValueError) as error:
            raise DatasetError(
                f"the {name} of clip {clip} is not sealed, and all in this data set are",
                hint="something else has written to the table: put back a copy of the data set",
            ) from error
        return json.loads(self._of(name).open(clip, content))

    def _of(self, name: str) -> Cells:
        if name not in self._cells:
            self._cells[name] = self._seal.cells(f"clips.{name}")
        return self._cells[name]


def _mentions(condition: str, names: Sequence[str]) -> bool:
    words = {word.lower() for word in re.findall(r"\w+", condition)}
    return any(name.lower() in words for name in names)


def _is_number(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)
    )
