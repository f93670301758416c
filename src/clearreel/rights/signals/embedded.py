"""What stands inside a media file: XMP packets, and whether it carries content credentials.

Read from the original file, because cutting drops both. Three containers have places for them,
which are walked from header to header: MP4 and QuickTime (`boxes`), Matroska and WebM (`ebml`),
AVI (`riff`). Any other file is searched whole for the marks that they begin with (`marks`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from clearreel.rights.signals.containers import boxes, ebml, marks, riff
from clearreel.rights.signals.containers.found import DamagedError, Found


@dataclass(frozen=True, slots=True)
class Embedded:
    """What was found in one file."""

    path: Path
    read_at: datetime
    """With an offset from UTC."""
    xmp: tuple[bytes, ...] = ()
    """Packets, as they are."""
    credentials: bool = False
    """Whether there is a C2PA manifest store."""
    problem: str = ""
    """Why the search is not complete; empty when it is."""


def find_embedded(path: Path, read_at: datetime) -> Embedded:
    """What stands inside the file at `path`. Never raises for what a file holds or lacks.

    A file that cannot be read or is damaged has a `problem`; what was found before is kept.
    """
    found = Found()
    problem = ""
    try:
        with path.open("rb") as file:
            head = file.read(16)
            _walker(head)(file, path.stat().st_size, found)
    except DamagedError as error:
        problem = str(error)
    except OSError as error:
        problem = f"the file cannot be read: {error.strerror}"
    return Embedded(path, read_at, tuple(found.xmp), found.credentials, problem)


def _walker(head: bytes) -> Callable[..., None]:
    if head[4:8] in boxes.FIRST:
        return boxes.walk
    if head.startswith(ebml.FIRST):
        return ebml.walk
    if head[:4] == b"RIFF":
        return riff.walk
    return marks.search
