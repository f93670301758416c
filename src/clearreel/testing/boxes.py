"""Find and replace boxes of MP4 and QuickTime files (ISO/IEC 14496-12)."""

from __future__ import annotations

from collections.abc import Iterator

_HEADER = 8


def find(data: bytes, *path: str) -> tuple[int, int]:
    """Start and end of the first box at `path`, for example "moov", "trak"; header included."""
    start, end = 0, len(data)
    inner = 0
    for kind in path:
        for box, box_start, box_end in _children(data, inner, end):
            if box == kind:
                start, end, inner = box_start, box_end, box_start + _HEADER
                break
        else:
            raise ValueError(f"no box {kind!r} at {'/'.join(path)}")
    return start, end


def replace(data: bytes, path: tuple[str, ...], box: bytes) -> bytes:
    """`data` with the box at `path` replaced, and the sizes of the boxes around it corrected.

    What lies behind it moves: the caller sees to it that no sample does.
    """
    start, end = find(data, *path)
    grown = len(box) - (end - start)
    changed = bytearray(data[:start] + box + data[end:])
    for depth in range(1, len(path)):
        outer, outer_end = find(data, *path[:depth])
        changed[outer : outer + 4] = (outer_end - outer + grown).to_bytes(4, "big")
    return bytes(changed)


def box(kind: str, content: bytes) -> bytes:
    """One box with its header."""
    return (_HEADER + len(content)).to_bytes(4, "big") + kind.encode("ascii") + content


def _children(data: bytes, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    while start + _HEADER <= end:
        size = int.from_bytes(data[start : start + 4], "big")
        if size < _HEADER:
            raise ValueError(f"a box of {size} bytes at {start}; 64-bit sizes are not handled")
        yield data[start + 4 : start + 8].decode("latin-1"), start, start + size
        start += size
