"""The SHA-256 of a file's bytes, which names a source; read again only when the file changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Generator, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from clearreel.core.errors import SourceError
from clearreel.sources.place import Place

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Hashed:
    """A file's hash, and what the file system said of it when it was read."""

    sha256: str
    """64 hex digits."""
    size: int
    mtime_ns: int
    inode: int


Known = Callable[[Place], str | None]
"""The SHA-256 of a place that has not changed since it was hashed, or None."""


def known_from(hashes: Mapping[str, Hashed]) -> Known:
    """Trust the hash of an earlier run where size, time and inode are what they were then.

    `hashes` maps `str(place.path)` to what was recorded.
    """

    def known(place: Place) -> str | None:
        hashed = hashes.get(str(place.path))
        if hashed is None:
            return None
        then = (hashed.size, hashed.mtime_ns, hashed.inode)
        return hashed.sha256 if then == (place.size, place.mtime_ns, place.inode) else None

    return known


def hash_place(place: Place, known: Known | None = None) -> Hashed:
    """The hash of the place's bytes, taken from `known` where that has it.

    Raises `SourceError` when the file cannot be read, or changes while it is being read.
    """
    if known is not None and (sha256 := known(place)) is not None:
        return Hashed(sha256, place.size, place.mtime_ns, place.inode)
    return hash_file(place.path)


def hash_file(path: Path) -> Hashed:
    """Read the file once, in pieces. Raises `SourceError` as `hash_place` does."""
    try:
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            after = os.fstat(file.fileno())
    except PermissionError as error:
        raise SourceError("no permission to read the file", hint="check its mode") from error
    except FileNotFoundError as error:
        raise SourceError("the file is not there any more") from error
    except OSError as error:
        raise SourceError(f"the file cannot be read: {error.strerror}") from error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise SourceError(
            "the file changed while it was being read",
            hint="run again when nothing writes to it any more",
        )
    return Hashed(sha256, after.st_size, after.st_mtime_ns, after.st_ino)


def still_at(sha256: str, paths: Iterable[str], known: Known | None = None) -> Place | None:
    """Where the bytes of this hash lie still and can be read, the first of `paths` by name.

    None where they lie at none of them any more. Files that `known` knows are not read again.
    """
    for path in map(Path, sorted(paths)):
        try:
            place = Place.of(path, path.parent, path.stat())
            if hash_place(place, known).sha256 == sha256 and os.access(path, os.R_OK):
                return place
        except (OSError, SourceError):
            continue
    return None


def in_threads(
    read: Callable[[_Item], _Result], items: Iterable[_Item]
) -> Generator[_Result, None, None]:
    """What `read` gives for each item, in order, a few items at a time.

    What it raises is raised here. Close it, so that no more are begun when whoever asks stops.
    """
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        try:
            yield from pool.map(read, items)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)  # or Ctrl-C would wait for them all
            raise
