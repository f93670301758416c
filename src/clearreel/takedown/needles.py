"""Search files for bytes that must not be there any more.

A piece of footage is looked for by three short samples of it, which have to be in one file all
three: coded footage has them in common with nothing else, but a header may be in many files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SAMPLE = 48
"""Bytes of a sample."""
_LEAST_KINDS = 24
"""Different bytes that a sample has at least: padding and plain pictures are alike everywhere."""
_SHARES = (0.35, 0.6, 0.85)
"""Where samples are taken: behind the tables at the start of a JPEG or MP4."""
_KEY = 8
_TABLE_BITS = 20
_MIX = np.uint64(0x9E3779B97F4A7C15)
_CHUNK = 8 << 20


def samples(content: bytes) -> list[bytes]:
    """Samples that tell `content` from other bytes; none where it is too short or too plain."""
    found = []
    for share in _SHARES:
        sample = content[int(share * len(content)) :][:SAMPLE]
        if len(sample) == SAMPLE and len(set(sample)) >= _LEAST_KINDS:
            found.append(sample)
    return found if len(found) == len(_SHARES) else []


class Needles:
    """Pieces by name, each with the samples that it is known by."""

    def __init__(self, pieces: Mapping[str, Iterable[bytes]]) -> None:
        self._pieces = {name: frozenset(found) for name, found in pieces.items()}
        self._wanted: dict[bytes, list[bytes]] = {}
        for sample in frozenset[bytes]().union(*self._pieces.values()):
            self._wanted.setdefault(sample[:_KEY], []).append(sample)
        self._table = np.zeros(1 << _TABLE_BITS, bool)
        if self._wanted:
            keys = np.frombuffer(b"".join(self._wanted), "<u8")
            self._table[_mixed(keys)] = True

    def __len__(self) -> int:
        return len(self._pieces)

    def found_in(self, path: Path) -> list[str]:
        """Names of the pieces of which every sample is somewhere in a file."""
        if not self._wanted:
            return []
        seen: set[bytes] = set()
        with path.open("rb") as file:
            tail = b""
            while chunk := file.read(_CHUNK):
                content = tail + chunk
                seen.update(self._hits(content))
                tail = content[-(SAMPLE - 1) :]
        return [name for name, wanted in self._pieces.items() if wanted and wanted <= seen]

    def _hits(self, content: bytes) -> Iterator[bytes]:
        """Samples that are in `content`."""
        for first in range(_KEY):
            count = (len(content) - first) // _KEY
            if count <= 0:
                break
            keys: NDArray[np.uint64] = np.frombuffer(content, "<u8", count, first)
            for place in np.flatnonzero(self._table[_mixed(keys)]):
                start = first + _KEY * int(place)
                for sample in self._wanted.get(content[start : start + _KEY], ()):
                    if content.startswith(sample, start):
                        yield sample


def _mixed(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return (keys * _MIX) >> np.uint64(64 - _TABLE_BITS)
