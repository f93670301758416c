from __future__ import annotations

import cv2
import numpy as np
import pytest

from clearreel.stages.flow import flow

SIZE = (160, 90)


@pytest.fixture(scope="module")
def texture():
    """A grey picture, larger than the frames that are cut out of it, with detail of all sizes."""
    random = np.random.default_rng(3)
    layers = [
        cv2.GaussianBlur(random.normal(0, 1, (270, 480)), (0, 0), sigma) for sigma in (1.5, 4, 12)
    ]
    value = sum(30 * layer / layer.std() for layer in layers)
    return np.clip(128 + value, 0, 255).astype(np.uint8)


def shifted(texture, dx, dy, frames=2, noise=0.0):
    """Frames whose content moves by (dx, dy) a frame, with the noise of a camera."""
    random = np.random.default_rng(0)
    pictures = []
    for number in range(frames):
        matrix = np.float32([[1, 0, number * dx - 160], [0, 1, number * dy - 90]])
        picture = cv2.warpAffine(texture, matrix, SIZE, flags=cv2.INTER_CUBIC)
        noisy = picture + random.normal(0, noise, picture.shape)
        pictures.append(np.clip(np.rint(noisy), 0, 255).astype(np.uint8))
    return np.stack(pictures)


@pytest.mark.parametrize(
    ("dx", "dy"), [(0, 0), (0.25, 0), (0, -0.5), (1, 1), (-3.5, 2), (8, 0), (0, 10), (16, -6)]
)
def test_a_known_shift_is_found(texture, dx, dy):
    moved = flow(shifted(texture, dx, dy))
    tolerance = 0.05 + 0.01 * np.hypot(dx, dy)
    assert np.median(moved.x) == pytest.approx(dx, abs=tolerance)
    assert np.median(moved.y) == pytest.approx(dy, abs=tolerance)
    # What left the picture is guessed from its surroundings, so the mean is allowed more.
    assert np.hypot(moved.x - dx, moved.y - dy).mean() < 0.1 + 0.06 * np.hypot(dx, dy)


def test_a_zoom_is_found_everywhere(texture):
    matrix = cv2.getRotationMatrix2D((240, 135), 0, 1.04)
    second = cv2.warpAffine(texture, matrix, texture.shape[::-1], flags=cv2.INTER_CUBIC)
    pair = np.stack([texture[90:180, 160:320], second[90:180, 160:320]])
    moved = flow(pair)
    x, y = np.meshgrid(np.arange(160) + 160 - 240, np.arange(90) + 90 - 135)
    assert np.hypot(moved.x - 0.04 * x, moved.y - 0.04 * y).mean() < 0.15


@pytest.mark.parametrize("change", [lambda p: p * 0.7, lambda p: p + 25, lambda p: 0.5 * p + 60])
def test_a_change_of_light_is_no_motion(texture, change):
    still = texture[90:180, 160:320].astype(np.float64) * 0.8
    pair = np.stack([still, np.clip(change(still), 0, 255)]).astype(np.uint8)
    moved = flow(pair)
    assert np.hypot(moved.x, moved.y).mean() < 0.1


def test_noise_alone_moves_little(texture):
    moved = flow(shifted(texture, 0, 0, noise=1.0))
    assert np.hypot(moved.x, moved.y).mean() < 0.2


def test_a_part_without_texture_follows_its_surroundings(texture):
    pictures = shifted(texture, 4, 0)
    for number, picture in enumerate(pictures):
        picture[35:55, 70 + 4 * number : 90 + 4 * number] = 128
    moved = flow(pictures)
    assert moved.x[0, 45, 80] == pytest.approx(4, abs=0.5)
    assert moved.trust[0, 45, 80] < 0.1


def test_what_leaves_the_picture_is_not_trusted(texture):
    moved = flow(shifted(texture, 10, 0))
    assert moved.trust[0, :, 152:].max() == 0
    assert moved.trust[0, :, :140].mean() > 0.3


def test_every_pair_is_measured_by_itself(texture):
    pictures = shifted(texture, 3, 1, frames=4)
    together = flow(pictures)
    assert together.x.shape == (3, 90, 160)
    alone = flow(pictures[1:3])
    np.testing.assert_allclose(together.x[1], alone.x[0], atol=1e-3)


def test_it_is_no_worse_than_opencvs_farneback(texture):
    """On shifts of up to a tenth of the height, with camera noise."""
    ours, theirs = [], []
    for dx, dy in [(0.5, 0.3), (2, -1), (5, 2), (-8, 3)]:
        first, second = shifted(texture, dx, dy, noise=1.0)
        moved = flow(np.stack([first, second]))
        ours.append(np.hypot(moved.x - dx, moved.y - dy).mean())
        reference = cv2.calcOpticalFlowFarneback(first, second, None, 0.5, 4, 13, 3, 5, 1.1, 0)
        theirs.append(np.hypot(reference[..., 0] - dx, reference[..., 1] - dy).mean())
    assert np.mean(ours) < np.mean(theirs)


@pytest.mark.parametrize("shape", [(2, 16, 16), (2, 284, 160), (2, 20, 160)])
def test_small_and_odd_shapes_work(shape):
    pictures = np.random.default_rng(0).integers(0, 255, shape).astype(np.uint8)
    assert flow(pictures).x.shape == (1, *shape[1:])
