from __future__ import annotations

import numpy as np
import pytest

from clearreel.stages.light import Light
from clearreel.stages.luma import luma


def plain(red, green, blue):
    return np.full((36, 64, 3), (red, green, blue), np.uint8)


@pytest.mark.parametrize(
    ("colour", "brightness", "saturation"),
    [
        ((0, 0, 0), 0, 0),
        ((255, 255, 255), 255, 0),
        ((128, 128, 128), 128, 0),
        ((255, 0, 0), 0.2126 * 255, 1),
        ((0, 255, 0), 0.7152 * 255, 1),
        ((0, 0, 255), 0.0722 * 255, 1),
        ((100, 100, 49), 0.9278 * 100 + 0.0722 * 49, 0.2),
    ],
)
def test_a_plain_colour(seen, colour, brightness, saturation):
    facts = Light().measure(seen([plain(*colour)]))
    assert facts["brightness"] == pytest.approx(brightness, abs=0.01)
    assert facts["saturation"] == pytest.approx(saturation)
    assert facts["contrast"] == pytest.approx(0, abs=1e-3)


def test_contrast_is_half_the_step_of_two_halves(seen):
    halves = plain(50, 50, 50)
    halves[:, 32:] = 200
    assert Light().measure(seen([halves]))["contrast"] == pytest.approx(75, abs=0.01)


def test_one_odd_still_does_not_decide_brightness_but_shows_in_the_areas(seen):
    stills = [plain(90, 90, 90), plain(255, 255, 255), plain(92, 92, 92)]
    facts = Light().measure(seen(stills))
    assert facts["brightness"] == pytest.approx(92, abs=0.01)
    assert facts["bright_area"] == 1
    assert facts["dark_area"] == 0


def test_areas_are_shares_of_the_pixels(seen):
    picture = plain(100, 100, 100)
    picture[:9] = 3
    picture[-18:] = 252
    facts = Light().measure(seen([picture]))
    assert (facts["dark_area"], facts["bright_area"]) == (0.25, 0.5)
    assert Light(dark=2.0).measure(seen([picture]))["dark_area"] == 0


def test_luma_is_bt709_full_range():
    assert luma(plain(10, 20, 30))[0, 0] == pytest.approx(0.2126 * 10 + 0.7152 * 20 + 0.0722 * 30)
