"""A place where footage may be, and what a listing of places comes to."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Place:
    """A file where footage may be. Its bytes have not been looked at."""

    path: Path
    """Absolute. Links in the input's own path are resolved, those below it are kept."""
    root: Path
    """The folder that was given, or that holds the file that was given."""
    relative: str
    """`path` seen from `root`, printable: bytes that are not UTF-8 are written as \\xNN."""
    size: int
    """Bytes, when it was listed."""
    mtime_ns: int
    """Time of the last change, in nanoseconds since 1970."""
    inode: int

    @classmethod
    def of(cls, path: Path, root: Path, status: os.stat_result) -> Place:
        """The place at `path` below `root`, whose status is known."""
        relative = str(path)[len(str(root)) :].lstrip("/")
        printable = os.fsencode(relative).decode("utf-8", "backslashreplace")
        return cls(path, root, printable, status.st_size, status.st_mtime_ns, status.st_ino)


@dataclass(frozen=True, slots=True)
class Unlisted:
    """Something below an input that could not be listed, and why."""

    path: Path
    reason: str

    @classmethod
    def because(cls, path: Path, error: OSError) -> Unlisted:
        """The place at `path`, which the system refused to show."""
        return cls(path, f"it cannot be listed: {error.strerror}")

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Listing:
    """What inputs come to: each path once, in the order of the inputs, sorted by name within."""

    places: tuple[Place, ...]
    unlisted: tuple[Unlisted, ...]
