"""Small damages to files, and where to do them."""

from __future__ import annotations

from pathlib import Path
from random import Random


def files(folder: Path) -> list[Path]:
    """All below a folder, in order."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def places(size: int, many: int, rng: Random) -> list[int]:
    """Of a file of this many bytes: both ends, the middle, and some at random."""
    fixed = {0, 1, size // 2, size - 2, size - 1}
    return sorted(p for p in fixed | {rng.randrange(size) for _ in range(many)} if 0 <= p < size)


def flip(path: Path, offset: int, bit: int) -> None:
    """Exchange one bit in place; the same again puts it back."""
    with path.open("r+b") as file:
        file.seek(offset)
        [byte] = file.read(1)
        file.seek(offset)
        file.write(bytes([byte ^ 1 << bit]))
