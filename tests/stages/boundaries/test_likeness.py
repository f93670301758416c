"""The quick answers must be those of a full search, or close to them."""

import numpy as np
import pytest

from clearreel.stages.boundaries.likeness import (
    alike,
    by_chance,
    cells,
    distance,
    reaches,
    recoloured,
    unlikeness,
)
from clearreel.stages.boundaries.matching import (
    BLOCK_HEIGHT,
    BLOCK_WIDTH,
    HEIGHT,
    WIDTH,
    Picture,
    residuals,
)
from clearreel.testing import scenes


def picture(seed: int, tick: int = 0) -> np.ndarray:
    whole = scenes.Reel((scenes.Shot(40, seed, "pan"),), 5 * WIDTH, 5 * HEIGHT, numbered=False)
    parts = whole.frame(tick).reshape(HEIGHT, 5, WIDTH, 5, 3)
    return parts.mean((1, 3)).astype(np.uint8)


def test_a_moved_block_is_found_wherever_it_went() -> None:
    before = picture(1)
    for down, across in ((0, 0), (4, -8), (-6, 10)):
        left = residuals(before, np.roll(before, (down, across), (0, 1))).reshape(6, 8)
        assert left[2:4, 2:6].max() == 0


def every_place(before: Picture, after: Picture) -> np.ndarray:
    """What `residuals` would be if each place were tried."""
    there = np.pad(before.astype(int), ((6, 6), (10, 10), (0, 0)), mode="edge")
    least = []
    for top in range(0, HEIGHT, BLOCK_HEIGHT):
        for left in range(0, WIDTH, BLOCK_WIDTH):
            block = after[top : top + BLOCK_HEIGHT, left : left + BLOCK_WIDTH].astype(int)
            errors = [
                np.abs(
                    there[top + y : top + y + BLOCK_HEIGHT, left + x : left + x + BLOCK_WIDTH]
                    - block
                ).mean()
                for y in range(13)
                for x in range(21)
            ]
            least.append(min(errors))
    return np.array(least)


@pytest.mark.parametrize("seeds", [(1, 1), (1, 2), (3, 4)])
def test_little_is_missed_by_searching_coarsely_first(seeds: tuple[int, int]) -> None:
    one, other = picture(seeds[0]), picture(seeds[1], tick=12)
    full, found = every_place(one, other), residuals(one, other)
    assert (found >= full - 1e-4).all()
    assert found.mean() <= 1.1 * full.mean() + 0.5


def test_a_move_by_an_odd_number_of_pixels_is_found_as_well() -> None:
    before = picture(1)
    after = np.roll(before, (3, -7), (0, 1))
    assert residuals(before, after).reshape(6, 8)[2:4, 2:6].mean() < 0.1 * distance(before, after)


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


def test_colours_do_not_depend_on_where_they_are() -> None:
    random = np.random.default_rng(5)
    picture = random.integers(0, 256, (36, 64, 3), np.uint8)
    assert recoloured(picture, picture[::-1, ::-1]) == 0
    other = picture.copy()
    other[:18] = picture[:18] // 2 + 100  # half of the pixels
    assert 0.1 < recoloured(picture, other) < 0.5
    assert recoloured(picture // 4, picture // 4 + np.uint8(64)) == 1


def test_dark_pictures_have_colours_too() -> None:
    random = np.random.default_rng(5)
    stage = random.integers(0, 24, (36, 64, 3), np.uint8)
    other = random.integers(12, 36, (36, 64, 3), np.uint8)
    assert recoloured(stage, other) > 0.5
