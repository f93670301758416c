from __future__ import annotations

import cv2
import numpy as np
import pytest

from clearreel.pinned import fetch_sample
from clearreel.stages.contract import Run
from clearreel.stages.motion import Motion
from clearreel.testing.views import clip_view

WIDTH, HEIGHT, FPS = 160, 90, 25


@pytest.fixture(scope="module")
def texture():
    random = np.random.default_rng(4)
    layers = [
        cv2.GaussianBlur(random.normal(0, 1, (270, 480)), (0, 0), sigma) for sigma in (1.5, 4, 12)
    ]
    value = sum(30 * layer / layer.std() for layer in layers)
    return np.clip(128 + value, 0, 255).astype(np.uint8)


def filmed(texture, pan=0.0, tilt=0.0, zoom=0.0, roll=0.0):
    """A run whose content moves by (pan, tilt) pixels, grows and turns a frame, clockwise."""
    pictures = []
    for number in range(2):
        # OpenCV turns counter-clockwise and works in the texture's pixels.
        matrix = cv2.getRotationMatrix2D((240, 135), -number * roll, (1 + zoom) ** number)
        matrix[:, 2] += (number * pan, number * tilt)
        moved = cv2.warpAffine(texture, matrix, (480, 270), flags=cv2.INTER_CUBIC)
        pictures.append(moved[90 : 90 + HEIGHT, 160 : 160 + WIDTH])
    return np.stack(pictures)


@pytest.mark.parametrize(
    ("movement", "word", "speed"),
    [
        ({}, "static", 0),
        ({"pan": 2}, "pan", 2 * FPS / HEIGHT),
        ({"pan": -5, "tilt": 0.5}, "pan", np.hypot(5, 0.5) * FPS / HEIGHT),
        ({"tilt": 1}, "tilt", FPS / HEIGHT),
        # The mean distance from the centre of a 16:9 picture is 0.519 heights.
        ({"zoom": 0.02}, "zoom", 0.519 * 0.02 * FPS),
        ({"roll": 1.5}, "roll", 0.519 * np.radians(1.5) * FPS),
        ({"pan": 2, "tilt": 2}, "mixed", np.hypot(2, 2) * FPS / HEIGHT),
    ],
)
def test_a_moving_camera(seen, texture, movement, word, speed):
    facts = Motion().measure(seen(runs=[filmed(texture, **movement)] * 3))
    assert facts["camera_move"] == word
    assert facts["motion"] == pytest.approx(speed, rel=0.06, abs=0.002)
    assert facts["camera_motion"] == pytest.approx(speed, rel=0.06, abs=0.002)
    assert facts["subject_motion"] < 0.01 + 0.05 * speed


def test_a_moving_subject_before_a_static_camera(seen, texture):
    run = filmed(texture)
    for number, picture in enumerate(run):
        left = 40 + 3 * number
        picture[30:60, left : left + 40] = texture[200:230, 20:60]
    facts = Motion().measure(seen(runs=[run]))
    assert facts["camera_move"] == "static"
    assert facts["camera_motion"] < 0.01
    assert facts["motion_floor"] < 0.01
    # The subject covers a twelfth of the picture.
    assert facts["subject_motion"] == pytest.approx(3 * FPS / HEIGHT / 12, rel=0.5)


def test_a_moving_subject_before_a_panning_camera(seen, texture):
    run = filmed(texture, pan=3)
    for picture in run:
        picture[30:60, 60:100] = texture[200:230, 20:60]
    facts = Motion().measure(seen(runs=[run]))
    assert facts["camera_move"] == "pan"
    assert facts["camera_motion"] == pytest.approx(3 * FPS / HEIGHT, rel=0.05)
    assert facts["subject_motion"] == pytest.approx(3 * FPS / HEIGHT / 12, rel=0.5)


def test_the_unit_depends_neither_on_size_nor_on_rate(seen, texture):
    large = filmed(texture, pan=4)
    small = np.stack([cv2.resize(one, (80, 45), interpolation=cv2.INTER_AREA) for one in large])
    slow = Run(0, filmed(texture, pan=8), 2 / FPS)
    clip = seen(runs=[large])
    speed = Motion().measure(clip)["motion"]
    assert Motion().measure(seen(runs=[small]))["motion"] == pytest.approx(speed, rel=0.05)
    other = type(clip)(**{**_fields(clip), "runs": (slow,)})
    assert Motion().measure(other)["motion"] == pytest.approx(speed, rel=0.05)


def test_a_fade_is_no_motion(seen, texture):
    run = filmed(texture)
    faded = np.stack([run[n] * (1 - 0.15 * n) for n in range(len(run))]).astype(np.uint8)
    assert Motion().measure(seen(runs=[faded]))["motion"] < 0.01


def test_the_mean_over_runs(seen, texture):
    runs = [filmed(texture), filmed(texture, pan=1), filmed(texture, pan=5)]
    assert Motion().measure(seen(runs=runs))["motion"] == pytest.approx(2 * FPS / HEIGHT, rel=0.05)


def test_nothing_is_said_without_a_run(seen):
    facts = Motion().measure(seen())
    assert set(facts.values()) == {None}


@pytest.mark.footage
def test_speeds_of_real_footage_rank_as_those_of_another_method():
    """Dense inverse search, with the same runs; rank correlation over clips of all kinds."""
    bunny = [(26, 217), (264, 313), (360, 593), (593, 745), (864, 900), (900, 988), (988, 1049)]
    clips = [clip_view(fetch_sample("bbb-trailer"), *shot) for shot in (*bunny, (1134, 1204))]
    clips += [clip_view(fetch_sample(name)) for name in ("speech", "toy", "bikes")]
    clips += [clip_view(fetch_sample("live-band-mp4"), at, at + 60) for at in (100, 500, 900)]
    ours = [Motion().measure(clip)["motion"] for clip in clips]
    theirs = [np.median([_dense_inverse_search(run) for run in clip.runs]) for clip in clips]
    ranks = [np.argsort(np.argsort(values)) for values in (ours, theirs)]
    assert np.corrcoef(*ranks)[0, 1] > 0.9


@pytest.mark.footage
def test_the_camera_in_real_footage():
    """As seen by eye: a tilt down from the sky, and shots from a tripod."""
    trailer = fetch_sample("bbb-trailer")
    words = [
        Motion().measure(clip_view(trailer, *shot))["camera_move"]
        for shot in [(26, 217), (264, 313), (864, 900), (988, 1049)]
    ]
    assert words == ["tilt", "static", "static", "static"]


def _dense_inverse_search(run):
    method = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    moved = method.calc(*run.luma, None)
    return np.linalg.norm(moved, axis=2).mean() / len(run.luma[0]) / run.seconds


def _fields(clip):
    return {name: getattr(clip, name) for name in clip.__dataclass_fields__}
