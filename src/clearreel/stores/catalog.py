"""The catalog: narrow Lance tables that DuckDB, pandas and Arrow read.

One process writes, under a lock, in batches. Every write is one atomic commit of one table, and a
source's row is written after everything else of it, so it is the mark that the source is done.

What a sealed data set says of its footage is sealed on its way to the tables, and opened on its way
back; who calls sees the same.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import lance
import numpy as np
import pyarrow as pa

from clearreel.core.errors import DatasetError, StorageError, UsageError
from clearreel.core.facts import Fact
from clearreel.stores.clock import now
from clearreel.stores.packs import Packs
from clearreel.stores.schema import BASE_FACTS, TABLES, arrow_type, schema, vector_schema
from clearreel.stores.seal import Seal
from clearreel.stores.sealed_columns import SealedColumns

Row = Mapping[str, Any]

FORMAT = 1
SEALED_FORMAT = 2
"""Versions that know no seals must not write into a sealed data set."""
PAGE = "report.html"
"""Where `clearreel report` writes without --to: it holds thumbnails and names of holders."""
MARK = "dataset.json"
"""What makes a folder a data set."""
_UNFINISHED = f"{MARK}.partial"
_LOCK = ".lock"


class Catalog:
    """The tables of one data set folder.

    Read with `rows` and `table`; write inside `with catalog.writing():`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        about = folder / MARK
        if not about.is_file():
            raise DatasetError(
                f"{folder} is not a data set: there is no {MARK} in it",
                hint="make one with: clearreel run INPUT --into NEW-FOLDER",
            )
        try:
            self.about: dict[str, Any] = json.loads(about.read_text())
        except ValueError as error:
            raise DatasetError(f"{about} is damaged: {error}") from error
        if self.about.get("format") not in (FORMAT, SEALED_FORMAT):
            raise DatasetError(
                f"{folder} has format {self.about.get('format')}; "
                f"this version reads {FORMAT} and {SEALED_FORMAT}"
            )
        self.seal = Seal.of(self.about) if self.about["format"] == SEALED_FORMAT else None
        """What its content is sealed with; None where it is not sealed."""
        self.packs = Packs(folder / "packs", self.seal)
        self._sealed = SealedColumns(self.seal) if self.seal is not None else None

    @classmethod
    def vacant(cls, folder: Path) -> bool:
        """Whether a data set can be made here: nothing is there, or an interrupted `create`."""
        if not folder.exists():
            return True
        if not folder.is_dir() or (folder / MARK).exists():
            return False
        names = {path.name for path in folder.iterdir()}
        return _UNFINISHED in names or names <= {_LOCK}

    @classmethod
    def create(cls, folder: Path, use: str, *, sealed: bool = False) -> Self:
        """Make an empty data set for one declared use. The folder must be vacant.

        For a sealed one a key is made, and kept in this user's ring of the use.
        """
        if not cls.vacant(folder):
            raise DatasetError(
                f"{folder} is not a data set and not an empty folder",
                hint="give --into a new folder",
            )
        about: dict[str, Any] = {"format": FORMAT, "use": use, "created": now()}
        if sealed:
            # First of all: nothing is ever sealed with a key that is not kept.
            about |= {"format": SEALED_FORMAT, **Seal.new(use).about}
        with _storing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            with Lock(folder):
                # First, so that a later run knows whose an unfinished folder is.
                (folder / _UNFINISHED).write_text(json.dumps(about, indent=2) + "\n")
                (folder / "packs").mkdir(exist_ok=True)
                (folder / "vectors").mkdir(exist_ok=True)
                for name in TABLES:
                    empty = schema(name).empty_table()
                    lance.write_dataset(empty, folder / f"{name}.lance", mode="overwrite")
                (folder / _UNFINISHED).replace(folder / MARK)
        return cls(folder)

    @property
    def use(self) -> str:
        """The one use that the data set is declared for."""
        return str(self.about["use"])

    def keeps_sealed(self, path: Path) -> bool:
        """Whether nothing may be written to `path` in the plain: inside of a sealed data set."""
        return self.seal is not None and path.resolve().is_relative_to(self.folder.resolve())

    # Reading

    def table(
        self, name: str, *, columns: Sequence[str] | None = None, where: str | None = None
    ) -> pa.Table:
        """The rows of a table, as Arrow. `where` is an SQL condition.

        Raises `UsageError` for a condition that doesn't fit the table.
        """
        table = self._lance(name)
        wanted = list(columns) if columns else None
        try:
            if name == "clips" and self._sealed is not None:
                return self._sealed.read(table, wanted, where)
            found: pa.Table = table.to_table(columns=wanted, filter=where)
        except ValueError as error:
            reason = str(error).split(", /")[0]  # then comes a place in Lance's own source
            raise UsageError(
                f"the condition {where!r} does not fit: {reason}",
                hint=f"the columns are {', '.join(table.schema.names)}",
            ) from error
        return found

    def rows(
        self, name: str, *, columns: Sequence[str] | None = None, where: str | None = None
    ) -> list[dict[str, Any]]:
        """The same as dictionaries."""
        rows: list[dict[str, Any]] = self.table(name, columns=columns, where=where).to_pylist()
        return rows

    def columns(self, name: str) -> list[str]:
        """The names of a table's columns."""
        return list(self._lance(name).schema.names)

    def fact_columns(self) -> list[str]:
        """The names of the clips' fact columns, those of every clip first."""
        fixed = set(schema("clips").names) - {fact.name for fact in BASE_FACTS}
        return [name for name in self.columns("clips") if name not in fixed]

    def vector_names(self) -> list[str]:
        """The facts that there are vectors of."""
        return [Path(table.uri).name.removesuffix(".lance") for table in self._vector_tables()]

    def vectors(self, name: str) -> tuple[list[str], np.ndarray[Any, np.dtype[np.float32]]]:
        """Clip ids, and the vector of each as float32 (clips, length), in one order."""
        found = _open(self._vector_folder(name))
        if found is None:
            return [], np.zeros((0, 0), np.float32)
        table = found.to_table(columns=["clip_id", "vector"])
        column = table["vector"].combine_chunks()
        if self.seal is not None:
            ids, cells = table["clip_id"].to_pylist(), self.seal.cells(f"vectors.{name}")
            opened = [cells.open(*pair) for pair in zip(ids, column.to_pylist(), strict=True)]
            return ids, np.frombuffer(b"".join(opened), "<f4").reshape(len(ids), -1)
        values = np.asarray(column.flatten(), np.float32).reshape(len(table), -1)
        return table["clip_id"].to_pylist(), values

    # Writing

    def writing(self) -> Lock:
        """Hold this while writing: only one process may."""
        return Lock(self.folder)

    def add_fact_columns(self, facts: Iterable[Fact]) -> None:
        """Add a clips column for each fact that has none; old rows get null.

        So do the columns that the version that made the data set did not know.
        """
        clips = self._lance("clips")
        have = set(clips.schema.names)
        wanted = [pa.field(f.name, arrow_type(f.type)) for f in facts if f.type != "vector"]
        new = [field for field in (*schema("clips"), *wanted) if field.name not in have]
        if new:
            with _storing(self.folder):
                clips.add_columns(pa.schema(new))

    def put_clips(self, source_ids: Sequence[str], clips: Sequence[Row]) -> None:
        """Let `clips` be all the clips of these sources."""
        self._replace(self._lance("clips"), source_ids, self._closed(clips))

    def forget_vectors(self, source_ids: Sequence[str]) -> None:
        """Remove every vector of these sources."""
        for table in self._vector_tables():
            self._replace(table, source_ids, ())

    def put_vectors(self, name: str, vectors: Mapping[str, tuple[str, Any]]) -> None:
        """Add or replace vectors: clip id → (source id, float32 array of one length)."""
        if not vectors:
            return
        folder = self._vector_folder(name)
        table = _open(folder)
        if table is None:
            length = len(next(iter(vectors.values()))[1])
            with _storing(self.folder):
                empty = vector_schema(length, sealed=self.seal is not None).empty_table()
                table = lance.write_dataset(empty, folder)
        cells = self.seal.cells(f"vectors.{name}") if self.seal is not None else None
        rows = [
            {
                "clip_id": clip,
                "source_id": source,
                "vector": cells.seal(clip, np.asarray(vector, "<f4").tobytes())
                if cells is not None
                else vector,
            }
            for clip, (source, vector) in vectors.items()
        ]
        self._merge(table, "clip_id", rows)

    def update_clips(self, clips: Sequence[Row]) -> None:
        """Replace whole rows, found by clip id."""
        self._merge(self._lance("clips"), "clip_id", self._closed(clips))

    def put_sources(self, sources: Sequence[Row]) -> None:
        """Add sources, or replace the rows of those that are there."""
        self._merge(self._lance("sources"), "source_id", sources)

    def forget_sources(self, source_ids: Sequence[str]) -> None:
        """Remove the rows of sources that have no clips."""
        self._replace(self._lance("sources"), source_ids, ())

    def put_places(self, places: Sequence[Row]) -> None:
        """Add places, or replace the rows of those that are there."""
        self._merge(self._lance("places"), "path", places)

    def forget_places(self, source_ids: Sequence[str]) -> None:
        """Remove where these sources were found."""
        self._replace(self._lance("places"), source_ids, ())

    def log(self, kind: str, **detail: object) -> None:
        """Append an event."""
        event = {"at": now(), "kind": kind, "detail": json.dumps(detail, sort_keys=True)}
        self._insert(self._lance("events"), [event])

    def tidy(self) -> None:
        """Join small pieces and drop old versions, so that the tables stay quick to open."""
        with _storing(self.folder):
            for table in [*map(self._lance, TABLES), *self._vector_tables()]:
                table.optimize.compact_files()
                table.cleanup_old_versions(older_than=timedelta(0))

    def purge(self) -> None:
        """Leave no byte of a row that was removed or replaced in any file of any table.

        A deletion in Lance is a note beside the data. Files in which anything was deleted are
        written anew, all older versions go, and so does what a crash has left of a write that was
        never committed. Hold `writing` meanwhile.
        """
        with _storing(self.folder):
            for table in [*map(self._lance, TABLES), *self._vector_tables()]:
                table.optimize.compact_files(materialize_deletions_threshold=0.0)
                table.cleanup_old_versions(older_than=timedelta(0), delete_unverified=True)

    def hidden_rows(self) -> dict[str, int]:
        """Rows that are in the files of a table beyond those that it shows: table → how many.

        Empty after `purge`. They are deleted ones, in the present version or an older one.
        """
        found = {}
        for table in [*map(self._lance, TABLES), *self._vector_tables()]:
            physical = sum(fragment.physical_rows for fragment in table.get_fragments())
            hidden = physical - table.count_rows()
            if hidden or len(table.versions()) > 1:
                found[Path(table.uri).name] = hidden
        return found

    def _closed(self, clips: Sequence[Row]) -> Sequence[Row]:
        if self._sealed is None or not clips:
            return clips
        return self._sealed.sealed(self._lance("clips").schema, clips)

    def _replace(self, table: Any, source_ids: Sequence[str], rows: Sequence[Row]) -> None:
        """One commit in which `rows` take the place of all that these sources had."""
        if not source_ids:
            return
        listed = ", ".join(f"'{name}'" for name in source_ids)
        condition = f"source_id in ({listed})"
        if not rows:
            with _storing(self.folder):
                table.delete(condition)
            return
        self._merge(table, "clip_id", rows, forget=condition)

    def _insert(self, table: Any, rows: Sequence[Row]) -> None:
        if rows:
            with _storing(self.folder):
                table.insert(pa.Table.from_pylist(list(rows), schema=table.schema))

    def _merge(self, table: Any, key: str, rows: Sequence[Row], forget: str | None = None) -> None:
        if not rows:
            return
        new = pa.Table.from_pylist(list(rows), schema=table.schema)
        merge = table.merge_insert(key).when_matched_update_all().when_not_matched_insert_all()
        if forget is not None:
            merge = merge.when_not_matched_by_source_delete(forget)
        with _storing(self.folder):
            merge.execute(new)

    def _lance(self, name: str) -> Any:
        table = _open(self.folder / f"{name}.lance")
        if table is None:
            raise DatasetError(f"{self.folder} is damaged: it lacks the table {name}")
        return table

    def _vector_tables(self) -> list[Any]:
        folders = sorted((self.folder / "vectors").glob("*.lance"))
        return [table for folder in folders if (table := _open(folder)) is not None]

    def _vector_folder(self, name: str) -> Path:
        return self.folder / "vectors" / f"{name}.lance"


class Lock:
    """Keeps a second writer out for as long as it is held, and lets go when its holder dies."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _LOCK

    def __enter__(self) -> Self:
        with _storing(self._path.parent):
            self._file = self._path.open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise DatasetError(
                f"another run is writing to {self._path.parent}",
                hint="wait until it has ended; reading is possible meanwhile",
            ) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


def _open(folder: Path) -> Any:
    """The table in a folder; None where there is none, or only the beginning of one."""
    try:
        return lance.dataset(folder)
    except ValueError:
        return None


@contextmanager
def _storing(folder: Path) -> Iterator[None]:
    """Tell errors of the system, which Lance passes on, as what they are."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"{folder} cannot be written: {error}", hint="make room, or choose another folder"
        ) from error
