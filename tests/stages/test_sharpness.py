from __future__ import annotations

import cv2
import numpy as np
import pytest

from clearreel.stages.luma import luma
from clearreel.stages.sharpness import Sharpness, laplacian
from clearreel.testing.scenes import reel


@pytest.fixture
def picture():
    return reel(1, width=320, height=180, seed=5).frame(0)


def test_it_is_the_number_that_opencv_gives(seen, picture):
    grey = luma(picture)
    expected = cv2.Laplacian(grey.astype(np.float64), cv2.CV_64F)
    np.testing.assert_allclose(laplacian(grey), expected, atol=1e-3)
    measured = Sharpness().measure(seen([picture]))["sharpness"]
    assert measured == pytest.approx(expected.var(), rel=1e-4)


def test_it_falls_with_every_blur(seen, picture):
    blurred = [picture, *(cv2.GaussianBlur(picture, (0, 0), sigma) for sigma in (0.7, 1.5, 3, 6))]
    values = [Sharpness().measure(seen([one]))["sharpness"] for one in blurred]
    assert values == sorted(values, reverse=True)
    assert values[0] > 20 * values[-1]


def test_one_blurred_still_of_three_does_not_decide(seen, picture):
    soft = cv2.GaussianBlur(picture, (0, 0), 6)
    both = Sharpness().measure(seen([picture, soft, picture]))
    assert both == Sharpness().measure(seen([picture]))
