"""Merkle trees as in Certificate Transparency: RFC 9162, section 2.1.

One root hash of 32 bytes stands for a list of leaves in their order. An inclusion path shows that
a leaf is at a place in the list, a consistency path that one list begins with all of another; both
have about as many hashes as the list has binary digits. Leaves and inner nodes are hashed with
different first bytes, so that neither can pass for the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256().digest()


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf, 32 bytes."""
    return hashlib.sha256(b"\0" + leaf).digest()


class MerkleTree:
    """The tree over a list of leaves, with all of its nodes in memory: 64 bytes a leaf and more."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        """`leaves` are leaf hashes, as `leaf_hash` gives them."""
        level = list(leaves)
        self._levels = [level]
        while len(level) > 1:
            pairs = [_node(*level[at : at + 2]) for at in range(0, len(level) - 1, 2)]
            # A last node without a sibling moves up as it is.
            level = pairs + level[len(pairs) * 2 :]
            self._levels.append(level)

    def __len__(self) -> int:
        return len(self._levels[0])

    @property
    def root(self) -> bytes:
        """The hash that stands for all leaves and their order."""
        return self._levels[-1][0] if len(self) else EMPTY_ROOT

    def inclusion(self, index: int) -> list[bytes]:
        """The path of the leaf at `index`, from its sibling upwards (2.1.3.1)."""
        if not 0 <= index < len(self):
            raise IndexError(f"leaf {index} of {len(self)}")
        path = []
        for level in self._levels[:-1]:
            sibling = index ^ 1
            if sibling < len(level):
                path.append(level[sibling])
            index >>= 1
        return path

    def consistency(self, old_size: int) -> list[bytes]:
        """What shows that the tree over the first `old_size` leaves became this one (2.1.4.1)."""
        if not 0 < old_size <= len(self):
            raise IndexError(f"{old_size} of {len(self)} leaves")
        path = []
        start, end, known = 0, len(self), True
        while old_size < end:
            split = start + _largest_power_below(end - start)
            if old_size <= split:
                path.append(self._subtree(split, end))
                end = split
            else:
                path.append(self._subtree(start, split))
                start, known = split, False
        if not known:
            path.append(self._subtree(start, end))
        return path[::-1]

    def _subtree(self, start: int, end: int) -> bytes:
        """The root of the leaves `start` to `end`, which have to be below one node."""
        height = (end - start - 1).bit_length()
        return self._levels[height][start >> height]


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root of a tree of `size` leaves that has the leaf hash `leaf` at `index` (2.1.3.2).

    Raises `ValueError` when the path is not as long as that place in that tree asks for.
    """
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} among {size}")
    node, last, left = leaf, size - 1, list(path)
    while last:
        if index & 1 or index < last:
            if not left:
                raise ValueError("the path is too short")
            sibling = left.pop(0)
            node = _node(sibling, node) if index & 1 else _node(node, sibling)
        index, last = index >> 1, last >> 1
    if left:
        raise ValueError("the path is too long")
    return node


def is_consistent(
    old_root: bytes, old_size: int, new_root: bytes, new_size: int, path: Sequence[bytes]
) -> bool:
    """Whether `path` shows that the new tree begins with all of the old one (2.1.4.2)."""
    if not 0 < old_size <= new_size:
        return False
    if old_size == new_size:
        return not path and old_root == new_root
    hashes = list(path)
    if old_size & (old_size - 1) == 0:
        hashes.insert(0, old_root)
    if not hashes:
        return False
    index, last = old_size - 1, new_size - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    old = new = hashes.pop(0)
    for sibling in hashes:
        if last == 0:
            return False
        if index & 1 or index == last:
            old, new = _node(sibling, old), _node(sibling, new)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            new = _node(new, sibling)
        index, last = index >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def _largest_power_below(count: int) -> int:
    """The largest power of two that is smaller than `count`, which is at least 2."""
    return 1 << (count - 1).bit_length() - 1
