from __future__ import annotations

import numpy as np
import pytest

from clearreel.stages.camera import STILL, Camera, camera_word, fit_camera

ASPECT = 16 / 9


@pytest.fixture
def places():
    x, y = np.meshgrid(np.linspace(-ASPECT / 2, ASPECT / 2, 40), np.linspace(-0.5, 0.5, 23))
    return x.ravel(), y.ravel()


CAMERAS = [
    Camera(0.3, -0.1, 0, 0),
    Camera(0, 0, 0.2, 0),
    Camera(0, 0, 0, -0.4),
    Camera(-0.5, 0.2, 0.1, 0.3),
    STILL,
]


@pytest.mark.parametrize("camera", CAMERAS)
def test_a_similarity_is_found_again_behind_a_subject_and_noise(places, camera):
    x, y = places
    u, v = camera.at(x, y)
    random = np.random.default_rng(0)
    u, v = u + random.normal(0, 0.01, u.shape), v + random.normal(0, 0.01, v.shape)
    subject = x > 0.25  # 36 % of the picture
    u[subject] += 0.8
    found = fit_camera(x, y, u, v, np.ones_like(x))
    for name in ("pan", "tilt", "zoom", "roll"):
        assert getattr(found, name) == pytest.approx(getattr(camera, name), abs=0.02)


def test_places_without_trust_do_not_count(places):
    x, y = places
    sky = y < 0.2  # most of the picture
    u = np.where(sky, 0.0, 0.3)
    found = fit_camera(x, y, u, np.zeros_like(u), np.where(sky, 0.0, 1.0))
    assert found.pan == pytest.approx(0.3, abs=0.01)


def test_without_texture_the_camera_stands_still(places):
    x, y = places
    assert fit_camera(x, y, np.ones_like(x), np.ones_like(x), np.zeros_like(x)) == STILL


@pytest.mark.parametrize(
    ("cameras", "word"),
    [
        ([STILL, STILL, STILL], "static"),
        ([Camera(0.01, 0, 0, 0)] * 3, "static"),
        ([Camera(-0.3, 0.02, 0, 0)] * 3, "pan"),
        ([Camera(0.05, 0.3, 0, 0)] * 3, "tilt"),
        ([Camera(0, 0, 0.2, 0.01)] * 3, "zoom"),
        ([Camera(0, 0, 0, 0.2)] * 3, "roll"),
        ([Camera(0.2, 0.2, 0, 0)] * 3, "mixed"),
        ([Camera(0.2, 0, 0, 0), Camera(-0.2, 0, 0, 0), Camera(0.1, 0, 0, 0)], "mixed"),
        ([STILL, Camera(2, 0, 0, 0), STILL], "static"),
    ],
)
def test_the_word(cameras, word):
    assert camera_word(cameras, ASPECT, still=0.02, clear=0.6) == word


def test_zoom_and_roll_weigh_as_much_as_they_move_the_picture(places):
    x, y = places
    u, v = Camera(0, 0, 1, 0).at(x, y)
    rms = float(np.sqrt((u**2 + v**2).mean()))
    # A little more and a little less than a pan of the same movement.
    assert camera_word([Camera(rms * 0.7, 0, 1, 0)], ASPECT, still=0.02, clear=0.6) == "zoom"
    assert camera_word([Camera(rms * 1.4, 0, 1, 0)], ASPECT, still=0.02, clear=0.6) == "pan"
