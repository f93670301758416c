"""MP4 and QuickTime: XMP in a `uuid` or `XMP_` box, C2PA in a `uuid` box.

ISO/IEC 14496-12 for boxes; ISO 16684-3 and Adobe's XMP specification, part 3, for XMP; C2PA 2.2,
"Embedding manifests into BMFF-based assets".
"""

from __future__ import annotations

from typing import BinaryIO
from uuid import UUID

from clearreel.rights.signals.containers.found import DamagedError, Found, read

FIRST = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"uuid"})
"""Types that the first box of a file can have."""

_XMP = UUID("be7acfcb-97a9-42e8-9c71-999491e3afac").bytes
_C2PA = UUID("d8fec3d6-1b0e-483c-9297-5828877ec481").bytes
_OUTER = frozenset({b"moov", b"udta", b"trak"})
_HEADER = 8


def walk(file: BinaryIO, size: int, found: Found) -> None:
    """Goes through all boxes outside of the media data. Raises `DamagedError`."""
    _walk(file, 0, size, found, depth=0)


def _walk(file: BinaryIO, start: int, end: int, found: Found, depth: int) -> None:
    # What is shorter than a header at the end is padding: QuickTime ends user data with a zero.
    while start + _HEADER <= end:
        found.count()
        header = read(file, start, _HEADER)
        size, kind, content = int.from_bytes(header[:4], "big"), header[4:], start + _HEADER
        if size == 0 and kind == bytes(4):
            return  # padding
        if size == 1:
            size = int.from_bytes(read(file, content, 8), "big")
            content += 8
        elif size == 0:
            size = end - start  # up to the end of what holds it
        if start + size > end or size < content - start:
            if kind in _OUTER:
                _take(file, kind, content, end, found, depth)
            raise DamagedError(f"a box of {size} bytes at {start}, with {end - start} left")
        _take(file, kind, content, start + size, found, depth)
        start += size


def _take(file: BinaryIO, kind: bytes, start: int, end: int, found: Found, depth: int) -> None:
    if kind in _OUTER and depth < 4:
        _walk(file, start, end, found, depth + 1)
    elif kind == b"XMP_":
        found.take_xmp(file, start, end - start)
    elif kind == b"uuid" and end - start >= 16:
        name = read(file, start, 16)
        if name == _XMP:
            found.take_xmp(file, start + 16, end - start - 16)
        found.credentials = found.credentials or name == _C2PA
