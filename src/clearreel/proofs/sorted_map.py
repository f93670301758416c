"""A map whose keys are sorted below one root hash, so that absence can be shown as well.

What is in it is shown by its leaf. What is not in it is shown by the two leaves between which it
would have to be: they stand side by side, and nothing is between them. Keys are hashed with one
public salt of the map, which hides ids from nobody who knows them, but sorts them in an order that
nobody can choose; values are commitments with a salt each, so that a neighbour tells nothing.

All this holds if the map was sorted when it was signed: whoever has all of it can check that
(`SortedMap` does), and whoever has one proof has the signer's word for it.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from clearreel.proofs.merkle import HASH_BYTES, MerkleTree, leaf_hash, root_from_inclusion


def hashed_key(salt: bytes, key: str) -> bytes:
    """Where `key` is in a map with this public salt (32 bytes)."""
    return hashlib.sha256(salt + key.encode()).digest()


@dataclass(frozen=True, slots=True)
class Entry:
    """One leaf of a map and where it is."""

    key: bytes
    """Hashed, 32 bytes."""
    value: bytes
    """A commitment, 32 bytes."""
    index: int
    path: tuple[bytes, ...]

    def root(self, size: int) -> bytes:
        """The root of the map of `size` entries that has this one. `ValueError` if none can."""
        if len(self.key) != HASH_BYTES or len(self.value) != HASH_BYTES:
            raise ValueError(f"keys and values have {HASH_BYTES} bytes")
        return root_from_inclusion(_leaf(self.key, self.value), self.index, size, self.path)


class SortedMap:
    """A whole map."""

    def __init__(self, entries: Sequence[tuple[bytes, bytes]]) -> None:
        """`entries`: hashed key and commitment. Raises `ValueError` if keys do not ascend."""
        self._keys = [key for key, _ in entries]
        for before, key in zip(self._keys, self._keys[1:], strict=False):
            if before >= key:
                raise ValueError(f"key {key.hex()} comes after {before.hex()}")
        self._values = [value for _, value in entries]
        self._tree = MerkleTree([_leaf(key, value) for key, value in entries])

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def root(self) -> bytes:
        """The hash that stands for all of it."""
        return self._tree.root

    def find(self, key: bytes) -> Entry | None:
        """The entry of a hashed key; None when there is none."""
        index = bisect_left(self._keys, key)
        present = index < len(self) and self._keys[index] == key
        return self._entry(index) if present else None

    def neighbours(self, key: bytes) -> tuple[Entry | None, Entry | None]:
        """The entries before and after a hashed key that is not there; None beyond the borders.

        Raises `ValueError` when it is there.
        """
        index = bisect_left(self._keys, key)
        if index < len(self) and self._keys[index] == key:
            raise ValueError(f"key {key.hex()} is in the map")
        before = self._entry(index - 1) if index else None
        return before, self._entry(index) if index < len(self) else None

    def _entry(self, index: int) -> Entry:
        path = tuple(self._tree.inclusion(index))
        return Entry(self._keys[index], self._values[index], index, path)


def check_absence(
    key: bytes, root: bytes, size: int, before: Entry | None, after: Entry | None
) -> None:
    """Check that a hashed key is not in the map with this root and size.

    Raises `ValueError` with what does not hold.
    """
    first = 0 if before is None else before.index + 1
    if first != (size if after is None else after.index):
        raise ValueError("the two neighbours do not stand side by side")
    for entry in (before, after):
        if entry is not None and entry.root(size) != root:
            raise ValueError("a neighbour is not in the map")
    if before is None and after is None and root != MerkleTree([]).root:
        raise ValueError("the map is not empty")
    if before is not None and not before.key < key:
        raise ValueError("the neighbour before does not come before it")
    if after is not None and not key < after.key:
        raise ValueError("the neighbour after does not come after it")


def _leaf(key: bytes, value: bytes) -> bytes:
    return leaf_hash(key + value)
