"""Connected regions of a mask, with numpy and a union-find over runs of pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def label(mask: NDArray[np.bool_]) -> tuple[NDArray[np.int32], int]:
    """Labels int32 (H, W), 0 outside of `mask` and 1 … n inside, and n.

    Pixels that touch at a side or a corner belong to the same region.
    """
    padded = np.pad(mask, ((0, 0), (1, 1))).astype(np.int8)
    edges = np.diff(padded, axis=1)
    rows, starts = np.nonzero(edges == 1)
    ends = np.nonzero(edges == -1)[1]
    parents = list(range(len(rows)))

    def root(run: int) -> int:
        while parents[run] != run:
            parents[run] = parents[parents[run]]
            run = parents[run]
        return run

    first_of_row: list[int] = np.searchsorted(rows, np.arange(mask.shape[0] + 1)).tolist()
    for row in range(1, mask.shape[0]):
        above, here = first_of_row[row - 1], first_of_row[row]
        while above < first_of_row[row] and here < first_of_row[row + 1]:
            if starts[above] <= ends[here] and starts[here] <= ends[above]:
                parents[root(here)] = root(above)
            if ends[above] < ends[here]:
                above += 1
            else:
                here += 1
    roots = [root(run) for run in range(len(rows))]
    numbers = {found: number for number, found in enumerate(dict.fromkeys(roots), 1)}
    labels = np.zeros(mask.shape, np.int32)
    for y, start, end, found in zip(rows, starts, ends, roots, strict=True):
        labels[y, start:end] = numbers[found]
    return labels, len(numbers)
