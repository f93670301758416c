"""Take single files out of a wheel (zip) or a source archive (tar.gz), in one pass over it.

Nothing in the archive decides where a file is written: the caller names the destination, so a
member's path cannot lead outside of it.
"""

from __future__ import annotations

import hashlib
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from clearreel.core.errors import FetchError
from clearreel.pinned.cache import storage_errors
from clearreel.pinned.files import NESTED, PinnedFile

_CHUNK = 1 << 20


def extract(archive: Path, wanted: Mapping[PinnedFile, Path]) -> None:
    """Write each wanted file of `archive` to its path, and check its size and SHA-256.

    Raises `FetchError` if a file is missing, is not a regular file, or has other bytes than were
    pinned; what was written of it is removed.
    """
    missing = {file.member: file for file in wanted}
    folder = next((path.parent for path in wanted.values()), archive.parent)
    with _members(archive, set(missing), folder) as members:
        for name, size, stream in members:
            file = missing.pop(name)
            if size != file.size:
                raise FetchError(
                    f"{name} in {file.archive.filename} has {size:,} bytes, not {file.size:,}"
                )
            _copy(stream, wanted[file], file)
            if not missing:
                return
    raise FetchError(f"{archive.name} does not contain {', '.join(sorted(missing))}")


Member = tuple[str, int, IO[bytes]]
"""A member's path, its uncompressed size in bytes, and a stream of its bytes."""


@contextmanager
def _members(archive: Path, names: set[str], folder: Path) -> Iterator[Iterator[Member]]:
    outer = {name.partition(NESTED)[0] for name in names}
    try:
        if archive.name.endswith(".tar.gz"):
            with tarfile.open(archive, "r|gz") as tar:
                yield _nested(_tar_members(tar, outer), names, folder)
        else:
            with zipfile.ZipFile(archive) as wheel:
                yield _nested(_zip_members(wheel, outer), names, folder)
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise FetchError(f"{archive.name} is not an archive that can be read: {error}") from error


def _nested(members: Iterator[Member], names: set[str], folder: Path) -> Iterator[Member]:
    """What `names` asks for: the members, and what they hold where they are archives themselves.

    A zip has to be read out of order, so one inside an archive is first copied into `folder`.
    """
    for name, size, stream in members:
        if name in names:
            yield name, size, stream
        inner = {n.partition(NESTED)[2] for n in names if n.startswith(name + NESTED)}
        if inner:
            with storage_errors(folder), tempfile.TemporaryFile(dir=folder) as copy:
                shutil.copyfileobj(stream, copy, _CHUNK)
                with zipfile.ZipFile(copy) as nested:
                    for path, inner_size, inner_stream in _zip_members(nested, inner):
                        yield f"{name}{NESTED}{path}", inner_size, inner_stream


def _zip_members(wheel: zipfile.ZipFile, names: set[str]) -> Iterator[Member]:
    for info in wheel.infolist():
        if info.filename in names:
            with wheel.open(info) as stream:
                yield info.filename, info.file_size, stream


def _tar_members(tar: tarfile.TarFile, names: set[str]) -> Iterator[Member]:
    for info in tar:
        if info.name in names and info.isreg():
            stream = tar.extractfile(info)
            assert stream is not None  # a regular file always has a stream
            yield info.name, info.size, stream


def _copy(stream: IO[bytes], target: Path, file: PinnedFile) -> None:
    digest = hashlib.sha256()
    with storage_errors(target), target.open("wb") as out:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            out.write(chunk)
    if digest.hexdigest() != file.sha256:
        target.unlink()
        raise FetchError(
            f"{file.member} in {file.archive.filename} has SHA-256 {digest.hexdigest()}, "
            f"not the pinned {file.sha256}; it was not used"
        )
