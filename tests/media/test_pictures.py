"""Pictures come upright, with square pixels, in standard range and without combs."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from clearreel.media import pictures
from clearreel.media.pictures import PictureReader, displayed_size, luma, rgb, working_size
from clearreel.testing import gallery
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import reel

SIZES = {"rotated_90": (90, 160), "odd_size": (161, 91), "interlaced_h264": (192, 108)}


def _frame(film: Any, number: int) -> Any:
    with film.reader() as reader:
        return next(reader.frames(number, number + 1))[1]


def _top(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Without the strip that carries the number."""
    return picture[: picture.shape[0] * 13 // 15].astype(float)


@pytest.mark.parametrize("name", gallery.FOOTAGE)
def test_size_is_that_of_the_truth(name: str, footage: Any, gallery_folder: Path) -> None:
    truth = gallery.make(name, gallery_folder).truth
    assert truth is not None
    film = footage(name)
    frame = _frame(film, 0)
    assert displayed_size(film.reel, frame.rotation) == (truth.width, truth.height)
    height, width = rgb(frame, film.reel, 360).shape[:2]
    assert abs(height - truth.height) <= 1
    assert abs(width - truth.width) <= 1
    grey = luma(frame, film.reel, 64)
    assert grey.shape[1] == 64
    assert abs(grey.shape[0] - 64 * truth.height / truth.width) <= 1
    assert rgb(frame, film.reel, 60).shape[:2] == tuple(
        2 * round(side * 30 / min(truth.height, truth.width))
        for side in (truth.height, truth.width)
    )


@pytest.mark.parametrize(
    "name", ["rotated_90", "rotated_180", "anamorphic", "ten_bit_hevc", "prores_mov", "mjpeg_avi"]
)
def test_the_picture_is_the_one_that_was_coded(name: str, footage: Any) -> None:
    film = footage(name)
    seen = _top(rgb(_frame(film, 5), film.reel, 360))
    size = (120, 90) if name == "anamorphic" else SIZES.get(name, (160, 90))
    coded = _top(reel(24, 30, 18, width=size[0], height=size[1], motion="pan").frame(5))
    if name == "anamorphic":
        coded, seen = coded[:, ::3], seen[:, ::4]
    assert np.abs(seen - coded).mean() < 8
    for turned in (coded[::-1], coded[:, ::-1], coded[::-1, ::-1]):
        assert np.abs(seen - turned).mean() > 12
    grey = luma(_frame(film, 5), film.reel, 32).astype(float)
    assert np.corrcoef(grey[:10].ravel(), _shrunk(seen, grey.shape)[:10].ravel())[0, 1] > 0.88


def _shrunk(picture: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.float64]:
    rows = np.linspace(0, picture.shape[0] * 15 / 13 - 1, shape[0]).astype(int)
    columns = np.linspace(0, picture.shape[1] - 1, shape[1]).astype(int)
    return picture.mean(axis=2)[np.minimum(rows, len(picture) - 1)][:, columns]


def test_pixel_shape_from_the_container_alone(load: Any, tmp_path: Path) -> None:
    """VP9 has no words for the shape of its pixels; the container's are used."""
    video = Video(codec="libvpx-vp9", sample_aspect_ratio=Fraction(4, 3))
    film = load(write(tmp_path / "film.mp4", reel(5, width=120, height=90), video=video))
    assert film.reel.video.sample_aspect_ratio == Fraction(4, 3)
    assert rgb(_frame(film, 0), film.reel, 360).shape == (90, 160, 3)


@pytest.mark.parametrize("name", ["hdr_pq", "hdr_hlg"])
def test_hdr_looks_like_the_same_scene_in_sdr(name: str, footage: Any) -> None:
    film, plain = footage(name), footage("no_audio")
    assert film.reel.video.hdr
    bright = _top(rgb(_frame(film, 3), film.reel, 90))
    standard = _top(rgb(_frame(plain, 3), plain.reel, 90))
    assert np.corrcoef(bright.ravel(), standard.ravel())[0, 1] > 0.97
    # The hue is the same: the order of the channels, and about their ratio.
    mean, wanted = bright.mean(axis=(0, 1)), standard.mean(axis=(0, 1))
    np.testing.assert_allclose(mean / mean.sum(), wanted / wanted.sum(), atol=0.03)
    assert 0.6 < mean.sum() / wanted.sum() < 1.1


@pytest.mark.parametrize("name", ["hdr_pq", "hdr_hlg"])
def test_grey_patches_of_hdr(name: str, load: Any, tmp_path: Path) -> None:
    picture = np.zeros((64, 160, 3), np.uint8)
    levels = (0, 64, 128, 192, 255)
    for place, level in enumerate(levels):
        picture[:, 32 * place : 32 * place + 32] = level
    colour: Any = name[4:]
    video = Video(codec="libx265", pixel_format="yuv420p10le", colour=colour, quality=5)
    film = load(write(tmp_path / "film.mp4", [picture] * 3, video=video))
    seen = rgb(_frame(film, 1), film.reel, 64)
    patches = seen[16:48].reshape(32, 5, 32, 3)[:, :, 8:24].mean(axis=(0, 2))
    assert np.ptp(patches, axis=1).max() <= 4, "grey stays grey"
    greys = patches.mean(axis=1)
    assert greys[0] <= 3
    # Reference white leaves room above it for highlights; Reinhard's curve puts it at 52 % light.
    light = np.power(np.array(levels) / 255, 2.4)
    if name == "hdr_hlg":
        light = light**1.2  # the display's system gamma
    light = light * (1 + light / (1000 / 203) ** 2) / (1 + light)
    wanted = 255 * np.where(light < 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    np.testing.assert_allclose(greys, wanted, atol=5)


@pytest.mark.parametrize("name", ["interlaced_h264", "interlaced_mpeg2"])
def test_interlaced_stills_have_no_combs(name: str, footage: Any) -> None:
    film = footage(name)
    frame = _frame(film, 10)
    assert _combs(frame.to_ndarray(format="rgb24")) > 1.25
    assert _combs(rgb(frame, film.reel, 360)) < 0.9
    assert film.number(frame) == 10
    width = film.reel.video.width
    assert _combs(luma(frame, film.reel, width)) < 0.9


def _combs(picture: NDArray[np.uint8]) -> float:
    """How much a line leaves the mean of its neighbours, for each unit that those two differ."""
    lines = _top(picture)
    between = np.abs(lines[1:-1] - (lines[:-2] + lines[2:]) / 2).mean()
    return float(between / np.abs(lines[2:] - lines[:-2]).mean() * 4)


@pytest.mark.parametrize("pixels", ["yuv420p", "yuv422p", "yuv422p10le"])
def test_a_field_keeps_the_colours(pixels: str, load: Any, tmp_path: Path) -> None:
    codec = "prores_ks" if pixels == "yuv422p10le" else "mpeg2video"
    video = Video(codec=codec, pixel_format=pixels, interlaced=True, quality=2)
    film = reel(2, width=160, height=98)
    interlaced = load(write(tmp_path / "film.mov", film, video=video))
    frame = _frame(interlaced, 0)
    if codec == "mpeg2video":
        assert frame.interlaced_frame
    seen, coded = _top(rgb(frame, interlaced.reel, 360)), _top(film.frame(0))
    np.testing.assert_allclose(seen.mean(axis=(0, 1)), coded.mean(axis=(0, 1)), atol=4)


def test_a_size_that_changes_within_the_stream(load: Any, tmp_path: Path) -> None:
    video = Video(codec="mpeg2video")
    wide = write(tmp_path / "wide.ts", reel(12), video=video)
    narrow = write(tmp_path / "narrow.ts", reel(12, width=96, height=72), video=video)
    path = tmp_path / "both.ts"
    path.write_bytes(wide.read_bytes() + narrow.read_bytes())
    film = load(path)
    with film.reader() as reader:
        frames = [frame for _, frame in reader.frames(0, len(film.timeline))]
    assert {(frame.width, frame.height) for frame in frames} == {(160, 90), (96, 72)}
    assert {rgb(frame, film.reel, 60).shape for frame in frames} == {(60, 106, 3)}
    assert {luma(frame, film.reel, 64).shape for frame in frames} == {(36, 64)}


@pytest.mark.parametrize(
    ("stored", "aspect", "side", "size"),
    [
        ((1920, 1080), Fraction(1), 360, (640, 360)),
        ((1080, 1920), Fraction(1), 360, (360, 640)),
        ((720, 576), Fraction(16, 15), 360, (480, 360)),
        ((720, 480), Fraction(32, 27), 360, (640, 360)),
        ((160, 90), Fraction(1), 360, (160, 90)),
        ((1440, 1080), Fraction(4, 3), 360, (640, 360)),
    ],
)
def test_working_size(
    stored: tuple[int, int], aspect: Fraction, side: int, size: tuple[int, int]
) -> None:
    assert working_size(*stored, aspect, side) == size


def test_small_is_exactly_of_that_size(footage: Any) -> None:
    film = footage("rotated_90")
    with film.reader() as reader:
        reading = PictureReader(reader)
        frame = next(reader.frames(0, 1))[1]
        assert reading.small(frame, 48, 27).shape == (27, 48, 3)


def test_key_frames_are_remembered_up_to_the_limit(
    footage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = footage("all_intra")
    with film.reader() as reader:
        size = sum(plane.buffer_size for plane in reader.key_frame(0).planes)
    monkeypatch.setattr(pictures, "CACHE_BYTES", 3 * size)
    with film.reader() as reader:
        reading = PictureReader(reader)
        first = [film.number(reading.key_frame(number)) for number in range(6)]
        assert reader.decoded == 6
        again = [film.number(reading.key_frame(number)) for number in (5, 4, 3, 0)]
        assert reader.decoded == 7  # the oldest are forgotten
    assert again == [first[5], first[4], first[3], first[0]]


def test_a_glimpse_is_decoded_once_and_holds_the_key_frame(footage: Any) -> None:
    film = footage("bframes_h264")
    with film.reader() as reader:
        reading = PictureReader(reader)
        seen = reading.glimpse(0)
        count = reader.decoded
        assert [number for number, _ in reading.glimpse(0)] == [number for number, _ in seen]
        assert film.number(reading.key_frame(0)) == film.number(seen[0][1])
        assert reader.decoded == count


def test_spares_are_found_by_their_numbers(footage: Any) -> None:
    film = footage("all_intra")
    with film.reader() as reader:
        reading = PictureReader(reader)
        for number, frame in reader.frames(2, 6):
            reading.spare(number, frame)
        assert [number for number, _ in reading.spares(3, 5)] == [3, 4]
        # What was decoded quickly for something else never stands for a key frame.
        reading.spare(7, next(reader.frames(0, 1))[1])
        assert film.number(reading.key_frame(7)) != film.number(reading.spares(7, 8)[0][1])
        assert reading.spares(8, 12) == []


@pytest.mark.parametrize("matrix", [3, 14, 77])
def test_colours_that_cannot_be_converted_are_guessed(matrix: int, footage: Any) -> None:
    film = footage("no_audio")
    plain = rgb(_frame(film, 0), film.reel, 60)
    frame = _frame(film, 0)
    frame.colorspace = matrix
    assert np.abs(rgb(frame, film.reel, 60).astype(int) - plain).mean() < 12
