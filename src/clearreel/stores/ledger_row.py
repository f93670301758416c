"""One row of the ledger: its form, and how it follows on the row before."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from clearreel.stores.canonical import from_canonical
from clearreel.stores.checkpoint import Checkpoint

_KEYS = {"number", "at", "kind", "detail", "people", "previous"}


def read_row(line: bytes) -> dict[str, Any]:
    """What a line says. Raises `ValueError` when it is not a row."""
    row = from_canonical(line)
    if not isinstance(row, dict) or set(row) - {"clock"} != _KEYS:
        raise ValueError(f"it does not have the keys {', '.join(sorted(_KEYS))}")
    if type(row["number"]) is not int or row["number"] < 0:
        raise ValueError(f"its number is {row['number']!r}")
    if not isinstance(row["at"], str):
        raise ValueError(f"its time is {row['at']!r}")
    datetime.fromisoformat(row["at"])
    return row


def check_place(row: Mapping[str, Any], reached: Checkpoint, before: str | None) -> None:
    """Check that a row follows on what was reached, and on a row of the time `before`.

    Raises `ValueError`.
    """
    if row["number"] != reached.rows:
        raise ValueError(f"its number is {row['number']}")
    if row["previous"] != reached.head:
        raise ValueError(f"the hash before it is {reached.head}, and it says {row['previous']}")
    if {key: row[key] for key in row if key == "clock"} != clock_note(before, row["at"]):
        raise ValueError(f"its time is {row['at']} after {before}, and what it says of the clock")


def clock_note(before: str | None, at: str) -> dict[str, str]:
    """What a row says of the clock: nothing, unless it has an earlier time than the row before."""
    if before is None:
        return {}
    back = (datetime.fromisoformat(before) - datetime.fromisoformat(at)).total_seconds()
    if back <= 0:
        return {}
    return {"clock": f"set back: {round(back)} s earlier than the row before"}


def line_hash(line: bytes) -> str:
    """SHA-256 of a line without its end, in hex: what the next row has as `previous`."""
    return hashlib.sha256(line).hexdigest()
