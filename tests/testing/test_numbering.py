import numpy as np
import pytest

from clearreel.testing.numbering import MAX_NUMBER, read_frame_number, stamp


@pytest.mark.parametrize("number", [0, 1, 2, 255, 256, 30_000, MAX_NUMBER])
@pytest.mark.parametrize("size", [(60, 64), (91, 161), (160, 90), (720, 1280)])
def test_a_number_is_read_as_it_was_stamped(number: int, size: tuple[int, int]) -> None:
    picture = np.full((*size, 3), 90, np.uint8)
    assert read_frame_number(stamp(picture, number)) == number


def test_a_number_survives_darkness_and_low_contrast() -> None:
    picture = stamp(np.zeros((90, 160, 3), np.uint8), 12_345)
    assert read_frame_number((picture // 3 + 10).astype(np.uint8)) == 12_345


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_picture_without_a_strip_has_no_number(level: int) -> None:
    with pytest.raises(ValueError, match="no frame number"):
        read_frame_number(np.full((90, 160, 3), level, np.uint8))


def test_a_picture_too_small_for_a_strip_has_no_number() -> None:
    with pytest.raises(ValueError, match="too small"):
        read_frame_number(np.zeros((2, 1000, 3), np.uint8))


@pytest.mark.parametrize("number", [-1, MAX_NUMBER + 1])
def test_a_number_that_does_not_fit_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="65535"):
        stamp(np.zeros((90, 160, 3), np.uint8), number)
