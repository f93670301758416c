from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from clearreel.testing.encode import Video, write, write_sound
from clearreel.testing.reading import frame_numbers
from clearreel.testing.scenes import reel
from clearreel.testing.sound import BEEP, Sound

FILM = reel(10, 10, 10)


@pytest.mark.parametrize(
    ("codec", "suffix", "quality"),
    [
        ("libx264", ".mp4", 35),
        ("libx265", ".mp4", 35),
        ("mpeg4", ".avi", 16),
        ("wmv2", ".wmv", 16),
        ("libvpx-vp9", ".webm", 45),
        ("mpeg2video", ".mpg", 16),
        ("libsvtav1", ".mp4", 45),
    ],
)
def test_numbers_survive_hard_compression(
    codec: str, suffix: str, quality: int, tmp_path: Path
) -> None:
    path = write(tmp_path / f"a{suffix}", FILM, video=Video(codec=codec, quality=quality))
    assert frame_numbers(path) == list(range(30))


def test_numbers_survive_scaling(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", reel(10, width=320, height=180))
    small = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            small.append(frame.reformat(120, 68, format="rgb24").to_ndarray())
    out = write(tmp_path / "b.mp4", small)
    assert frame_numbers(out) == list(range(10))


def test_no_frames_are_refused_and_leave_no_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 1 frame"):
        write(tmp_path / "a.mp4", [])
    assert not (tmp_path / "a.mp4").exists()


def test_rotation_keeps_the_picture_as_it_is_seen(tmp_path: Path) -> None:
    tall = reel(5, width=90, height=160)
    for rotation in (90, 180, 270):
        path = write(tmp_path / f"{rotation}.mp4", tall, video=Video(rotation=rotation))
        assert frame_numbers(path) == list(range(5))


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
