"""Clips that show the same, and which one of them is kept.

Semantic de-duplication in the manner of SemDeDup (Abbas et al., 2023): clips are compared within
clusters only. Here every vector looks into the few clusters nearest to it instead of one, so that
pairs that lie on both sides of a border are found too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

BRUTE_FORCE = 2048
"""Up to so many vectors all pairs are compared; beyond, clusters."""
PROBES = 12
"""Clusters that each vector looks into."""
BLOCK = 1024
"""Rows of a matrix of products that is held at a time."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A clip that is dropped, by its place in the input, and the better one that stands for it."""

    clip: int
    of: int
    cosine: float


def find_duplicates(vectors: Vectors, threshold: float, order: Sequence[int]) -> list[Duplicate]:
    """Which vectors are dropped so that no two of cosine >= threshold are left.

    `vectors`: float32 (n, d), of length 1 each. `order`: all places, best first. A clip is dropped
    when a better one that is kept lies within the threshold, so a chain of small changes is not
    dropped as a whole: its ends may both stay.
    """
    neighbours: dict[int, list[tuple[int, float]]] = {}
    for left, right, cosine in near_pairs(vectors, threshold):
        neighbours.setdefault(left, []).append((right, cosine))
        neighbours.setdefault(right, []).append((left, cosine))
    kept: set[int] = set()
    duplicates = []
    for place in order:
        near = [(cosine, -other) for other, cosine in neighbours.get(place, ()) if other in kept]
        if near:
            cosine, other = max(near)
            duplicates.append(Duplicate(place, -other, cosine))
        else:
            kept.add(place)
    return duplicates


def near_pairs(vectors: Vectors, threshold: float) -> Iterator[tuple[int, int, float]]:
    """Pairs (i < j, cosine) with cosine >= threshold, each once.

    All of them up to `BRUTE_FORCE` vectors; beyond, with work that grows as n^1.5 and a recall
    that tests hold to at least 0.99.
    """
    if len(vectors) <= BRUTE_FORCE:
        places = np.arange(len(vectors))
        yield from set(_pairs_between(vectors, places, places, threshold))
        return
    centroids = _cluster(vectors, int(np.sqrt(len(vectors))))
    nearest = np.empty((len(vectors), PROBES), np.int32)
    home = np.empty(len(vectors), np.int32)
    for begin in range(0, len(vectors), BLOCK):
        products = vectors[begin : begin + BLOCK] @ centroids.T
        nearest[begin : begin + BLOCK] = np.argpartition(-products, PROBES, axis=1)[:, :PROBES]
        home[begin : begin + BLOCK] = products.argmax(axis=1)
    seen: set[tuple[int, int]] = set()
    for cluster in range(len(centroids)):
        at_home = np.flatnonzero(home == cluster)
        visitors = np.flatnonzero((nearest == cluster).any(axis=1))
        for left, right, cosine in _pairs_between(vectors, at_home, visitors, threshold):
            if (left, right) not in seen:
                seen.add((left, right))
                yield left, right, cosine


def _pairs_between(
    vectors: Vectors, left: NDArray[np.int64], right: NDArray[np.int64], threshold: float
) -> Iterator[tuple[int, int, float]]:
    for begin in range(0, len(left), BLOCK):
        rows = left[begin : begin + BLOCK]
        products = vectors[rows] @ vectors[right].T
        for i, j in zip(*np.nonzero(products >= threshold), strict=True):
            one, other = int(rows[i]), int(right[j])
            if one != other:
                yield min(one, other), max(one, other), float(products[i, j])


def _cluster(vectors: Vectors, count: int, rounds: int = 5) -> Vectors:
    """Spherical k-means on a sample, always the same for the same input."""
    chooser = np.random.default_rng(0)
    sample = vectors[chooser.permutation(len(vectors))[: 64 * count]]
    centroids = sample[:count].copy()
    for _ in range(rounds):
        home = (sample @ centroids.T).argmax(axis=1)
        sums = np.zeros_like(centroids)
        np.add.at(sums, home, sample)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centroids = np.where(lengths > 0, sums / np.maximum(lengths, 1e-12), centroids)
    return np.asarray(centroids, np.float32)
