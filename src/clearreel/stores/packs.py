"""Packs: uncompressed tars, one a source, found by offset and readable as a WebDataset.

A source has up to two: `SOURCE-HASH.tar` with its kept clips, their thumbnails and identities,
and `SOURCE-HASH.thumbnails.tar` with the thumbnails of its dropped clips. The hash is of what is
inside, so a pack is never changed: a new one takes its place, and rows name the one they mean.

The members of a sealed data set are sealed one by one, under names that end in `.sealed`. Rows and
readers know them by their own names, sizes and hashes; only where they lie differs.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from clearreel.core.errors import StorageError
from clearreel.stores.seal import Seal, sealed_size

_PARTIAL = ".partial"
_CUTTING = ".cutting-"
_SEALED = ".sealed"
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Packs:
    """The packs of one data set: their folder, and what they are sealed with, if they are."""

    folder: Path
    seal: Seal | None

    def read(self, pack: str, name: str, offset: int, size: int) -> bytes:
        """The content of a member, by its place, its own name and its size.

        Raises `OSError` when there is no such pack, and `DatasetError` when the member is sealed
        and does not open.
        """
        return b"".join(self.pieces(pack, name, offset, size))

    def pieces(self, pack: str, name: str, offset: int, size: int) -> Iterator[bytes]:
        """The same a piece at a time, at most a megabyte."""
        with (self.folder / pack).open("rb") as file:
            file.seek(offset)
            if self.seal is not None:
                yield from self.seal.opened(name, size, file)
                return
            while size and (piece := file.read(min(size, _PIECE))):
                size -= len(piece)
                yield piece

    def stored(self, pack: str, offset: int, size: int) -> bytes:
        """The bytes of a member as they lie there: sealed ones in a sealed data set.

        Raises `OSError` when there is no such pack.
        """
        with (self.folder / pack).open("rb") as file:
            file.seek(offset)
            return file.read(size if self.seal is None else sealed_size(size))

    def cutting_prefix(self) -> tuple[Path, str]:
        """Where clips are cut before they are packed, and how such folders' names begin.

        FFmpeg writes them in the plain, so those of a sealed data set never lie in its folder, but
        where the system keeps temporary files.
        """
        if self.seal is None:
            return self.folder, _CUTTING
        mine = _sha256(os.fsencode(self.folder.resolve()))[:16]
        return Path(tempfile.gettempdir()), f".clearreel{_CUTTING}{mine}-"


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

    def __init__(self, packs: Packs, source_id: str, suffix: str = ".tar") -> None:
        self._packs = packs.folder
        self._seal = packs.seal
        self._source = source_id
        self._suffix = suffix
        self._path = self._packs / f"{source_id}{suffix}.{os.getpid()}{_PARTIAL}"
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

    def _add(self, name: str, content: BinaryIO, size: int, sha256: str) -> Member:
        info = tarfile.TarInfo(name)
        info.size = size
        info.mode = 0o644
        stored = content
        if self._seal is not None:
            info.name += _SEALED
            info.size = sealed_size(size)
            stored = io.BufferedReader(_Pieces(self._seal.stream(name, sha256, content)))
        offset = self._tar.offset + tarfile.BLOCKSIZE
        try:
            self._tar.addfile(info, stored)
        except OSError as error:
            raise StorageError(f"{self._path} cannot be written: {error.strerror}") from error
        self._digest.update(f"{name} {sha256}\n".encode())
        self._count += 1
        return Member(name, offset, size, sha256)


def pack_name(source_id: str, digest: str, suffix: str) -> str:
    """Where a pack lies below the packs folder: 256 folders keep listings short."""
    return f"{source_id[:2]}/{source_id}-{digest[:12]}{suffix}"


class _Pieces(io.RawIOBase):
    """Pieces of bytes as a file to be read once."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if not self._left:
            self._left = memoryview(next(self._pieces, b""))
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


def thumbnail_name(clip_id: str) -> str:
    """The name of a clip's thumbnail in its pack."""
    return f"{clip_id}.jpg"


@contextmanager
def cutting_folder(packs: Packs) -> Iterator[Path]:
    """A folder, for its owner alone, in which clips lie until they are in a pack."""
    place, prefix = packs.cutting_prefix()
    try:
        folder = Path(tempfile.mkdtemp(dir=place, prefix=prefix))
    except OSError as error:
        raise StorageError(f"{place} cannot be written: {error.strerror}") from error
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


def clear(packs: Packs) -> None:
    """Remove what was being written when a worker or a run was killed."""
    place, prefix = packs.cutting_prefix()
    for folder in place.glob(f"{prefix}*"):
        shutil.rmtree(folder)
    for path in packs.folder.glob(f"*{_PARTIAL}"):
        path.unlink()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
