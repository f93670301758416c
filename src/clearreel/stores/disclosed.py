"""Which files in a data set's folder `disclose` has written, so that they can go.

`disclosures.json` in the data set: a list of places within it. Such a file tells of works by title,
holder and hash, and nothing else knows of it. It is listed before its first byte is written.
"""

from __future__ import annotations

import json
from pathlib import Path

from clearreel.core.errors import DatasetError
from clearreel.stores.catalog import MARK
from clearreel.stores.schema import path_text
from clearreel.stores.written import partial_of, write_whole

_FILE = "disclosures.json"


class Disclosed:
    """The list of one data set."""

    def __init__(self, dataset: Path) -> None:
        self._folder = dataset.resolve()
        self._path = self._folder / _FILE

    @classmethod
    def around(cls, file: Path) -> Disclosed | None:
        """That of the data set in whose folder a file lies or will; None outside of any."""
        folders = (file.parent.resolve() / file.name).parents
        found = next((folder for folder in folders if (folder / MARK).is_file()), None)
        return None if found is None else cls(found)

    def files(self) -> list[Path]:
        """Absolute paths, sorted.

        Raises `DatasetError` when the list is damaged: a file that nobody knows of would keep what
        is to be taken out.
        """
        if not self._path.exists():
            return []
        try:
            names: list[str] = json.loads(self._path.read_text("utf-8"))
            return sorted({self._folder / name for name in names})
        except (OSError, ValueError, TypeError) as error:
            raise DatasetError(
                f"{self._path} is damaged: {error!r}",
                hint="remove it, and every file that clearreel disclose wrote into the data set",
            ) from error

    def add(self, file: Path) -> None:
        """List a file that is about to be written. Raises `StorageError`."""
        files = {*self.files(), file.parent.resolve() / file.name}
        names = sorted(str(path.relative_to(self._folder)) for path in files)
        write_whole(self._path, (json.dumps(names, indent=2) + "\n").encode())

    def there(self) -> list[str]:
        """Those that are there, by their places within the data set."""
        found = [path for path in self.files() if path.is_file()]
        return [path_text(path.relative_to(self._folder)) for path in found]

    def remove(self) -> None:
        """Remove all of them, and what a crash has left of one. The list goes last."""
        for path in self.files():
            path.unlink(missing_ok=True)
            partial_of(path).unlink(missing_ok=True)
        self._path.unlink(missing_ok=True)
