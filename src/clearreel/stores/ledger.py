"""The ledger: what happened to a data set, in rows that are only ever added.

A row is one line of canonical JSON (RFC 8785) with its number and the SHA-256 of the line before,
so that no row can be changed, moved, taken out or put in without breaking the chain after it. What
the chain cannot show is that rows are missing at its end, or that all of it was written anew: that
shows against a checkpoint that somebody else keeps (`Ledger.anchor`).

Rows hold no names. Who did something is given apart, and stands in the row as a commitment; the
names are in `people.json`, and can be erased there while the ledger still verifies.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from clearreel.core.errors import DatasetError, StorageError
from clearreel.stores.canonical import canonical, from_canonical
from clearreel.stores.catalog import now
from clearreel.stores.checkpoint import Checkpoint
from clearreel.stores.people import People

LEDGER = "ledger.jsonl"
PEOPLE = "people.json"

_EMPTY = Checkpoint(0, "0" * 64)
_KEYS = {"number", "at", "kind", "detail", "people", "previous"}
_PATIENCE = 10.0
"""Seconds to wait for another writer. A row takes milliseconds."""
_BLOCK = 1 << 16
"""Bytes read at once when the last line is looked for."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What a ledger that holds comes to."""

    checkpoint: Checkpoint
    torn_bytes: int
    """Of a last line that was never finished, as a crash leaves it. The next append drops them."""


class Ledger:
    """The ledger of one data set folder. There is none until the first row is appended."""

    def __init__(self, folder: Path, clock: Callable[[], str] = now) -> None:
        """`clock` gives the time as RFC 3339 in UTC, to the second."""
        self.path = folder / LEDGER
        self._people = People(folder / PEOPLE)
        self._clock = clock

    def append(
        self, kind: str, detail: Mapping[str, Any], people: Mapping[str, str] | None = None
    ) -> Checkpoint:
        """Add a row, and return when it is on the disk. `people`: role → name.

        `detail` has JSON types and no names. A clock that was set back is recorded with the row.
        Raises `DatasetError` when the last row is damaged or somebody else is writing, and
        `StorageError` when it cannot be written.
        """
        with self._locked() as descriptor:
            reached, before = _drop_torn(descriptor, self.path)
            at = self._clock()
            row = {
                "number": reached.rows,
                "at": at,
                "kind": kind,
                "detail": dict(detail),
                "people": {
                    role: self._people.commit(name) for role, name in (people or {}).items()
                },
                "previous": reached.head,
            }
            line = canonical(row | _clock_note(before, at))
            left = memoryview(line + b"\n")
            while left:
                left = left[os.write(descriptor, left) :]
            os.fsync(descriptor)
            return Checkpoint(reached.rows + 1, _hash(line))

    def name_of(self, commitment: str) -> str | None:
        """Who a row speaks of; None when the name was erased."""
        return self._people.name_of(commitment)

    def commit(self, names: Collection[str]) -> dict[str, str]:
        """What stands for each of these names where no row is added: name → commitment, in hex."""
        with self._locked():
            return self._people.commit_all(names)

    def erase(self, name: str) -> bool:
        """Forget a person's name. No row changes. False when it was not known."""
        with self._locked():
            return self._people.erase(name)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Every row, each checked first. Raises `DatasetError` at one that does not hold."""
        for row, _ in self._checked():
            yield row

    def verify(self, against: Checkpoint | None = None) -> Verified:
        """Check every row, and that what `against` saw is still there.

        Raises `DatasetError` with the number of the row and what is wrong with it.
        """
        reached = _EMPTY
        for _, reached in self._checked():
            if against is not None and reached.rows == against.rows and reached != against:
                raise DatasetError(
                    f"{self.path}: row {reached.rows - 1} is another than at the checkpoint: its "
                    f"hash is {reached.head}, and was {against.head}",
                    hint="rows up to it were written anew; put back the ledger from before",
                )
        if against is not None and reached.rows < against.rows:
            raise DatasetError(
                f"{self.path} has {reached.rows} rows, and had {against.rows} at the checkpoint: "
                f"{against.rows - reached.rows} are missing at its end",
                hint="rows were cut off; put back the ledger from before",
            )
        return Verified(reached, self._torn_bytes())

    def anchor(self) -> Checkpoint:
        """All that is there, in one line to publish where nobody here can change it.

        Raises `DatasetError` when the ledger does not hold.
        """
        return self.verify().checkpoint

    def _checked(self) -> Iterator[tuple[dict[str, Any], Checkpoint]]:
        if not self.path.exists():
            return
        reached, before = _EMPTY, None
        with self.path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    return  # torn
                line = line[:-1]
                try:
                    row = _row(line)
                    _check_place(row, reached, before)
                except ValueError as error:
                    raise DatasetError(
                        f"{self.path}: row {reached.rows} does not hold: {error}",
                        hint="rows were changed, moved, added or taken out here, or in the row "
                        "before; put back the ledger from before",
                    ) from error
                reached, before = Checkpoint(reached.rows + 1, _hash(line)), row["at"]
                yield row, reached

    def _torn_bytes(self) -> int:
        if not self.path.exists():
            return 0
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            return _ending(descriptor)[1]
        finally:
            os.close(descriptor)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        try:
            is_new = not self.path.exists()
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
            try:
                _wait_for(descriptor)
                if is_new:
                    _keep_name(self.path.parent)
                yield descriptor
            finally:
                os.close(descriptor)
        except BlockingIOError as error:
            raise DatasetError(
                f"somebody else is writing to {self.path}", hint="wait until that has ended"
            ) from error
        except OSError as error:
            raise StorageError(f"{self.path} cannot be written: {error}") from error


def _wait_for(descriptor: int) -> None:
    """Lock the file. Raises `BlockingIOError` when somebody else has it for too long."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


