from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from clearreel.testing.encode import write, write_sound
from clearreel.testing.scenes import reel
from clearreel.testing.sound import BEEP, Sound


def _heard(path: Path) -> tuple[np.ndarray, int]:
    with av.open(str(path)) as container:
        blocks = [frame.to_ndarray().mean(axis=0) for frame in container.decode(audio=0)]
        return np.concatenate(blocks), container.streams.audio[0].rate


@pytest.mark.parametrize("codec", ["pcm_s16le", "flac", "aac"])
def test_beeps_mark_whole_seconds(codec: str, tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.mov" if codec != "flac" else tmp_path / "a.mkv",
        reel(63),
        sound=Sound(codec=codec),
    )
    samples, rate = _heard(path)
    loud = np.abs(samples.astype(float)) > 0.1 * np.abs(samples.astype(float)).max()
    edges = np.flatnonzero(loud) / rate
    starts = [float(edges[0]), *edges[1:][np.diff(edges) > 0.5]]
    assert starts == pytest.approx([0, 1, 2], abs=0.03)
    assert edges[edges < 0.5].max() == pytest.approx(float(BEEP), abs=0.03)


def test_sound_lasts_as_long_as_the_pictures(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mov", reel(60), sound=Sound(codec="pcm_s16le"))
    samples, rate = _heard(path)
    assert Fraction(len(samples), rate) == Fraction(60, 25)


def test_speech_has_pauses_and_is_the_same_every_time() -> None:
    sound = Sound(kind="speech")
    one, other = (sound.samples(0, 48_000) for _ in range(2))
    np.testing.assert_array_equal(one, other)
    loudness = np.sqrt((one.reshape(-1, 480) ** 2).mean(axis=1))
    assert (loudness < 0.01).mean() > 0.3
    assert loudness.max() > 0.1


def test_sound_alone_has_no_pictures(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.wav", Fraction(1), Sound(codec="pcm_s16le"))
    with av.open(str(path)) as container:
        assert [stream.type for stream in container.streams] == ["audio"]
