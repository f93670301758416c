from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pytest

from clearreel.core.errors import UnsupportedError
from clearreel.media.probe import probe
from clearreel.testing import gallery
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import reel


@pytest.mark.parametrize("name", gallery.FOOTAGE)
def test_sound_is_there_where_the_truth_says_so(name: str, gallery_folder: Path) -> None:
    item = gallery.make(name, gallery_folder)
    assert item.truth is not None
    film = probe(item.path)
    assert (film.audio is not None) == item.truth.sound
    assert film.video.index != (film.audio.index if film.audio else -1)
    assert film.duration is None or abs(film.duration - item.truth.times[-1]) < 3


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("audio_only", "no video stream in it, only sound"),
        ("audio_with_cover", "no video stream in it, only sound with cover art"),
        ("mp3_with_cover", "MP3 audio: there is no video"),
    ],
)
def test_sound_alone_is_refused(name: str, says: str, gallery_folder: Path) -> None:
    with pytest.raises(UnsupportedError, match=says):
        probe(gallery.make(name, gallery_folder).path)


@pytest.mark.parametrize("larger_first", [True, False])
def test_the_largest_stream_is_chosen(larger_first: bool, tmp_path: Path) -> None:
    large, small = reel(4), reel(4, width=128, height=72)
    first, second = (large, small) if larger_first else (small, large)
    path = write(tmp_path / "film.mkv", first, second=(second, Video()))
    film = probe(path)
    assert (film.video.index, film.video.width) == (0 if larger_first else 1, 160)
    assert film.other_video_streams == 1
    assert not film.cover_art


def test_cover_art_is_never_chosen(tmp_path: Path) -> None:
    cover = reel(1, width=640, height=480).frame(0)
    film = probe(write(tmp_path / "film.mp4", reel(4), cover=cover))
    assert (film.video.codec, film.video.width) == ("h264", 160)
    assert film.cover_art
    assert film.other_video_streams == 0


def test_codecs_outside_of_the_list_are_refused(tmp_path: Path) -> None:
    video = Video(codec="qtrle", pixel_format="rgb24", gop=1)
    path = write(tmp_path / "film.mov", reel(3), video=video)
    with pytest.raises(UnsupportedError, match="coded as qtrle") as caught:
        probe(path)
    assert "H.264" in caught.value.hint


@pytest.mark.parametrize(("width", "height"), [(8, 64), (64, 8)])
def test_tiny_pictures_are_refused(width: int, height: int, tmp_path: Path) -> None:
    picture = reel(1, width=64, height=64).frame(0)[:height, :width]
    path = write(tmp_path / "film.mkv", [picture], video=Video(codec="ffv1", gop=1))
    with pytest.raises(UnsupportedError, match=f"{width}×{height}"):
        probe(path)


@pytest.mark.parametrize("aspect", [Fraction(60), Fraction(1, 60)])
def test_a_pixel_shape_that_no_camera_has_is_passed_over(aspect: Fraction, tmp_path: Path) -> None:
    path = write(tmp_path / "film.mp4", reel(3), video=Video(sample_aspect_ratio=aspect))
    with av.open(str(path)) as opened:
        assert opened.streams.video[0].sample_aspect_ratio == aspect
    assert probe(path).video.sample_aspect_ratio == 1


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("ten_bit_hevc", "bit_depth", 10),
        ("ten_bit_hevc", "hdr", False),
        ("no_audio", "bit_depth", 8),
        ("hdr_pq", "transfer", 16),
        ("hdr_pq", "hdr", True),
        ("hdr_hlg", "transfer", 18),
        ("interlaced_h264", "field_order", "interlaced"),
        ("interlaced_mpeg2", "field_order", "interlaced"),
        ("mpeg2_ts", "field_order", "progressive"),
        ("anamorphic", "sample_aspect_ratio", Fraction(4, 3)),
        ("cfr_h264", "average_rate", Fraction(30000, 1001)),
        ("vp9_webm", "codec", "vp9"),
        ("av1_mp4", "codec", "av1"),
        ("prores_mov", "pixel_format", "yuv422p10le"),
    ],
)
def test_what_is_said_of_the_video(
    name: str, field: str, value: object, gallery_folder: Path
) -> None:
    assert getattr(probe(gallery.make(name, gallery_folder).path).video, field) == value
