"""Keys of sealed data sets, and where they are kept: one folder a use, outside of any data set.

    <ring>/<use>/<key id>.key     JSON, for its owner alone (0600, in a folder of 0700)

A ring is opened for one use. Whoever works for another one has no need of it, and is best given an
account, or a machine, on which it is not.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from clearreel.core.errors import StorageError, UsageError

VARIABLE = "CLEARREEL_DATA_KEYS"
"""The folder of all rings; without it, `clearreel/data-keys` in the user's data folder."""

_KIND = "clearreel data key"
_BYTES = 32
_SUFFIX = ".key"
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class DataKey:
    """The key of one data set."""

    use: str
    """The data set's declared use."""
    data_set: str
    """The data set's id, as its dataset.json says."""
    secret: bytes = field(repr=False)
    """256 bits."""

    @classmethod
    def new(cls, use: str, data_set: str) -> Self:
        """A key that nobody has had before."""
        return cls(use, data_set, secrets.token_bytes(_BYTES))

    @property
    def id(self) -> str:
        """Half of a SHA-256, in hex: it names the key and tells nothing of it."""
        return hashlib.sha256(f"{_KIND} id\n".encode() + self.secret).hexdigest()[:32]

    def to_text(self) -> str:
        """What its file says."""
        said = {"kind": _KIND, "use": self.use, "data_set": self.data_set}
        return json.dumps(said | {"secret": self.secret.hex()}, indent=2) + "\n"

    @classmethod
    def read(cls, path: Path) -> Self:
        """The key in a file.

        Raises `UsageError` for a file that others than its owner can read, or that holds no key.
        """
        try:
            mode = path.stat().st_mode
            said = json.loads(path.read_text("utf-8"))
            if said["kind"] != _KIND:
                raise ValueError(f"it is {said['kind']!r}")
            key = cls(str(said["use"]), str(said["data_set"]), bytes.fromhex(said["secret"]))
            if len(key.secret) != _BYTES:
                raise ValueError(f"a key has {_BYTES} bytes, not {len(key.secret)}")
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise UsageError(
                f"no data key can be read from {path}: {error}",
                hint="ask whoever made the data set for its key file",
            ) from error
        if mode & 0o077:
            raise UsageError(
                f"{path} can be read by others than its owner, and so can what it seals",
                hint=f"if nobody else had access: chmod 600 {path}",
            )
        return key

    def write(self, path: Path) -> None:
        """Write the file, for its owner alone. Raises `UsageError` when there is one."""
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(self.to_text())
                file.flush()
                os.fsync(descriptor)
        except FileExistsError as error:
            raise UsageError(
                f"{path} exists, and a key is never written over",
                hint="give another file name, or move it away",
            ) from error
        except OSError as error:
            raise StorageError(f"{path} cannot be written: {error.strerror or error}") from error


class DataKeys:
    """The ring of one use."""

    def __init__(self, folder: Path, use: str) -> None:
        """`folder` has all rings. Raises `UsageError` for what is no name of a use."""
        if not _NAME.fullmatch(use):
            raise UsageError(f"{use!r} is no name of a use", hint="put back the dataset.json")
        self.use = use
        self.folder = folder / use

    @classmethod
    def default(cls, use: str, environ: Mapping[str, str] = os.environ) -> Self:
        """The ring of this user on this machine."""
        return cls(rings_folder(environ), use)

    def path(self, key_id: str) -> Path:
        """Where the key with this id lies, or would."""
        if not _ID.fullmatch(key_id):
            raise UsageError(f"{key_id!r} is no id of a data key", hint="put back the dataset.json")
        return self.folder / f"{key_id}{_SUFFIX}"

    def add(self, key: DataKey) -> Path:
        """Keep a key, on disk when this returns. One that is there already stays as it is.

        Raises `UsageError` for a key of another use, and `StorageError`.
        """
        if key.use != self.use:
            raise UsageError(f"a key for {key.use} has no place in the ring of {self.use}")
        path = self.path(key.id)
        if path.exists() and DataKey.read(path) == key:
            return path
        try:
            for folder in (self.folder.parent, self.folder):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            key.write(path)
            descriptor = os.open(self.folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)  # the name as well: without the key the data set is lost
            finally:
                os.close(descriptor)
        except OSError as error:
            raise StorageError(f"{path} cannot be written: {error.strerror or error}") from error
        return path

    def find(self, key_id: str, data_set: str) -> DataKey:
        """The key with this id, of this data set. Raises `UsageError` when it is not here."""
        path = self.path(key_id)
        if not path.exists():
            raise UsageError(
                f"the data set is sealed for {self.use}, and its key {key_id} is not here; it is "
                f"looked for in {path}",
                hint="ask whoever made the data set for the key's file, then: "
                "clearreel data-keys import FILE",
            )
        key = DataKey.read(path)
        if key.id != key_id or (key.use, key.data_set) != (self.use, data_set):
            raise UsageError(
                f"{path} holds another key: {key.id}, of data set {key.data_set} for {key.use}; "
                f"wanted is that of data set {data_set} for {self.use}",
                hint="a data set keeps the use that it was made for: put back its dataset.json "
                "and the key's file",
            )
        return key

    def keys(self) -> list[DataKey]:
        """Every key of the ring, in the order of ids."""
        return [DataKey.read(path) for path in sorted(self.folder.glob(f"*{_SUFFIX}"))]


def rings_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the rings of all uses lie: `$CLEARREEL_DATA_KEYS`, else in the user's data folder."""
    if own := environ.get(VARIABLE):
        return Path(own).expanduser()
    shared = environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(shared) / "clearreel" / "data-keys"
