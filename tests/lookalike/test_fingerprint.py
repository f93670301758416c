"""How a fingerprint is written down, and divided."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearreel.lookalike.audio import AudioPrint
from clearreel.lookalike.fingerprint import Fingerprint
from clearreel.lookalike.video import VideoPrint


def random_print(seed, pictures, words):
    random = np.random.default_rng(seed)
    return Fingerprint(
        VideoPrint(
            np.arange(pictures, dtype=np.int32) * 250,
            random.integers(0, 2**64, (pictures, 2, 2), np.uint64),
        ),
        AudioPrint(
            np.arange(words, dtype=np.int32) * 50, random.integers(0, 2**32, words, np.uint32)
        ),
    )


def equal(one, other):
    return all(
        (a == b).all() and a.dtype == b.dtype
        for a, b in (
            (one.video.times, other.video.times),
            (one.video.bits, other.video.bits),
            (one.audio.times, other.audio.times),
            (one.audio.bits, other.audio.bits),
        )
    )


@pytest.mark.parametrize(("pictures", "words"), [(0, 0), (1, 0), (0, 1), (240, 1200)])
def test_what_is_written_is_read_again(pictures, words):
    one = random_print(3, pictures, words)
    assert equal(Fingerprint.from_bytes(one.to_bytes()), one)


def test_a_minute_takes_a_few_kilobytes():
    assert len(random_print(3, 240, 1200).to_bytes()) < 14_000


@settings(max_examples=60)
@given(st.data())
def test_damage_is_told_and_never_read_as_another_fingerprint(data):
    written = random_print(4, 20, 60).to_bytes()
    place = data.draw(st.integers(0, len(written) - 1))
    damaged = bytearray(written)
    damaged[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ValueError, match=r"^it"):
        Fingerprint.from_bytes(bytes(damaged))


@settings(max_examples=60)
@given(st.binary(max_size=200))
def test_other_bytes_are_no_fingerprint(content):
    with pytest.raises(ValueError, match=r"^it"):
        Fingerprint.from_bytes(content)
    with pytest.raises(ValueError, match=r"^it"):
        Fingerprint.from_bytes(random_print(4, 5, 5).to_bytes()[:-3])


def test_a_part_counts_from_its_own_start():
    part = random_print(5, 40, 200).between(1000, 4000)
    assert part.video.times.tolist() == list(range(0, 3000, 250))
    assert part.audio.times[0] == 0
    assert part.audio.times[-1] < 3000 - 400
