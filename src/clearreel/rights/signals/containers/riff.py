"""AVI: XMP in a `_PMX` chunk, C2PA in a `C2PA` chunk.

Adobe's XMP specification, part 3, "AVI"; C2PA 2.2, "Embedding manifests into RIFF-based assets".
"""

from __future__ import annotations

from typing import BinaryIO

from clearreel.rights.signals.containers.found import DamagedError, Found, read

_OUTER = (b"RIFF", b"LIST")
_HEADER = 8


def walk(file: BinaryIO, size: int, found: Found) -> None:
    """Goes through all chunks outside of the media data. Raises `DamagedError`."""
    _walk(file, 0, size, found, depth=0)


def _walk(file: BinaryIO, start: int, end: int, found: Found, depth: int) -> None:
    while start + _HEADER <= end:
        found.count()
        header = read(file, start, _HEADER)
        kind, size, content = header[:4], int.from_bytes(header[4:], "little"), start + _HEADER
        if kind == bytes(4) and not size:
            return  # padding
        inside = kind in _OUTER and size >= 4 and depth < 4
        # The frames are neither of what is looked for, and are many.
        if inside and read(file, content, 4) != b"movi":
            _walk(file, content + 4, min(content + size, end), found, depth + 1)
        if content + size > end:
            raise DamagedError(f"a chunk of {size} bytes at {start}, with {end - content} left")
        if kind == b"_PMX":
            found.take_xmp(file, content, size)
        found.credentials = found.credentials or kind == b"C2PA"
        start = content + size + size % 2
