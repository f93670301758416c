"""The quick answers must be those of the full search."""

import numpy as np
import pytest

from clearreel.stages.boundaries.likeness import (
    HEIGHT,
    WIDTH,
    alike,
    by_chance,
    cells,
    distance,
    reaches,
    residuals,
    unlikeness,
)
from clearreel.testing import scenes


def picture(seed: int, tick: int = 0) -> np.ndarray:
    whole = scenes.Reel((scenes.Shot(40, seed, "pan"),), 5 * WIDTH, 5 * HEIGHT, numbered=False)
    parts = whole.frame(tick).reshape(HEIGHT, 5, WIDTH, 5, 3)
    return parts.mean((1, 3)).astype(np.uint8)


def test_a_moved_block_is_found_wherever_it_went() -> None:
    before = picture(1)
    for down, across in ((0, 0), (3, -7), (-6, 10)):
        left = residuals(before, np.roll(before, (down, across), (0, 1)))
        assert left[2:4, 2:6].max() == 0


@pytest.mark.parametrize("seeds", [(1, 1), (1, 2), (3, 4)])
def test_searching_less_gives_a_bound(seeds: tuple[int, int]) -> None:
    one, other = picture(seeds[0]), picture(seeds[1], tick=12)
    assert (residuals(one, other, skip=2) >= residuals(one, other)).all()
    assert distance(one, other) >= residuals(one, other).mean()


@pytest.mark.parametrize("seeds", [(1, 1), (1, 2), (3, 4)])
def test_quick_and_full_answers_agree(seeds: tuple[int, int]) -> None:
    one, other = picture(seeds[0]), picture(seeds[1], tick=12)
    full = unlikeness(one, other)
    for factor in (0.5, 0.9, 1.1, 2.0):
        assert reaches(one, other, factor * full.residual) == (factor > 1)
        assert alike(one, other, factor * full.share) == (factor > 1)


def test_chance_is_the_mean_over_all_pairs_of_pixels() -> None:
    one, other = picture(5), picture(6)
    left, right = one.reshape(-1, 3).astype(int), other.reshape(-1, 3).astype(int)
    pairs = np.abs(left[:, None] - right[None]).mean()
    assert by_chance(one, other) == pytest.approx(pairs)


def test_cells_are_means() -> None:
    one = picture(7)
    assert cells(one[None])[0, 2, 3] == pytest.approx(one[8:12, 12:16].mean((0, 1)))
