"""The ledger: what happened to a data set, in rows that are only ever added.

A row is one line of canonical JSON (RFC 8785) with its number and the SHA-256 of the line before,
so that no row can be changed, moved, taken out or put in without breaking the chain after it. What
the chain cannot show is that rows are missing at its end, or that all of it was written anew. That
shows against a checkpoint: the one that lies beside the ledger and is written after each row, which
finds what was lost or cut off; and one that somebody else keeps (`Ledger.anchor`), which finds it
where both were put back.

Rows hold no names. Who did something is given apart, and stands in the row as a commitment; the
names are in `people.json`, and can be erased there while the ledger still verifies.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clearreel.core.errors import DatasetError, StorageError, UsageError
from clearreel.stores.canonical import canonical
from clearreel.stores.checkpoint import Checkpoint
from clearreel.stores.clock import now
from clearreel.stores.ledger_row import check_place, clock_note, line_hash, read_row
from clearreel.stores.people import People
from clearreel.stores.written import write_whole

LEDGER = "ledger.jsonl"
REACHED = "ledger.checkpoint"
"""What the ledger had when its last row was finished."""
PEOPLE = "people.json"

ERASURE = "erasure"
"""The kind of a row about names that were erased; its detail has their `commitments`."""

_EMPTY = Checkpoint(0, "0" * 64)
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


@dataclass(frozen=True, slots=True)
class Named:
    """A name, or another text about a person, that can be erased."""

    name: str
    commitment: str
    rows: int
    """Of the ledger, that speak of it."""
    roles: tuple[str, ...]
    """As what they do, sorted."""


class Ledger:
    """The ledger of one data set folder. There is none until the first row is appended."""

    def __init__(self, folder: Path, clock: Callable[[], str] = now) -> None:
        """`clock` gives the time as RFC 3339 in UTC, to the second."""
        self.path = folder / LEDGER
        self._reached = folder / REACHED
        self._people = People(folder / PEOPLE)
        self._clock = clock

    def append(
        self,
        kind: str,
        detail: Mapping[str, Any],
        people: Mapping[str, str] | None = None,
        *,
        is_whole: bool = False,
    ) -> Checkpoint:
        """Add a row, and return when it is on the disk. `people`: role → name.

        `detail` has JSON types and no names. A clock that was set back is recorded with the row.
        `is_whole`: what is there is all there was, though the checkpoint beside it is gone. Raises
        `DatasetError` when the last row is damaged, rows are missing at the end or may be, or
        somebody else is writing, and `StorageError` when it cannot be written.
        """
        with self._locked() as descriptor:
            reached, before = _drop_torn(descriptor, self.path)
            kept = self._kept()
            if kept is not None:
                self._check_end(reached, kept)
            elif not reached.rows:
                # First: a row without a checkpoint beside it is always one that was taken away.
                write_whole(self._reached, f"{_EMPTY}\n".encode())
            elif not is_whole:
                raise self._without_checkpoint()
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
            line = canonical(row | clock_note(before, at))
            left = memoryview(line + b"\n")
            while left:
                left = left[os.write(descriptor, left) :]
            os.fsync(descriptor)
            written = Checkpoint(reached.rows + 1, line_hash(line))
            write_whole(self._reached, f"{written}\n".encode())
            return written

    def catch_up(self) -> None:
        """Have the checkpoint beside it say what is there, after a crash between a row and it.

        Raises what `append` raises.
        """
        with self._locked() as descriptor:
            reached, _ = _drop_torn(descriptor, self.path)
            kept = self._kept()
            if kept is not None and kept != reached:
                self._check_end(reached, kept)
                write_whole(self._reached, f"{reached}\n".encode())

    def name_of(self, commitment: str) -> str | None:
        """Who a row speaks of; None when the name was erased."""
        return self._people.name_of(commitment)

    def commit(self, names: Collection[str]) -> dict[str, str]:
        """What stands for each of these names where no row is added: name → commitment, in hex."""
        with self._locked():
            return self._people.commit_all(names)

    def people(self) -> list[Named]:
        """Every name that was not erased, in their order. Raises `DatasetError` as `rows` does."""
        spoken: dict[str, list[str]] = {}
        for row in self.rows():
            for role, commitment in row["people"].items():
                spoken.setdefault(commitment, []).append(role)
        names = sorted(self._people.names().items(), key=lambda item: (item[1], item[0]))
        return [
            Named(name, key, len(spoken.get(key, ())), tuple(sorted(set(spoken.get(key, ())))))
            for key, name in names
        ]

    def erased(self) -> frozenset[str]:
        """What stood for names that were erased. Raises `DatasetError` as `rows` does."""
        rows = (row["detail"] for row in self.rows() if row["kind"] == ERASURE)
        return frozenset(one for detail in rows for one in detail["commitments"])

    def commitments(self) -> frozenset[str]:
        """What stands for a name, or stood for one. Raises `DatasetError` as `rows` does."""
        return self.erased().union(self._people.names())

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
            if against is not None:
                self._check_row(reached, against)
        if against is not None:
            self._check_end(reached, against)
        return Verified(reached, self._torn_bytes())

    def anchor(self) -> Checkpoint:
        """All that is there, in one line to publish where nobody here can change it.

        Raises `DatasetError` when the ledger does not hold.
        """
        return self.verify().checkpoint

    def is_without_checkpoint(self) -> bool:
        """Whether it has rows, and what it had when the last of them was finished is gone.

        Raises `DatasetError` when the first row does not hold, or the checkpoint is damaged.
        """
        return next(self.history(), None) is not None and self._kept() is None

    def _checked(self) -> Iterator[tuple[dict[str, Any], Checkpoint]]:
        kept = self._kept()  # first: rows that are added from now on are no harm
        reached = _EMPTY
        for row, reached in self.history():
            if kept is None:
                kept = self._kept()  # the first row may have come meanwhile, after its checkpoint
                if kept is None:
                    raise self._without_checkpoint()
            self._check_row(reached, kept)
            yield row, reached
        if kept is not None:
            self._check_end(reached, kept)

    def history(self) -> Iterator[tuple[dict[str, Any], Checkpoint]]:
        """Every row with what is reached with it, whatever the checkpoint beside it says.

        Raises `DatasetError` at one that does not hold.
        """
        if not self.path.exists():
            return
        reached, before = _EMPTY, None
        with self.path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    return  # torn
                line = line[:-1]
                try:
                    row = read_row(line)
                    check_place(row, reached, before)
                except ValueError as error:
                    raise DatasetError(
                        f"{self.path}: row {reached.rows} does not hold: {error}",
                        hint="rows were changed, moved, added or taken out here, or in the row "
                        f"before; {self._next()}",
                    ) from error
                reached, before = Checkpoint(reached.rows + 1, line_hash(line)), row["at"]
                yield row, reached

    def _check_row(self, reached: Checkpoint, against: Checkpoint) -> None:
        if reached.rows == against.rows and reached != against:
            raise DatasetError(
                f"{self.path}: row {reached.rows - 1} is another than at the checkpoint: its "
                f"hash is {reached.head}, and was {against.head}",
                hint=f"rows up to it were written anew; {self._next()}",
            )

    def _check_end(self, reached: Checkpoint, against: Checkpoint) -> None:
        self._check_row(reached, against)
        if reached.rows < against.rows:
            raise DatasetError(
                f"{self.path} has {reached.rows} rows, and had {against.rows} at the checkpoint: "
                f"{against.rows - reached.rows} are missing at its end",
                hint=f"rows were cut off; {self._next()}",
            )

    def _without_checkpoint(self) -> DatasetError:
        return DatasetError(
            f"{self.path} has rows, and {self._reached.name}, which lay beside it, is gone: "
            "whether rows are missing at its end cannot be told",
            hint=f"{self._next()}; or if you know why it is gone, and that no row is, say so: "
            f"clearreel audit {self.path.parent} --ledger-is-whole",
        )

    def _next(self) -> str:
        folder = self.path.parent
        return f"put back the ledger from before, and look with: clearreel audit {folder}"

    def _kept(self) -> Checkpoint | None:
        """What was reached when the last row was finished; None before there was one."""
        try:
            return Checkpoint.parse(self._reached.read_text("utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, UsageError) as error:
            raise DatasetError(
                f"{self._reached} is damaged: {error}", hint=f"{self._next()}; it has one line"
            ) from error

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
        row = read_row(last)
    except ValueError as error:
        raise DatasetError(
            f"{path}: the last row does not hold: {error}",
            hint="nothing is added to a damaged ledger; put back the one from before, and look "
            f"with: clearreel audit {path.parent}",
        ) from error
    return Checkpoint(row["number"] + 1, line_hash(last)), row["at"]


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


def _keep_name(folder: Path) -> None:
    """Have a new file's name in `folder` outlast a crash as well."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
