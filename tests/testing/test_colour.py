import numpy as np
import pytest

from clearreel.testing.colour import Colour, to_frame


def _luma(rgb: tuple[int, int, int], pixel_format: str, colour: Colour) -> int:
    picture = np.full((64, 64, 3), rgb, np.uint8)
    return int(to_frame(picture, pixel_format, colour).to_ndarray()[0, 0])


# White is Y' = 16 + 219 in every matrix; green's share of it is 0.587 in BT.601, 0.7152 in BT.709.
@pytest.mark.parametrize(
    ("rgb", "colour", "luma"),
    [
        ((255, 255, 255), "bt601", 235),
        ((255, 255, 255), "bt709", 235),
        ((0, 255, 0), "bt601", 145),
        ((0, 255, 0), "bt709", 173),
        ((0, 0, 0), "bt709", 16),
    ],
)
def test_luma_follows_the_matrix(rgb: tuple[int, int, int], colour: Colour, luma: int) -> None:
    assert _luma(rgb, "yuv420p", colour) == pytest.approx(luma, abs=1)


# ITU-R BT.2408: 203 nits are 58 % of the PQ signal and 75 % of the HLG signal; the scaler that
# converts is off by up to 4 of 1023 codes.
@pytest.mark.parametrize(("colour", "signal"), [("pq", 0.5807), ("hlg", 0.75)])
def test_white_is_hdr_reference_white(colour: Colour, signal: float) -> None:
    white = _luma((255, 255, 255), "yuv420p10le", colour)
    assert white == pytest.approx(64 + 876 * signal, abs=4)


@pytest.mark.parametrize("colour", ["pq", "hlg"])
def test_hdr_black_is_black_and_grey_lies_between(colour: Colour) -> None:
    black, grey, white = (_luma((v, v, v), "yuv420p10le", colour) for v in (0, 128, 255))
    assert black == pytest.approx(64, abs=2)
    assert black < grey < white
