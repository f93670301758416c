"""People's names, apart from where they are spoken of, so that they can be erased.

Elsewhere a person is a commitment: the SHA-256 of a random salt and the name. Whoever has salt and
name can show that the commitment is theirs. Once both are erased, it is a number that nobody can
trace, and what holds it need not change.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Collection
from pathlib import Path

from clearreel.core.errors import DatasetError, StorageError

_SALT_BYTES = 32


class People:
    """The one table with names: a JSON file that only its owner may read.

    A change writes a new file in the place of the old one, so an erased name is in no file of ours.
    The disk's free space, and backups, are beyond its reach.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def commit(self, name: str) -> str:
        """The commitment that stands for `name`, in hex; the same one until it is erased."""
        return self.commit_all([name])[name]

    def commit_all(self, names: Collection[str]) -> dict[str, str]:
        """The same for many: name → commitment. The table is written once."""
        known = self._read()
        found = {entry["name"]: commitment for commitment, entry in known.items()}
        new: dict[str, dict[str, str]] = {}
        for name in sorted(set(names) - found.keys()):
            salt = secrets.token_bytes(_SALT_BYTES)
            found[name] = commitment_of(name, salt)
            new[found[name]] = {"name": name, "salt": salt.hex()}
        if new:
            self._write(known | new)
        return {name: found[name] for name in names}

    def names(self) -> dict[str, str]:
        """Commitment → who it stands for, of all that were not erased."""
        return {commitment: entry["name"] for commitment, entry in self._read().items()}

    def name_of(self, commitment: str) -> str | None:
        """Who it stands for; None when that was erased, or never known here."""
        entry = self._read().get(commitment)
        return None if entry is None else entry["name"]

    def erase(self, name: str) -> bool:
        """Forget a name and its salt. False when it was not known."""
        known = self._read()
        left = {key: entry for key, entry in known.items() if entry["name"] != name}
        if len(left) == len(known):
            return False
        self._write(left)
        return True

    def _read(self) -> dict[str, dict[str, str]]:
        if not self.path.exists():
            return {}
        try:
            known: dict[str, dict[str, str]] = json.loads(self.path.read_text("utf-8"))
            sound = all(
                commitment_of(entry["name"], bytes.fromhex(entry["salt"])) == commitment
                for commitment, entry in known.items()
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DatasetError(f"{self.path} is damaged: {error!r}") from error
        if not sound:
            raise DatasetError(
                f"{self.path} is damaged: a name in it is not the one that was committed to",
                hint="put back a copy of it; names that were erased since must be erased again",
            )
        return known

    def _write(self, known: dict[str, dict[str, str]]) -> None:
        partial = self.path.with_name(f"{self.path.name}.partial")
        try:
            partial.unlink(missing_ok=True)
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(known, file, ensure_ascii=False, indent=2, sort_keys=True)
                file.flush()
                os.fsync(descriptor)
            partial.replace(self.path)
        except OSError as error:
            raise StorageError(f"{self.path} cannot be written: {error}") from error


def commitment_of(name: str, salt: bytes) -> str:
    """SHA-256, in hex, of the salt (32 bytes) followed by the name in UTF-8."""
    if len(salt) != _SALT_BYTES:
        raise ValueError(f"a salt has {_SALT_BYTES} bytes, not {len(salt)}")
    return hashlib.sha256(salt + name.encode()).hexdigest()
