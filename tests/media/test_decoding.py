"""The frames asked for, all of them, and no others: told by the numbers in the pictures."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import av
import numpy as np
import pytest

from clearreel.core.errors import ClearreelError
from clearreel.media.pictures import rgb
from clearreel.testing import broken, gallery
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import reel

Load = Callable[[Path], Any]


@pytest.fixture
def truth(gallery_folder: Path) -> Callable[[str], tuple[int, ...]]:
    """The numbers that the frames of a file carry."""

    def truth(name: str) -> tuple[int, ...]:
        known = gallery.make(name, gallery_folder).truth
        assert known is not None
        return known.numbers

    return truth


@pytest.mark.parametrize("name", gallery.FOOTAGE)
def test_random_stretches_with_key_frames_between(name: str, footage: Any, truth: Any) -> None:
    film, numbers = footage(name), truth(name)
    random = Random(name)
    keys = np.flatnonzero(film.timeline.key).tolist() or [0]
    with film.reader() as reader:
        for _ in range(8):
            start = random.randrange(len(numbers))
            end = min(len(numbers), start + random.randrange(1, 20))
            expected = [(n, numbers[n]) for n in range(start, end)]
            assert film.numbers(reader, start, end) == expected
            key = random.choice(keys)
            if film.timeline.key[key]:
                assert film.number(reader.key_frame(key)) == numbers[key]
        assert reader.damaged == 0


@pytest.mark.parametrize("name", gallery.FOOTAGE)
def test_backwards_frame_by_frame(name: str, footage: Any, truth: Any) -> None:
    film, numbers = footage(name), truth(name)
    count = len(numbers)
    with film.reader() as reader:
        for start in range(count - 1, -1, -max(1, count // 8)):
            assert film.numbers(reader, start, start + 1) == [(start, numbers[start])]


@pytest.mark.parametrize("name", gallery.FOOTAGE)
def test_reading_on_decodes_nothing_twice(name: str, footage: Any, truth: Any) -> None:
    film, numbers = footage(name), truth(name)
    seen: list[int] = []
    with film.reader() as reader:
        for start in range(0, len(numbers), 7):
            end = min(len(numbers), start + 5)  # two frames are passed over each time
            seen += [number for _, number in film.numbers(reader, start, end)]
        assert seen == [numbers[n] for n in range(len(numbers)) if n % 7 < 5]
        assert reader.decoded <= len(numbers)


@pytest.mark.parametrize("name", gallery.FOOTAGE)
def test_a_key_frame_alone_is_the_picture_from_decoding_all(name: str, footage: Any) -> None:
    film = footage(name)
    keys = np.flatnonzero(film.timeline.key).tolist()[:6]
    with film.reader() as reader:
        wanted = {
            number: rgb(frame, film.reel, 90)
            for number, frame in reader.frames(0, len(film.timeline))
            if number in keys
        }
    with film.reader() as reader:
        alone = {n: rgb(frame, film.reel, 90) for n, frame in reader.key_frames(0, keys[-1] + 1)}
    assert alone.keys() == wanted.keys() == set(keys)
    for number in keys:
        np.testing.assert_array_equal(alone[number], wanted[number])


def test_a_key_frame_costs_one_decoded_frame(footage: Any) -> None:
    film = footage("open_gop_h264")
    with film.reader() as reader:
        assert len(list(reader.key_frames(0, len(film.timeline)))) == 6
        assert reader.decoded == 6


def test_only_the_group_of_pictures_in_question_is_decoded(footage: Any) -> None:
    film = footage("no_audio")
    keys = np.flatnonzero(film.timeline.key)
    with film.reader() as reader:
        start = int(keys[3])
        assert film.numbers(reader, start, start + 2) == [(start, start), (start + 1, start + 1)]
        assert reader.decoded <= 4


def test_a_new_stretch_ends_the_old_one(footage: Any) -> None:
    film = footage("bframes_h264")
    with film.reader() as reader:
        first = reader.frames(0, 20)
        assert next(first)[0] == 0
        assert film.numbers(reader, 40, 42) == [(40, 40), (41, 41)]
        assert list(first) == []


def test_frames_that_nothing_needs_are_passed_over(footage: Any) -> None:
    film = footage("bframes_h264")
    needed = np.zeros(len(film.timeline), np.bool_)
    needed[10:20] = True
    with film.reader() as reader:
        given = [number for number, _ in reader.frames(0, len(needed), needed)]
        assert reader.decoded == len(given) < len(needed)
    assert set(range(10, 20)) <= set(given)
    with film.reader() as reader:
        assert [n for n, _ in reader.frames(0, len(needed))] == list(range(len(needed)))


def test_an_empty_stretch(footage: Any) -> None:
    with footage("no_audio").reader() as reader:
        assert list(reader.frames(5, 5)) == []
        assert reader.decoded == 0


def test_a_closed_reader_opens_again(footage: Any) -> None:
    film = footage("no_audio")
    reader = film.reader()
    before = film.numbers(reader, 3, 5)
    reader.close()
    assert film.numbers(reader, 3, 5) == before
    reader.close()


def test_b_frames_in_avi(load: Load, tmp_path: Path) -> None:
    video = Video(codec="mpeg4", b_frames=2)
    film = load(write(tmp_path / "film.avi", reel(24, 36), video=video))
    with film.reader() as reader:
        assert film.numbers(reader, 0, 60) == [(n, n) for n in range(60)]
        assert film.numbers(reader, 30, 33) == [(n, n) for n in range(30, 33)]


@pytest.mark.parametrize(
    ("suffix", "codec"),
    [(".y4m", "rawvideo"), (".ivf", "libvpx-vp9"), (".m2v", "mpeg2video"), (".dv", "dvvideo")],
)
def test_containers_that_hardly_are_any(
    suffix: str, codec: str, load: Load, tmp_path: Path
) -> None:
    size = (720, 576) if codec == "dvvideo" else (160, 90)
    picture = reel(20, width=size[0], height=size[1])
    film = load(write(tmp_path / f"film{suffix}", picture, video=Video(codec=codec)))
    with film.reader() as reader:
        assert film.numbers(reader, 0, 20) == [(n, n) for n in range(20)]
        assert film.numbers(reader, 13, 15) == [(13, 13), (14, 14)]
    assert film.timeline.rate == 25


def test_an_index_that_is_cut_off(load: Load, tmp_path: Path) -> None:
    path = write(tmp_path / "film.avi", reel(24, 36), video=Video(codec="mpeg4"))
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"idx1")])
    film = load(path)
    with film.reader() as reader:
        assert film.numbers(reader, 50, 60) == [(n, n) for n in range(50, 60)]
        assert film.numbers(reader, 0, 10) == [(n, n) for n in range(10)]


@pytest.mark.parametrize("name", ["truncated_with_moov", "bit_flips"])
def test_damaged_frames_are_left_out(name: str, load: Load, broken_folder: Path) -> None:
    film = load(broken.make(name, broken_folder).path)
    count = len(film.timeline)
    with film.reader() as reader:
        frames = list(reader.frames(0, count))
        assert reader.damaged > 0
    numbers = [number for number, _ in frames]
    assert len(numbers) < count
    assert numbers == sorted(set(numbers))
    assert [film.number(frame) for _, frame in frames[:12]] == list(range(12))


def test_a_damaged_key_frame_gives_none(load: Load, tmp_path: Path) -> None:
    path = write(tmp_path / "film.mp4", reel(24, 36), options={"movflags": "faststart"})
    film = load(path)
    data = bytearray(path.read_bytes())
    start = data.index(b"mdat") + 4
    row = int(film.timeline.packet[0])
    data[start : start + int(film.packets.size[row])] = bytes(int(film.packets.size[row]))
    path.write_bytes(data)
    with film.reader() as reader:
        assert reader.key_frame(0) is None
        assert reader.damaged == 1
        assert film.number(reader.key_frame(12)) == 12


def test_a_file_that_is_gone_says_so(load: Load, tmp_path: Path) -> None:
    film = load(write(tmp_path / "film.mp4", reel(12)))
    film.path.unlink()
    with film.reader() as reader, pytest.raises(ClearreelError, match="not there any more"):
        next(reader.frames(0, 1))


@pytest.mark.parametrize("name", gallery.FOOTAGE)
def test_a_glimpse_is_a_key_frame_and_some_that_follow_it(
    name: str, footage: Any, truth: Any
) -> None:
    film, numbers = footage(name), truth(name)
    wanted = Fraction(1, 10)
    with film.reader() as reader:
        for key in np.flatnonzero(film.timeline.key).tolist()[:4]:
            before = reader.decoded
            seen = reader.glimpse(key, wanted)
            assert [film.number(frame) for _, frame in seen] == [numbers[n] for n, _ in seen]
            assert seen[0][0] == key
            if film.timeline.packet[key] < 0:
                continue  # frames counted by decoding are decoded in a row
            last = film.timeline.span(key, seen[-1][0]).duration if len(seen) > 1 else 0
            after = key + 1 + np.flatnonzero(film.timeline.key[key + 1 :])
            group = int(after[0]) if len(after) else len(film.timeline)
            reaches = film.timeline.span(key, group).duration > wanted + Fraction(1, 5)
            assert last >= wanted or not reaches
            assert reader.decoded - before <= 12
        assert reader.damaged == 0


@pytest.mark.parametrize("codec", ["mpeg4", "libx264", "libx265"])
def test_pictures_are_those_of_packets_from_the_demuxer(
    codec: str, load: Load, tmp_path: Path
) -> None:
    """Decoders read beyond the end of packets: what lies there must not matter."""
    path = write(tmp_path / "film.mp4", reel(60, 60), video=Video(codec=codec, gop=12, b_frames=2))
    with av.open(str(path)) as opened:
        expected = [frame.to_ndarray() for frame in opened.decode(video=0)]
    film = load(path)
    assert (film.packets.position >= 0).all()
    with film.reader() as reader:
        seen = [frame.to_ndarray() for _, frame in reader.frames(0, len(expected))]
    assert len(seen) == len(expected) == 120
    assert all((one == other).all() for one, other in zip(seen, expected, strict=True))