def _drop_torn(descriptor: int, path: Path) -> tuple[Checkpoint, str | None]:
    """Cut off a last line without its end: what is there then, and the time of the last row."""
    last, torn = _ending(descriptor)
    if torn:
        os.ftruncate(descriptor, os.fstat(descriptor).st_size - torn)
    if last is None:
        return _EMPTY, None
    try:
        row = _row(last)
    except ValueError as error:
        raise DatasetError(
            f"{path}: the last row does not hold: {error}",
            hint="nothing is added to a damaged ledger; put back the one from before",
        ) from error
    return Checkpoint(row["number"] + 1, _hash(last)), row["at"]


def _ending(descriptor: int) -> tuple[bytes | None, int]:
    """The last whole line, if there is any, and how many bytes come after it."""
    start = os.fstat(descriptor).st_size
    tail = b""
    while start and tail.count(b"\n") < 2:
        length = min(start, _BLOCK)
        start -= length
        tail = os.pread(descriptor, length, start) + tail
    whole, newline, torn = tail.rpartition(b"\n")
    return (whole.rpartition(b"\n")[2] if newline else None), len(torn)


def _row(line: bytes) -> dict[str, Any]:
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


def _check_place(row: Mapping[str, Any], reached: Checkpoint, before: str | None) -> None:
    if row["number"] != reached.rows:
        raise ValueError(f"its number is {row['number']}")
    if row["previous"] != reached.head:
        raise ValueError(f"the hash before it is {reached.head}, and it says {row['previous']}")
    if {key: row[key] for key in row if key == "clock"} != _clock_note(before, row["at"]):
        raise ValueError(f"its time is {row['at']} after {before}, and what it says of the clock")


def _clock_note(before: str | None, at: str) -> dict[str, str]:
    """What a row says of the clock: nothing, unless it has an earlier time than the row before."""
    if before is None:
        return {}
    back = (datetime.fromisoformat(before) - datetime.fromisoformat(at)).total_seconds()
    if back <= 0:
        return {}
    return {"clock": f"set back: {round(back)} s earlier than the row before"}


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def _keep_name(folder: Path) -> None:
    """Have a new file's name in `folder` outlast a crash as well."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
