"""Where the releases of a data set lie, so that footage can be taken out of them.

`releases.json` in the data set: a list of folders. It is not in the ledger, which is for ever: a
path may hold a name. A folder is listed before the first byte of a release is written near it, so
that a takedown also finds what a killed export has left.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from clearreel.core.errors import DatasetError
from clearreel.stores.written import write_whole

_FILE = "releases.json"
_UNFINISHED = "unfinished"


class Releases:
    """The list of one data set."""

    def __init__(self, dataset: Path) -> None:
        self._path = dataset / _FILE

    @property
    def path(self) -> Path:
        """Of the file."""
        return self._path

    def folders(self) -> list[Path]:
        """Absolute paths, each once, in the order in which they were first written.

        Raises `DatasetError` when the list is damaged: a release that nobody knows of would keep
        what is to be taken out.
        """
        return [Path(row["folder"]) for row in self._rows()]

    def begin(self, folder: Path) -> None:
        """List a folder that an export is on its way to. Raises `StorageError`."""
        if folder.resolve() not in self.folders():
            self._list(folder, {_UNFINISHED: True})

    def add(self, folder: Path) -> None:
        """List a folder that has a release, or is about to. Raises `StorageError`."""
        if folder.resolve() not in self.folders() or self.is_unfinished(folder):
            self._list(folder, {})

    def removed(self, folder: Path) -> None:
        """Know that a takedown left nothing of a release: nothing is missing until the next export.

        The folder stays listed, for what a killed export may leave beside it. Raises
        `StorageError`.
        """
        self._list(folder, {_UNFINISHED: True})

    def is_unfinished(self, folder: Path) -> bool:
        """Whether no export to this folder has come to its end yet, or since it was removed."""
        whole = str(folder.resolve())
        return any(row.get(_UNFINISHED) for row in self._rows() if row["folder"] == whole)

    def _list(self, folder: Path, state: dict[str, bool]) -> None:
        row = {"folder": str(folder.resolve()), **state}
        others = [one for one in self._rows() if one["folder"] != row["folder"]]
        write_whole(self._path, (json.dumps([*others, row], indent=2) + "\n").encode())

    def _rows(self) -> list[dict[str, Any]]:
        if not self._path.exists():
            return []
        try:
            rows: list[dict[str, Any]] = json.loads(self._path.read_text("utf-8"))
            for row in rows:
                Path(row["folder"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DatasetError(
                f"{self._path} is damaged: {error!r}",
                hint="put back a copy of it, or move it away and name each release with --release",
            ) from error
        return rows
