"""Changes between shots."""

import numpy as np
import pytest

from clearreel.testing.joins import CUT, SIDES, Join, Side, named

OUT = np.full((40, 60, 3), 200, np.uint8)
IN = np.full((40, 60, 3), 40, np.uint8)


def test_a_dissolve_goes_from_one_to_the_other_in_even_steps() -> None:
    join = Join("dissolve", 3)
    assert [int(join.mix(OUT, IN, place)[0, 0, 0]) for place in range(3)] == [160, 120, 80]


@pytest.mark.parametrize("level", [0, 255])
def test_a_fade_passes_through_its_level(level: int) -> None:
    join = Join("fade", 5, level=level)
    pictures = [join.mix(OUT, IN, place) for place in range(5)]
    assert int(pictures[2].min()) == int(pictures[2].max()) == level
    assert abs(int(pictures[0][0, 0, 0]) - 200) < abs(int(pictures[1][0, 0, 0]) - 200)


@pytest.mark.parametrize("border", [0.0, 0.1])
@pytest.mark.parametrize("side", SIDES)
def test_a_wipe_comes_from_its_side(side: Side, border: float) -> None:
    join = Join("wipe", 9, side=side, border=border)
    middle = join.mix(OUT, IN, 4)
    corners = {"left": (20, 0), "right": (20, 59), "top": (0, 30), "bottom": (39, 30)}
    opposite = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}[side]
    assert middle[corners[side]].tolist() == [40] * 3
    assert middle[corners[opposite]].tolist() == [200] * 3
    covered = [float((200.0 - join.mix(OUT, IN, place)).mean()) for place in range(9)]
    assert covered == sorted(covered)
    assert 0 < covered[0] < covered[-1] < 160


def test_names_make_joins() -> None:
    random = np.random.default_rng(0)
    assert named("cut", 12, random) == CUT
    assert named("white", 12, random) == Join("fade", 12, level=255)
    with pytest.raises(ValueError, match="no join 'iris'"):
        named("iris", 12, random)
