from __future__ import annotations

import numpy as np
import pytest

from clearreel.stages.bars import Bars
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import reel
from clearreel.testing.views import clip_view

HEIGHT, WIDTH = 360, 640
SIDES = {"top": HEIGHT, "bottom": HEIGHT, "left": WIDTH, "right": WIDTH}


@pytest.fixture
def scene():
    """Bright pictures without bars."""
    footage = reel(3, width=WIDTH, height=HEIGHT, seed=8)
    return [np.maximum(footage.frame(number), 50) for number in range(3)]


def barred(pictures, top=0, bottom=0, left=0, right=0, noise=0):
    random = np.random.default_rng(1)
    for picture in pictures:
        inside = np.zeros((HEIGHT, WIDTH, 1), bool)
        inside[top : HEIGHT - bottom, left : WIDTH - right] = True
        black = random.integers(0, noise + 1, picture.shape)
        yield np.where(inside, picture, black).astype(np.uint8)


@pytest.mark.parametrize("noise", [0, 12])
@pytest.mark.parametrize(
    "bars",
    [
        {},
        {"top": 45, "bottom": 45},
        {"top": 30},
        {"left": 80, "right": 80},
        {"left": 219, "right": 219},  # a portrait picture in a landscape one
        {"top": 20, "bottom": 24, "left": 64, "right": 32},
    ],
)
def test_bars_are_measured_to_the_line(seen, scene, bars, noise):
    facts = Bars().measure(seen(list(barred(scene, **bars, noise=noise))))
    lines = [bars.get(side, 0) for side in SIDES]
    found = [facts[f"bar_{side}"] * size for side, size in SIDES.items()]
    assert found == pytest.approx(lines)
    area = (1 - (lines[0] + lines[1]) / HEIGHT) * (1 - (lines[2] + lines[3]) / WIDTH)
    assert facts["bars"] == pytest.approx(1 - area)


def test_a_sky_that_grows_light_slowly_is_no_bar(seen):
    ramp = np.clip(np.arange(HEIGHT) - 100, 0, 120)[:, None, None]
    sky = np.broadcast_to(ramp, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    assert Bars().measure(seen([sky]))["bars"] == 0


def test_a_night_with_one_lit_tower_has_no_bars(seen):
    night = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    night[60:, 300:330] = 200
    night[240:] = 90
    assert Bars().measure(seen([night]))["bars"] == 0


def test_what_lights_up_in_one_still_is_no_bar(seen, scene):
    stills = list(barred(scene, top=45, bottom=45))
    stills[1][:45] = 60
    facts = Bars().measure(seen(stills))
    assert facts["bar_top"] == 0
    assert facts["bar_bottom"] == pytest.approx(45 / HEIGHT)


def test_a_black_still_among_others_says_nothing(seen, scene):
    stills = [*barred(scene, top=45, bottom=45), np.zeros((HEIGHT, WIDTH, 3), np.uint8)]
    assert Bars().measure(seen(stills))["bars"] == pytest.approx(90 / HEIGHT)


def test_nothing_is_said_of_a_clip_that_is_black_throughout(seen):
    facts = Bars().measure(seen([np.full((HEIGHT, WIDTH, 3), 3, np.uint8)] * 3))
    assert set(facts.values()) == {None}


def test_a_ragged_edge_is_no_bar(seen, scene):
    assert Bars().measure(seen(list(barred(scene, top=3))))["bars"] == 0


@pytest.mark.parametrize("codec", ["libx264", "mpeg4"])
def test_bars_survive_coarse_coding_and_scaling(tmp_path, codec):
    """720 lines, of which bars take 92 above and below: 2.39:1, coded badly, seen at 360 lines."""
    pictures = []
    for number in range(0, 24, 2):
        picture = np.maximum(reel(24, width=1280, height=720, seed=8).frame(number), 50)
        picture[:92] = picture[-92:] = 0
        pictures.append(picture)
    quality = {"libx264": 42, "mpeg4": 20}[codec]
    path = write(tmp_path / "wide.mp4", pictures, video=Video(codec=codec, quality=quality))
    facts = Bars().measure(clip_view(path))
    assert facts["bar_top"] == pytest.approx(92 / 720, abs=1.01 / 360)
    assert facts["bar_bottom"] == pytest.approx(92 / 720, abs=1.01 / 360)
    assert (facts["bar_left"], facts["bar_right"]) == (0, 0)
