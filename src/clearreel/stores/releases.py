"""Where the releases of a data set lie, so that footage can be taken out of them.

`releases.json` in the data set: a list of folders. It is not in the ledger, which is for ever: a
path may hold a name.
"""

from __future__ import annotations

import json
from pathlib import Path

from clearreel.core.errors import DatasetError
from clearreel.stores.written import write_whole

_FILE = "releases.json"


class Releases:
    """The list of one data set."""

    def __init__(self, dataset: Path) -> None:
        self._path = dataset / _FILE

    def folders(self) -> list[Path]:
        """Absolute paths, each once, in the order in which they were first written.

        Raises `DatasetError` when the list is damaged: a release that nobody knows of would keep
        what is to be taken out.
        """
        if not self._path.exists():
            return []
        try:
            listed = json.loads(self._path.read_text("utf-8"))
            return [Path(row["folder"]) for row in listed]
        except (ValueError, KeyError, TypeError) as error:
            raise DatasetError(
                f"{self._path} is damaged: {error!r}",
                hint="put back a copy of it, or move it away and name each release with --release",
            ) from error

    def add(self, folder: Path) -> None:
        """List a folder, before the release is in it. Raises `StorageError`."""
        known = self.folders()
        folder = folder.resolve()
        if folder not in known:
            rows = [{"folder": str(path)} for path in (*known, folder)]
            write_whole(self._path, (json.dumps(rows, indent=2) + "\n").encode())
