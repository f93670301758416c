"""Changed copies of synthetic sound, and sound that is no copy."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from clearreel.core.span import Span
from clearreel.lookalike.audio import LONGEST, SAMPLES, AudioPrint, audio_print, read_audio
from clearreel.lookalike.matching import compare_sound
from clearreel.media.probe import probe
from clearreel.media.sound import SoundReader
from clearreel.testing.encode import write_sound
from clearreel.testing.scenes import reel
from clearreel.testing.sound import Sound


def melody(seed, seconds=10.0):
    """Notes of random pitch and length, three at a time, over a little noise."""
    random = np.random.default_rng(seed)
    samples = np.zeros(int(seconds * SAMPLES))
    for _ in range(3):
        at = 0
        while at < len(samples):
            length = int(random.uniform(0.15, 0.6) * SAMPLES)
            time = np.arange(min(length, len(samples) - at)) / SAMPLES
            note = sum(
                np.sin(2 * np.pi * k * random.uniform(200, 900) * time) / k for k in (1, 2, 3)
            )
            samples[at : at + length] += 0.1 * note * np.exp(-3 * time)
            at += length
    return (samples + random.normal(0, 0.002, len(samples))).astype(np.float32)


@pytest.fixture(scope="module")
def tune():
    return melody(1)


def softer(samples):
    return samples * 0.2


def noisy(samples):
    return samples + np.random.default_rng(5).normal(0, 0.005, len(samples)).astype(np.float32)


def clipped(samples):
    return np.clip(samples, -0.2, 0.2)


def dull(samples):
    return np.convolve(samples, np.ones(4) / 4, "same").astype(np.float32)


@pytest.mark.parametrize(
    "change", [softer, noisy, clipped, dull], ids=lambda change: change.__name__
)
@pytest.mark.parametrize("seconds", [(0, 10), (0.013, 10), (2.52, 7.5)])
def test_a_changed_copy_is_the_same_whole_or_trimmed(tune, change, seconds):
    start, end = (int(second * SAMPLES) for second in seconds)
    match = compare_sound(audio_print(change(tune[start:end])), audio_print(tune))
    assert match is not None
    assert match.verdict == "same"
    assert match.offset == pytest.approx(1000 * seconds[0], abs=60)


def test_other_sound_has_nothing_in_common(tune):
    others = [audio_print(melody(seed)) for seed in range(2, 8)]
    assert [compare_sound(one, audio_print(tune)) for one in others] == [None] * len(others)


def test_silence_matches_nothing(tune):
    silence = audio_print(np.zeros(10 * SAMPLES, np.float32))
    assert len(silence) == 0
    assert compare_sound(silence, silence) is None
    assert compare_sound(audio_print(tune), silence) is None
    assert len(audio_print(np.zeros(100, np.float32))) == 0


def test_beeps_are_never_the_same():
    beeps = audio_print(Sound(rate=SAMPLES).samples(0, 20 * SAMPLES))
    match = compare_sound(beeps, beeps)
    assert match is None or match.verdict == "near"


def test_a_short_jingle_in_common_does_not_make_long_sound_the_same(tune):
    one, other = (np.concatenate([tune[: 4 * SAMPLES], melody(seed, 12)]) for seed in (20, 21))
    match = compare_sound(audio_print(one), audio_print(other))
    assert match is not None
    assert match.verdict == "near"


def test_reading_in_portions_gives_what_reading_at_once_gives(monkeypatch, tmp_path):
    path = write_sound(tmp_path / "a.mkv", Fraction(7), Sound(kind="speech", codec="pcm_s16le"))
    reel_of = _with_picture(tmp_path)
    span = Span(0, 7000, Fraction(1, 1000))
    assert path.exists()
    with SoundReader(reel_of) as sounds:
        whole = read_audio(sounds, span)
    monkeypatch.setattr("clearreel.lookalike.audio._BLOCK", Fraction(2))
    with SoundReader(reel_of) as sounds:
        portions = read_audio(sounds, span)
    assert len(whole) > 100
    assert (whole.times == portions.times).all()
    assert np.bitwise_count(whole.bits ^ portions.bits).mean() < 0.1


def test_a_damaged_time_stamp_ends_the_listening(tmp_path, monkeypatch):
    monkeypatch.setattr("clearreel.lookalike.audio.LONGEST", Fraction(10))
    assert LONGEST == 24 * 3600
    with SoundReader(_with_picture(tmp_path)) as sounds:
        found = read_audio(sounds, Span(0, 2**60, Fraction(1, 1000)))
    assert found.times.max() < 10_000


def test_footage_without_sound_has_an_empty_fingerprint(films):
    with SoundReader(probe(films / "a.mp4")) as sounds:
        found = read_audio(sounds, Span(0, 60, Fraction(1, 25)))
    assert len(found) == len(AudioPrint.empty()) == 0


def _with_picture(folder):
    from clearreel.testing.encode import write

    sound = Sound(kind="speech", codec="pcm_s16le")
    return probe(write(folder / "b.mkv", reel(175, width=64, height=36), sound=sound))
