from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearreel.collection import duplicates
from clearreel.collection.duplicates import Vectors, find_duplicates, near_pairs


def grouped(count: int, size: int = 5, noise: float = 0.16, length: int = 64) -> Vectors:
    """Groups of `size` vectors of about the same direction, in a mixed order."""
    chooser = np.random.default_rng(count)
    middles = chooser.normal(size=(count // size, length))
    middles /= np.linalg.norm(middles, axis=1, keepdims=True)
    vectors = np.repeat(middles, size, axis=0)
    vectors += chooser.normal(size=vectors.shape) * noise / np.sqrt(length)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors[chooser.permutation(len(vectors))], np.float32)


def all_pairs(vectors: Vectors, threshold: float) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    for begin in range(0, len(vectors), 1000):
        products = vectors[begin : begin + 1000] @ vectors.T
        rows, columns = np.nonzero(products >= threshold)
        found |= {(begin + int(i), int(j)) for i, j in zip(rows, columns, strict=True)}
    return {(i, j) for i, j in found if i < j}


@pytest.mark.parametrize(("noise", "threshold"), [(0.16, 0.95), (0.45, 0.8)])
def test_nearly_all_pairs_are_found_beyond_brute_force(noise: float, threshold: float) -> None:
    vectors = grouped(20_000, noise=noise)
    truth = all_pairs(vectors, threshold)
    found = {(i, j) for i, j, _ in near_pairs(vectors, threshold)}
    assert len(truth) > 10_000 and found <= truth
    assert len(found) / len(truth) >= 0.99


def test_work_grows_slower_than_all_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []
    original = duplicates._pairs_between

    def counted(vectors: Vectors, left: Vectors, right: Vectors, threshold: float) -> object:
        compared.append(len(left) * len(right))
        return original(vectors, left, right, threshold)

    monkeypatch.setattr(duplicates, "_pairs_between", counted)
    work = {}
    for count in (5_000, 20_000):
        compared.clear()
        list(near_pairs(grouped(count), 0.95))
        work[count] = sum(compared)
    assert work[20_000] < 20_000**2 / 8
    assert work[20_000] / work[5_000] < 4**1.7, "n^1.5 is what it should be, n^2 all pairs"


@pytest.mark.parametrize("count", [1_000, 3_000])
def test_no_two_that_are_left_look_the_same(count: int) -> None:
    vectors = grouped(count)
    dropped = {item.clip for item in find_duplicates(vectors, 0.95, range(count))}
    left = [place for place in range(count) if place not in dropped]
    near = all_pairs(vectors[left], 0.95)
    assert len(near) <= 0.01 * len(dropped)


def test_the_best_is_kept() -> None:
    vectors = grouped(1_000)
    order = np.random.default_rng(1).permutation(1_000).tolist()
    rank = {place: number for number, place in enumerate(order)}
    found = find_duplicates(vectors, 0.95, order)
    dropped = {item.clip for item in found}
    assert found
    for item in found:
        assert rank[item.of] < rank[item.clip] and item.of not in dropped
        assert item.cosine == pytest.approx(float(vectors[item.clip] @ vectors[item.of]), abs=1e-5)


def test_a_chain_is_not_dropped_as_a_whole() -> None:
    angles = np.deg2rad([0, 15, 30, 45])  # neighbours have a cosine of 0.966
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert {item.clip for item in find_duplicates(vectors, 0.95, [0, 1, 2, 3])} == {1, 3}


@pytest.mark.parametrize("count", [500, 3_000])
def test_the_same_input_gives_the_same_result(count: int) -> None:
    vectors = grouped(count)
    order = list(range(count))
    assert find_duplicates(vectors, 0.95, order) == find_duplicates(vectors, 0.95, order)


@settings(max_examples=50)
@given(st.integers(0, 60), st.integers(0, 2**32 - 1))
def test_few_vectors_are_compared_with_all(count: int, seed: int) -> None:
    vectors = np.random.default_rng(seed).normal(size=(count, 3))
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    single = vectors.astype(np.float32)
    assert {(i, j) for i, j, _ in near_pairs(single, 0.9)} == all_pairs(single, 0.9)
