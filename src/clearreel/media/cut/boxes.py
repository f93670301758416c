"""Boxes of MP4 and QuickTime files (ISO/IEC 14496-12, 4.2): found, and put together."""

from __future__ import annotations

import struct
from collections.abc import Iterator

HEADER = 8
"""Bytes of a box before its content: its size and its type."""


def boxes(data: bytes | bytearray, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Type, start and end of the content of each box in data[start:end]."""
    while start + HEADER <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        yield kind, start + HEADER, start + size
        start += size


def find(data: bytes | bytearray, start: int, end: int, *path: bytes) -> tuple[int, int]:
    """Start and end of the content of the first box of each type in the one before.

    Raises `StopIteration` where there is none.
    """
    for wanted in path:
        start, end = next((s, e) for kind, s, e in boxes(data, start, end) if kind == wanted)
    return start, end


def box(kind: bytes, *content: bytes | bytearray) -> bytes:
    """A box of this type."""
    body = b"".join(content)
    return struct.pack(">I4s", HEADER + len(body), kind) + body


def full_box(kind: bytes, *content: bytes) -> bytes:
    """A box with a version, 0, and flags, none."""
    return box(kind, bytes(4), *content)
