"""A journal: the finished parts of a visit that has not come to its end, each on disk by itself.

One file a source, in `packs/.segments`, and only while its visit lasts: nothing but the next visit
to that source reads it. What a part has found is in it whole or not at all. That of a sealed data
set is sealed, each part and file by itself.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from struct import Struct
from types import TracebackType
from typing import Any, Self

from clearreel.core.errors import StorageError
from clearreel.stores.packs import Packs
from clearreel.stores.seal import Seal

_FOLDER = ".segments"
_SUFFIX = ".journal"
_HEAD = Struct("<8sQQ32s")
"""Mark, bytes of the entry's JSON, bytes of its files, SHA-256 of both."""
_MARK = b"segment\n"


@dataclass(frozen=True, slots=True)
class Entry:
    """One finished part."""

    about: dict[str, Any]
    """What JSON can hold of it."""
    files: Mapping[str, bytes]
    """What it cannot; read from the disk when asked for, while the journal is open."""


class Journal:
    """The parts of one source's visit; a context manager.

    It waits for a worker that still writes to the same file, as one does that outlives a killed
    runner for a moment.
    """

    def __init__(self, packs: Packs, source_id: str, fingerprint: str) -> None:
        """`fingerprint` is of all that decides what is in it: another one begins anew."""
        self._folder = packs.folder / _FOLDER
        self._seal = packs.seal
        self._source = source_id
        self._path = self._folder / f"{source_id}-{fingerprint}{_SUFFIX}"
        self.entries: list[Entry] = []
        """In the order in which they were appended. Set when it is opened."""

    def __enter__(self) -> Self:
        try:
            self._folder.mkdir(exist_ok=True)
            for other in self._folder.glob(f"{self._source}-*{_SUFFIX}"):
                if other != self._path:
                    other.unlink(missing_ok=True)
            self._file = self._path.open("a+b")
        except OSError as error:
            raise self._unwritten(error) from error
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self.entries = list(self._read())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Whatever was appended is on disk: a full one has said so before.
        with suppress(OSError):
            self._file.close()

    def append(self, about: Mapping[str, Any], files: Mapping[str, bytes]) -> Entry:
        """Write a part; it is on disk when this returns. Raises `StorageError`."""
        number = len(self.entries)
        if self._seal is not None:
            seal, place = self._seal, self._place(number)
            files = {name: seal.close(place + name, content) for name, content in files.items()}
        lengths = {name: len(content) for name, content in files.items()}
        text = json.dumps([about, lengths], default=_plain).encode()
        if self._seal is not None:
            text = self._seal.close(self._place(number), text)
        content = b"".join(files.values())
        digest = hashlib.sha256(text + content).digest()
        try:
            start = self._file.seek(0, os.SEEK_END)
            self._file.write(_HEAD.pack(_MARK, len(text), len(content), digest) + text + content)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise self._unwritten(error) from error
        self.entries.append(self._entry(number, text, start + _HEAD.size + len(text)))
        return self.entries[-1]

    def _read(self) -> Iterator[Entry]:
        """Every whole entry; what a killed worker left after them is cut off."""
        place = 0
        for number in count():
            self._file.seek(place)
            head = self._file.read(_HEAD.size)
            if len(head) < _HEAD.size:
                break
            mark, text_bytes, file_bytes, digest = _HEAD.unpack(head)
            if mark != _MARK or text_bytes + file_bytes > self._size() - self._file.tell():
                break
            text = self._file.read(text_bytes)
            if hashlib.sha256(text + self._file.read(file_bytes)).digest() != digest:
                break
            yield self._entry(number, text, place + _HEAD.size + text_bytes)
            place += _HEAD.size + text_bytes + file_bytes
        self._file.truncate(place)

    def _size(self) -> int:
        return os.fstat(self._file.fileno()).st_size

    def _entry(self, number: int, text: bytes, start: int) -> Entry:
        place = self._place(number)
        about, lengths = json.loads(text if self._seal is None else self._seal.open(place, text))
        places = {}
        for name, length in lengths.items():
            places[name] = (start, length)
            start += length
        files = _Files(self._file.fileno(), places)
        return Entry(about, files if self._seal is None else _Sealed(files, self._seal, place))

    def _place(self, number: int) -> str:
        """What an entry is sealed for: it cannot take another one's place."""
        return f"{self._path.name} {number} "

    def _unwritten(self, error: OSError) -> StorageError:
        return StorageError(f"{self._path} cannot be written: {error.strerror}")


class _Files(Mapping[str, bytes]):
    """Parts of an open file, by name."""

    def __init__(self, descriptor: int, places: Mapping[str, tuple[int, int]]) -> None:
        self._descriptor = descriptor
        self._places = places

    def __getitem__(self, name: str) -> bytes:
        start, length = self._places[name]
        return os.pread(self._descriptor, length, start)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class _Sealed(Mapping[str, bytes]):
    """The same files, opened."""

    def __init__(self, files: Mapping[str, bytes], seal: Seal, place: str) -> None:
        self._files = files
        self._seal = seal
        self._place = place

    def __getitem__(self, name: str) -> bytes:
        return self._seal.open(self._place + name, self._files[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def forget_journals(packs: Path, finished: set[str]) -> None:
    """Remove what was kept for the visits of these sources: their rows say how they ended."""
    folder = packs / _FOLDER
    for path in folder.glob(f"*{_SUFFIX}"):
        if path.name.split("-")[0] in finished:
            path.unlink()
    with suppress(OSError):  # not there, or something is still in it
        folder.rmdir()


def _plain(value: Any) -> Any:
    """A number of numpy's as Python's own, which JSON gives back as it is."""
    return value.item()
