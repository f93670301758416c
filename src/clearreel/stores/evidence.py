"""Evidence: what grants rest on, kept in the data set under the hash of its bytes.

    evidence/ab/ABCD…      the whole SHA-256 in hex; a decision names it

A file is never changed: other bytes have another name.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Literal

from clearreel.core.errors import StorageError, UsageError

State = Literal["kept", "missing", "changed"]


class EvidenceStore:
    """The evidence folder of a data set."""

    def __init__(self, dataset: Path) -> None:
        self._folder = dataset / "evidence"

    def path(self, sha256: str) -> Path:
        """Where the evidence of this hash lies, or would."""
        return self._folder / sha256[:2] / sha256

    def state(self, sha256: str) -> State:
        """Whether the evidence is there, and its bytes are still what its name says."""
        try:
            with self.path(sha256).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return "missing"
        return "kept" if found == sha256 else "changed"

    def keep(self, original: Path, sha256: str) -> None:
        """Copy a file into the folder, or repair what is there.

        Raises `UsageError` when its bytes are not those of the hash (any more), and `StorageError`
        when it cannot be stored.
        """
        if self.state(sha256) == "kept":
            return
        target = self.path(sha256)
        try:
            data = original.read_bytes()
        except OSError as error:
            raise _changed(original, f"it cannot be read: {error.strerror}") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise _changed(original, "its bytes are others now")
        partial = target.with_name(f".{sha256}.{os.getpid()}.partial")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with partial.open("wb") as copy:
                copy.write(data)
                copy.flush()
                os.fsync(copy.fileno())
            partial.replace(target)
        except OSError as error:
            raise StorageError(
                f"{target} cannot be written: {error.strerror}",
                hint="make room, or choose another folder",
            ) from error


def _changed(original: Path, how: str) -> UsageError:
    return UsageError(
        f"the evidence {original} changed after the rights were read: {how}",
        hint="run the same command again",
    )
