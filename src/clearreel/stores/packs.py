"""Packs: uncompressed tars, one a source, found by offset and readable as a WebDataset.

A source has up to two: `SOURCE-HASH.tar` with its kept clips, their thumbnails and identities,
and `SOURCE-HASH.thumbnails.tar` with the thumbnails of its dropped clips. The hash is of what is
inside, so a pack is never changed: a new one takes its place, and rows name the one they mean.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from clearreel.core.errors import StorageError

_PARTIAL = ".partial"
_CUTTING = ".cutting-"


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside a pack."""

    name: str
    offset: int
    """Of its first byte, in the pack."""
    bytes: int
    sha256: str


class PackWriter:
    """Writes one pack beside its final place; `commit` moves it there.

    The same members in the same order give the same bytes: no times, no owners.
    """

    def __init__(self, packs: Path, source_id: str, suffix: str = ".tar") -> None:
        self._packs = packs
        self._source = source_id
        self._suffix = suffix
        self._path = packs / f"{source_id}{suffix}.{os.getpid()}{_PARTIAL}"
        self._digest = hashlib.sha256()
        self._count = 0
        try:
            self._tar = tarfile.open(self._path, "w", format=tarfile.USTAR_FORMAT)  # noqa: SIM115
        except OSError as error:
            raise StorageError(f"{self._path} cannot be written: {error.strerror}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Without a commit nothing half written may remain. Closing again does no harm, and what
        # a full disk makes it say was said before.
        with suppress(OSError):
            self._tar.fileobj.close()
        self._path.unlink(missing_ok=True)

    def add(self, name: str, content: bytes) -> Member:
        """Append a member."""
        return self._add(name, io.BytesIO(content), len(content), _sha256(content))

    def add_file(self, name: str, path: Path, sha256: str) -> Member:
        """Append the content of a file whose SHA-256 is known."""
        with path.open("rb") as file:
            return self._add(name, file, path.stat().st_size, sha256)

    def commit(self) -> str:
        """Close the pack and move it to its place. Its name below the packs folder.

        Without any member there is no pack, and the name is empty.
        """
        try:
            self._tar.close()
            if self._count == 0:
                return ""
            name = pack_name(self._source, self._digest.hexdigest(), self._suffix)
            target = self._packs / name
            target.parent.mkdir(exist_ok=True)
            with self._path.open("rb") as file:
                os.fsync(file.fileno())
            self._path.replace(target)
        except OSError as error:
            raise StorageError(f"{self._path} cannot be written: {error.strerror}") from error
        return name

    def _add(self, name: str, content: io.BufferedIOBase, size: int, sha256: str) -> Member:
        info = tarfile.TarInfo(name)
        info.size = size
        info.mode = 0o644
        offset = self._tar.offset + tarfile.BLOCKSIZE
        try:
            self._tar.addfile(info, content)
        except OSError as error:
            raise StorageError(f"{self._path} cannot be written: {error.strerror}") from error
        self._digest.update(f"{name} {sha256}\n".encode())
        self._count += 1
        return Member(name, offset, size, sha256)


def pack_name(source_id: str, digest: str, suffix: str) -> str:
    """Where a pack lies below the packs folder: 256 folders keep listings short."""
    return f"{source_id[:2]}/{source_id}-{digest[:12]}{suffix}"


def read_member(packs: Path, pack: str, offset: int, size: int) -> bytes:
    """The bytes of a member, by its place."""
    with (packs / pack).open("rb") as file:
        file.seek(offset)
        return file.read(size)


@contextmanager
def cutting_folder(packs: Path) -> Iterator[Path]:
    """A folder in which clips lie until they are in a pack."""
    try:
        folder = Path(tempfile.mkdtemp(dir=packs, prefix=_CUTTING))
    except OSError as error:
        raise StorageError(f"{packs} cannot be written: {error.strerror}") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(packs: Path, wanted: set[str]) -> int:
    """Remove packs that no row names. How many files went."""
    gone = 0
    for path in packs.glob("??/*.tar"):
        if str(path.relative_to(packs)) not in wanted:
            path.unlink()
            gone += 1
    return gone


def forget_packs(packs: Path, source_id: str) -> int:
    """Remove every pack of a source, whether a row names it or not. How many files went."""
    gone = 0
    for path in packs.glob(f"{source_id[:2]}/{source_id}-*.tar"):
        path.unlink()
        gone += 1
    return gone


def clear(packs: Path) -> None:
    """Remove what was being written when a worker or a run was killed."""
    for folder in packs.glob(f"{_CUTTING}*"):
        shutil.rmtree(folder)
    for path in packs.glob(f"*{_PARTIAL}"):
        path.unlink()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
