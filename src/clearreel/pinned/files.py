"""What is pinned: an archive of a published package, and one file inside it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

NESTED = "!/"
"""Between the path of a zip inside an archive and the path of a file inside that zip."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class PinnedArchive:
    """One archive (a wheel or a source archive) of one version of a package."""

    package: str
    """The name under which a package index lists it."""
    version: str
    filename: str
    sha256: str
    """Of the archive's bytes, 64 lower-case hexadecimal digits."""
    size: int
    """In bytes."""

    def __post_init__(self) -> None:
        _check_pin(self.filename, self.sha256, self.size)
        if not self.filename.endswith((".whl", ".zip", ".tar.gz")):
            raise ValueError(f"{self.filename} is neither a wheel nor a source archive")


@dataclass(frozen=True, slots=True)
class PinnedFile:
    """One file inside a pinned archive, and the place that it takes in the cache."""

    archive: PinnedArchive
    member: str
    """The file's path inside the archive, with forward slashes; `a.zip!/b` is b inside a.zip."""
    sha256: str
    """Of the file's bytes, 64 lower-case hexadecimal digits."""
    size: int
    """In bytes."""
    cached_as: str
    """Where the file lies in the cache, relative to its root. Never taken from the archive."""

    def __post_init__(self) -> None:
        _check_pin(self.member, self.sha256, self.size)
        place = PurePosixPath(self.cached_as)
        if place.is_absolute() or ".." in place.parts:
            raise ValueError(f"{self.cached_as} does not lie inside the cache")

    @property
    def basename(self) -> str:
        """The file's own name, without the folders that hold it in the archive."""
        return PurePosixPath(self.member).name


def archives_from_table(table: Mapping[str, Mapping[str, Any]]) -> dict[str, PinnedArchive]:
    """The archives of a TOML table, by the short name that the table gives each."""
    return {
        key: PinnedArchive(
            package=row["package"],
            version=row["version"],
            filename=row["filename"],
            sha256=row["sha256"],
            size=row["bytes"],
        )
        for key, row in table.items()
    }


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_pin(name: str, sha256: str, size: int) -> None:
    if not _SHA256.fullmatch(sha256):
        raise ValueError(f"{name}: {sha256!r} is not a SHA-256 in lower-case hexadecimal")
    if size <= 0:
        raise ValueError(f"{name}: a size of {size} bytes")
