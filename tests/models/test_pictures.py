from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearreel.models.pictures import fit, resize
from clearreel.models.regions import label

sides = st.integers(1, 70)


@given(sides, sides, sides, sides, st.integers(0, 255))
def test_one_colour_stays_one_colour(old_height, old_width, height, width, level):
    picture = np.full((old_height, old_width, 3), level, np.uint8)
    resized = resize(picture, height, width)
    assert resized.shape == (height, width, 3)
    np.testing.assert_allclose(resized, level, atol=1e-3)


def test_a_ramp_stays_a_ramp():
    ramp = np.broadcast_to(np.arange(200, dtype=np.uint8)[None, :, None], (10, 200, 3))
    shrunk = resize(ramp, 10, 50)[:, 2:-2]
    np.testing.assert_allclose(shrunk, np.broadcast_to(shrunk[:1, :, :1], shrunk.shape), atol=1e-4)
    np.testing.assert_allclose(np.diff(shrunk[0, :, 0]), 4, atol=1e-3)


def test_enlarging_is_bilinear():
    picture = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
    expected = cv2.resize(picture.astype(np.float32), (150, 90), interpolation=cv2.INTER_LINEAR)
    np.testing.assert_allclose(resize(picture, 90, 150), expected, atol=0.02)


def test_shrinking_does_not_alias():
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::2] = 255
    np.testing.assert_allclose(resize(stripes, 64, 20)[:, 1:-1], 127.5, atol=10)


def test_a_batch_is_resized_like_its_pictures():
    pictures = np.random.default_rng(0).integers(0, 256, (3, 40, 60, 3), np.uint8)
    singly = [resize(picture, 20, 33) for picture in pictures]
    np.testing.assert_array_equal(resize(pictures, 20, 33), singly)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((720, 1280), (384, 640)),
        ((144, 176), (160, 192)),
        ((1, 1), (32, 32)),
        ((9, 6400), (32, 640)),
    ],
)
def test_fit_shrinks_and_rounds_up(size, expected):
    assert fit(*size, 640, 32) == expected


@given(st.integers(0, 2**32), st.integers(1, 30), st.integers(1, 30), st.floats(0, 1))
def test_regions_are_those_of_opencv(seed, height, width, share):
    mask = np.random.default_rng(seed).random((height, width)) < share
    count, expected = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    labels, found = label(mask)
    assert found == count - 1
    pairs = set(zip(labels.ravel().tolist(), expected.ravel().tolist(), strict=True))
    assert len(pairs) == len(np.unique(expected))  # the same regions, whatever their numbers
