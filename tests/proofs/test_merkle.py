"""Against RFC 9162's definitions, written down as they are: recursive, and slow."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearreel.proofs.merkle import MerkleTree, is_consistent, leaf_hash, root_from_inclusion

SIZES = st.integers(1, 70)


def leaves(count: int) -> list[bytes]:
    return [b"leaf %d" % number for number in range(count)]


def split(count: int) -> int:
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def naive_root(of: list[bytes]) -> bytes:
    if not of:
        return hashlib.sha256(b"").digest()
    if len(of) == 1:
        return hashlib.sha256(b"\x00" + of[0]).digest()
    k = split(len(of))
    return hashlib.sha256(b"\x01" + naive_root(of[:k]) + naive_root(of[k:])).digest()


def naive_path(index: int, of: list[bytes]) -> list[bytes]:
    if len(of) == 1:
        return []
    k = split(len(of))
    if index < k:
        return [*naive_path(index, of[:k]), naive_root(of[k:])]
    return [*naive_path(index - k, of[k:]), naive_root(of[:k])]


def naive_subproof(m: int, of: list[bytes], known: bool) -> list[bytes]:
    if m == len(of):
        return [] if known else [naive_root(of)]
    k = split(len(of))
    if m <= k:
        return [*naive_subproof(m, of[:k], known), naive_root(of[k:])]
    return [*naive_subproof(m - k, of[k:], False), naive_root(of[:k])]


def tree(count: int) -> MerkleTree:
    return MerkleTree([leaf_hash(leaf) for leaf in leaves(count)])


@pytest.mark.parametrize("count", range(35))
def test_roots_and_inclusion_paths_are_the_standards(count: int) -> None:
    made = tree(count)
    assert made.root == naive_root(leaves(count)) and len(made) == count
    for index, leaf in enumerate(leaves(count)):
        path = made.inclusion(index)
        assert path == naive_path(index, leaves(count))
        assert root_from_inclusion(leaf_hash(leaf), index, count, path) == made.root


@pytest.mark.parametrize("new", range(1, 35))
def test_consistency_paths_are_the_standards(new: int) -> None:
    made = tree(new)
    for old in range(1, new + 1):
        path = made.consistency(old)
        assert path == naive_subproof(old, leaves(new), True)
        assert is_consistent(naive_root(leaves(old)), old, made.root, new, path)


def test_a_known_answer() -> None:
    """The tree of Certificate Transparency's own test vectors, with 8 leaves."""
    inputs = ["", "00", "10", "2021", "3031", "40414243"]
    inputs += ["5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    made = MerkleTree([leaf_hash(bytes.fromhex(text)) for text in inputs])
    assert made.root.hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@given(size=SIZES, data=st.data())
@settings(max_examples=150)
def test_a_path_proves_its_own_leaf_at_its_own_place_only(size: int, data: st.DataObject) -> None:
    made, index = tree(size), data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(-1, size + 2).filter(lambda place: place != index))
    path, leaf = made.inclusion(index), leaf_hash(leaves(size)[index])
    wrong = [
        (leaf_hash(b"another"), index, path),
        (leaf, other, path),
        (leaf, index, [*path, b"x" * 32]),
        (leaf, index, path[1:] if path else [leaf]),
        (leaf, index, [*path[:-1], b"x" * 32] if path else [b"x" * 32]),
    ]
    for case in wrong:
        try:
            assert root_from_inclusion(case[0], case[1], size, case[2]) != made.root
        except ValueError:
            continue


@given(new=SIZES, data=st.data())
@settings(max_examples=150)
def test_a_consistency_path_proves_nothing_else(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    made, old_root = tree(new), naive_root(leaves(old))
    path, wrong = made.consistency(old), b"x" * 32
    assert not is_consistent(wrong, old, made.root, new, path)
    assert not is_consistent(old_root, old, wrong, new, path)
    assert not is_consistent(old_root, old, made.root, new, [*path, wrong])
    assert not is_consistent(old_root, 0, made.root, new, path)
    assert not is_consistent(old_root, new + 1, made.root, new, path)
    for place in range(len(path)):
        changed = [*path[:place], wrong, *path[place + 1 :]]
        assert not is_consistent(old_root, old, made.root, new, changed)
        shorter = path[:place] + path[place + 1 :]
        assert not is_consistent(old_root, old, made.root, new, shorter)


def test_a_leaf_cannot_pass_for_a_node() -> None:
    left, right = (leaf_hash(leaf) for leaf in leaves(2))
    assert leaf_hash(left + right) != tree(2).root


def test_there_is_no_path_to_what_is_not_there() -> None:
    for index in (-1, 3):
        with pytest.raises(IndexError):
            tree(3).inclusion(index)
    for old in (0, 4):
        with pytest.raises(IndexError):
            tree(3).consistency(old)
