"""Matroska and WebM: XMP in a tag, XMP and C2PA as attached files.

RFC 8794 (EBML) and RFC 9559 (Matroska). Neither XMP nor C2PA names a place in Matroska; these are
the places where programs put them. An element of unknown size is walked into as if its children
stood beside it.
"""

from __future__ import annotations

from typing import BinaryIO

from clearreel.rights.signals.containers.found import MAX_XMP_BYTES, DamagedError, Found, read

FIRST = b"\x1a\x45\xdf\xa3"

_SEGMENT = 0x18538067
_TAG_STRING = 0x4487
_TAG_BINARY = 0x4485
_MIME_TYPE = 0x4660
_FILE_DATA = 0x465C
_OUTER = frozenset(
    {
        _SEGMENT,
        *(0x1254C367, 0x7373, 0x67C8),  # Tags, Tag, SimpleTag
        *(0x1941A469, 0x61A7),  # Attachments, AttachedFile
    }
)
_XMP_MARKS = (b"<x:xmpmeta", b"<rdf:RDF", b"<?xpacket")
_C2PA_TYPES = frozenset({b"application/c2pa", b"application/x-c2pa-manifest-store"})
_DEPTH = 16


def walk(file: BinaryIO, size: int, found: Found) -> None:
    """Goes through all elements outside of the clusters. Raises `DamagedError`."""
    _walk(file, 0, size, found, depth=0)


def _walk(file: BinaryIO, start: int, end: int, found: Found, depth: int) -> None:
    while start < end:
        found.count()
        file.seek(start)
        head = file.read(12)
        name, name_length = _number(head, 0, 4, keep_mark=True)
        size, size_length = _number(head, name_length, 8, keep_mark=False)
        content = start + name_length + size_length
        if size == (1 << 7 * size_length) - 1:
            start = content
            continue
        if content + size > end:
            if name in _OUTER and depth < _DEPTH:
                _walk(file, content, end, found, depth + 1)
            raise DamagedError(f"an element of {size} bytes at {start}, with {end - content} left")
        if name in _OUTER and depth < _DEPTH:
            _walk(file, content, content + size, found, depth + 1)
        elif name in (_TAG_STRING, _TAG_BINARY, _FILE_DATA):
            _take(file, content, size, found)
        elif name == _MIME_TYPE and size < 256:
            kind = read(file, content, size).rstrip(b"\0").lower()
            found.credentials = found.credentials or kind in _C2PA_TYPES
        start = content + size


def _take(file: BinaryIO, start: int, size: int, found: Found) -> None:
    head = read(file, start, min(size, 1024))
    if any(mark in head for mark in _XMP_MARKS):
        found.take_xmp(file, start, min(size, MAX_XMP_BYTES + 1))


def _number(data: bytes, at: int, longest: int, *, keep_mark: bool) -> tuple[int, int]:
    """The variable-size integer at `at`, and its length in bytes. Raises `DamagedError`."""
    first = data[at] if at < len(data) else 0
    length = 9 - first.bit_length()
    if not first or length > longest or at + length > len(data):
        raise DamagedError("an element without a valid header")
    value = int.from_bytes(data[at : at + length], "big")
    return (value if keep_mark else value & ((1 << 7 * length) - 1)), length
