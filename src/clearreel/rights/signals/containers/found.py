"""What a walk through a container has found, and what ends it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import BinaryIO

MAX_XMP_BYTES = 16 * 2**20
MAX_ELEMENTS = 2_000_000
"""Headers that are read of one file. Ten hours in fragments of a second have about 100,000."""


class Damaged(Exception):  # noqa: N818 (a state of the file; it never leaves `find_embedded`)
    """The walk cannot go on, and why."""


@dataclass(slots=True)
class Found:
    """Filled while a file is walked, so that what comes before damage is kept."""

    xmp: list[bytes] = field(default_factory=list)
    credentials: bool = False
    elements: int = 0

    def count(self) -> None:
        """One more header. Raises `Damaged` for too many."""
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise Damaged(f"the file has more than {MAX_ELEMENTS} parts")

    def take_xmp(self, file: BinaryIO, start: int, size: int) -> None:
        """Keeps the packet at `start`. Raises `Damaged` for one that is too long or cut off."""
        if size > MAX_XMP_BYTES:
            raise Damaged(f"an XMP packet of {size} bytes; {MAX_XMP_BYTES} are read")
        self.xmp.append(read(file, start, size))


def read(file: BinaryIO, start: int, size: int) -> bytes:
    """`size` bytes from `start` on. Raises `Damaged` where the file ends before."""
    file.seek(start)
    data = file.read(size)
    if len(data) < size:
        raise Damaged("the file ends too soon")
    return data
