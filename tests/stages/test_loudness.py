from __future__ import annotations

import numpy as np
import pytest

from clearreel.media.sound import RATE
from clearreel.stages.loudness import _HIGH_PASS, _SHELF, Loudness, block_powers


def tone(decibels, seconds, hertz=997.0):
    """A sine whose peak lies at `decibels` under full scale."""
    at = np.arange(int(seconds * RATE)) / RATE
    return 10 ** (decibels / 20) * np.sin(2 * np.pi * hertz * at)


def stereo(*parts):
    both = np.concatenate(parts)
    return np.stack([both, both])


def loudness(seen, samples):
    return Loudness().measure(seen(samples=samples))["loudness"]


def test_the_reference_tone_in_one_channel(seen):
    """ITU-R BS.1770-5: 0 dBFS at 997 Hz in one front channel reads -3.01 LKFS."""
    silence = np.zeros(5 * RATE)
    assert loudness(seen, np.stack([tone(0, 5), silence])) == pytest.approx(-3.01, abs=0.01)
    assert loudness(seen, tone(0, 5)) == pytest.approx(-3.01, abs=0.01)
    assert loudness(seen, stereo(tone(0, 5))) == pytest.approx(0, abs=0.01)


# EBU Tech 3341, table 1: stereo sines of 1 kHz, and what a meter must show within 0.1 LU.
EBU = {
    "1": ([(-23, 20)], -23),
    "2": ([(-33, 20)], -33),
    "3": ([(-36, 10), (-23, 60), (-36, 10)], -23),
    "4": ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23),
    "5": ([(-26, 20), (-20, 20.1), (-26, 20)], -23),
}


@pytest.mark.parametrize("case", EBU)
def test_the_signals_of_the_ebu(seen, case):
    parts, expected = EBU[case]
    samples = stereo(*(tone(level, seconds, 1000) for level, seconds in parts))
    assert loudness(seen, samples) == pytest.approx(expected, abs=0.1)


def test_the_weighting_is_that_of_the_standards_filters():
    """Against the difference equations, sample by sample, with a border of pieces inside."""
    random = np.random.default_rng(0)
    samples = random.normal(0, 0.1, int(1.3 * RATE))
    weighted = samples.tolist()
    for above, below in (_SHELF, _HIGH_PASS):
        weighted = _filtered(weighted, above, below)
    power = np.square(weighted).reshape(-1, RATE // 10).sum(axis=1)
    expected = np.convolve(power, np.ones(4), "valid") / (0.4 * RATE)
    measured = block_powers(samples[None].astype(np.float32))
    np.testing.assert_allclose(measured, expected, rtol=1e-5)


def test_the_ear_hears_little_below_the_high_pass(seen):
    assert loudness(seen, tone(-10, 3, hertz=20)) < loudness(seen, tone(-10, 3)) - 10


def test_silence(seen):
    samples = np.concatenate([tone(-20, 2), np.zeros(2 * RATE)])
    facts = Loudness().measure(seen(samples=samples))
    assert facts["silence_share"] == pytest.approx(0.5, abs=0.06)
    silent = Loudness().measure(seen(samples=np.zeros(RATE)))
    assert silent == {"loudness": -70, "silence_share": 1}
    quiet = Loudness(silent=-30.0).measure(seen(samples=tone(-40, 2)))
    assert quiet["silence_share"] == 1


@pytest.mark.parametrize("samples", [None, np.zeros(0), tone(-20, 0.39)])
def test_less_than_a_block_says_nothing(seen, samples):
    facts = Loudness().measure(seen(samples=samples))
    assert facts == {"loudness": None, "silence_share": None}


def _filtered(samples, above, below):
    """Direct form 1 of a second-order section."""
    x1 = x2 = y1 = y2 = 0.0
    out = []
    for x in samples:
        y = above[0] * x + above[1] * x1 + above[2] * x2 - below[1] * y1 - below[2] * y2
        x1, x2, y1, y2 = x, x1, y, y1
        out.append(y)
    return out
