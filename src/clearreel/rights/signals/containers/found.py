"""What a walk through a container has found, and what ends it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import BinaryIO

MAX_XMP_BYTES = 16 * 2**20
MAX_ELEMENTS = 2_000_000
"""Headers that are read of one file. Ten hours in fragments of a second have about 100,000."""


class DamagedError(Exception):
    """The walk cannot go on, and why."""


@dataclass(slots=True)
class Found:
    """Filled while a file is walked, so that what comes before damage is kept."""

    xmp: list[bytes] = field(default_factory=list)
    credentials: bool = False
    elements: int = 0

    def count(self) -> None:
        """One more header. Raises `DamagedError` for too many."""
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise DamagedError(f"the file has more than {MAX_ELEMENTS} parts")

    def take_xmp(self, file: BinaryIO, start: int, size: int) -> None:
        """Keeps the packet at `start`. Raises `DamagedError` for one too long or cut off."""
        if size > MAX_XMP_BYTES:
            raise DamagedError(f"an XMP packet of {size} bytes; {MAX_XMP_BYTES} are read")
        self.xmp.append(read(file, start, size))


def read(file: BinaryIO, start: int, size: int) -> bytes:
    """`size` bytes from `start` on. Raises `DamagedError` where the file ends before."""
    file.seek(start)
    data = file.read(size)
    if len(data) < size:
        raise DamagedError("the file ends too soon")
    return data
