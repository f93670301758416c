from pathlib import Path

import av
import pytest

from clearreel.testing.encode import Video, write
from clearreel.testing.reading import frame_numbers
from clearreel.testing.scenes import reel

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
