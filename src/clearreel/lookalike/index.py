"""Find the few of many stored fingerprints that a query may match, and compare it with those.

Locality-sensitive hashing by sampled bits (Indyk and Motwani 1998): two descriptors that differ in
few bits have some 16 neighbouring bits in common. Pictures have eight such keys in each of their
regions, words of sound have two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clearreel.lookalike.aligning import Words, differing
from clearreel.lookalike.fingerprint import Fingerprint
from clearreel.lookalike.matching import ALIKE_PICTURES, Comparison, compare

PATIENCE = 30
"""Candidates, the likeliest first, that may prove to be others in a row before the search ends."""
CLOSE_WORDS = 4
"""Bits, of 32, by which a word of sound may differ from one that it is found by."""
LEAST_HITS = 2
"""Entries of the query that have to be found in a stored fingerprint for it to be a candidate."""
CROWDED = 3_000
"""Entries with one key, or fifty times the mean if that is more, beyond which it is no clue and is
passed over. Copies of one clip in such numbers hide each other: they are duplicates to be dropped
before."""
_ENTRIES = 512
"""Entries of a query that are looked up at a time."""
_KEYS = 1 << 16


@dataclass(frozen=True, slots=True)
class Found:
    """A stored fingerprint that is the same as the query, or near to it."""

    name: str
    comparison: Comparison


class Index:
    """Stored fingerprints by name, ready to be searched. Takes about 1 KB for a second of footage.

    It does not change once it is made: make another when fingerprints were added.
    """

    def __init__(self, stored: Mapping[str, Fingerprint]) -> None:
        self._names = list(stored)
        self._prints = list(stored.values())
        self._seen = _Table([_regions(one) for one in self._prints])
        self._heard = _Table([one.audio.bits[:, None] for one in self._prints])

    def __len__(self) -> int:
        return len(self._names)

    def search(self, query: Fingerprint) -> list[Found]:
        """All that match, `same` before `near`, the longest agreement first."""
        seen = np.concatenate([_regions(query), _regions(Fingerprint(query.video.mirrored))])
        likely = [
            self._seen.likely(seen, ALIKE_PICTURES),
            self._heard.likely(query.audio.bits[:, None], CLOSE_WORDS),
        ]
        compared: dict[int, Comparison] = {}
        for places in likely:
            others = 0
            for place in places:
                if place not in compared:
                    compared[place] = compare(query, self._prints[place])
                others = others + 1 if compared[place].verdict == "other" else 0
                if others == PATIENCE:
                    break
        found = [Found(self._names[place], one) for place, one in compared.items()]
        return sorted((one for one in found if one.comparison.verdict != "other"), key=_order)


class _Table:
    """Descriptors of many fingerprints, by the keys that they hold."""

    def __init__(self, prints: list[Words]) -> None:
        self._bits: Words = np.concatenate(prints) if prints else np.zeros((0, 1), np.uint64)
        self._owner = np.repeat(np.arange(len(prints)), [len(one) for one in prints])
        self._owners = len(prints)
        self._rows: list[NDArray[np.int32]] = []
        self._starts: list[NDArray[np.int64]] = []
        for keys in _keys(self._bits) if len(self._bits) else ():
            self._rows.append(np.argsort(keys, kind="stable").astype(np.int32))
            counts = np.bincount(keys, minlength=_KEYS)
            self._starts.append(np.concatenate([[0], np.cumsum(counts)]))

    def likely(self, query: Words, alike: int) -> list[int]:
        """Places of the fingerprints that hold something like the query, the likeliest first."""
        counts = np.zeros(self._owners, np.int64)
        for first in range(0, len(query) if len(self._bits) else 0, _ENTRIES):
            counts += self._hits(query[first : first + _ENTRIES], alike)
        order = np.argsort(-counts, kind="stable")
        return [int(place) for place in order[: int((counts >= LEAST_HITS).sum())]]

    def _hits(self, query: Words, alike: int) -> NDArray[np.int64]:
        """(fingerprints,): how many entries of the query each of them holds something like."""
        crowded = max(CROWDED, 50 * len(self._bits) // _KEYS)
        hits = []
        for keys, rows, starts in zip(_keys(query), self._rows, self._starts, strict=True):
            sizes = np.diff(starts)[keys]
            sizes[sizes > crowded] = 0
            entry = np.repeat(np.arange(len(query)), sizes)
            behind = np.arange(len(entry)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
            row = rows[np.repeat(starts[keys], sizes) + behind]
            close = differing(query[entry], self._bits[row]) <= alike
            hits.append(entry[close] * self._owners + self._owner[row[close]])
        return np.bincount(np.unique(np.concatenate(hits)) % self._owners, minlength=self._owners)


def _keys(bits: Words) -> NDArray[np.uint16]:
    """(keys, entries): the bits of every entry, sixteen by sixteen."""
    return np.ascontiguousarray(bits).view(np.uint16).T


def _regions(one: Fingerprint) -> NDArray[np.uint64]:
    """(pictures times regions, words)."""
    return one.video.bits.reshape(-1, one.video.bits.shape[2])


def _order(found: Found) -> tuple[bool, int, str]:
    parts = (found.comparison.video, found.comparison.audio)
    longest = max(part.end - part.start for part in parts if part is not None)
    return found.comparison.verdict != "same", -longest, found.name
