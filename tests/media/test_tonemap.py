"""Levels from the standards' own tables."""

import numpy as np
import pytest

from clearreel.media.tonemap import to_sdr

PQ, HLG = 16, 18


def _grey(code: float, transfer: int) -> np.ndarray:
    return to_sdr(np.full((1, 1, 3), round(code * 65535), np.uint16), transfer)[0, 0]


# SMPTE ST 2084 and ITU-R BT.2408: signal, and the light that it stands for.
@pytest.mark.parametrize(
    ("code", "transfer", "nits"),
    [
        (0.0, PQ, 0.0),
        (0.3800, PQ, 26.0),
        (0.5081, PQ, 100.0),
        (0.5807, PQ, 203.0),
        (0.7518, PQ, 1000.0),
        (0.0, HLG, 0.0),
        (0.38, HLG, 26.0),
        (0.75, HLG, 203.0),
        (1.0, HLG, 1000.0),
    ],
)
def test_grey_levels(code: float, transfer: int, nits: float) -> None:
    seen = _grey(code, transfer)
    light = nits / 203
    light = light * (1 + light / (1000 / 203) ** 2) / (1 + light)
    wanted = 255 * (1.055 * light ** (1 / 2.4) - 0.055) if light > 0.0031308 else 0
    np.testing.assert_allclose(seen.astype(float), wanted, atol=2.5)
    assert np.ptp(seen) <= 1


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_brighter_never_gets_darker(transfer: int) -> None:
    ramp = np.linspace(0, 65535, 1024).astype(np.uint16)
    grey = np.repeat(ramp[None, :, None], 3, axis=2)
    assert (np.diff(to_sdr(grey, transfer)[0, :, 0].astype(int)) >= 0).all()


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_pure_colours_stay_what_they_are(transfer: int) -> None:
    for channel in range(3):
        colour = np.zeros((1, 1, 3), np.uint16)
        colour[..., channel] = 38000
        seen = to_sdr(colour, transfer)[0, 0]
        assert seen.argmax() == channel
        assert seen.dtype == np.uint8
