"""Frames looked at without what they refer to: what they take from others, and what they show."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from av.video.frame import VideoFrame

from clearreel.media.decoding import FrameReader
from clearreel.media.peeking import Peeker
from clearreel.media.pictures import rgb
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import Reel, Shot

SHOTS = (37, 41, 42)
CUTS = (37, 78)
B_FRAMES = [0, 3]


@pytest.fixture(scope="module", params=B_FRAMES, ids=lambda count: f"{count} B frames")
def film(request: Any, load: Callable[[Path], Any], tmp_path_factory: Any) -> Any:
    """Three shots with cuts between them, in one group of pictures: no key frame marks a cut."""
    # Without numbers, which look the same in every shot and so may be taken from another.
    shots = tuple(Shot(frames, seed, "pan") for seed, frames in enumerate(SHOTS))
    pictures = Reel(shots, 320, 180, numbered=False)
    video = Video(gop=250, b_frames=request.param)
    return load(write(tmp_path_factory.mktemp("peek") / "film.mp4", pictures, video=video))


@pytest.fixture
def peeker(film: Any) -> Any:
    with Peeker(film.reel, film.packets, film.timeline) as opened:
        yield opened


def coded_in_order(film: Any) -> list[int]:
    """Frames that are no B frames and no key frames."""
    pts = film.packets.pts
    reached = np.maximum.accumulate(pts)
    rows = np.flatnonzero((pts == reached) & ~film.packets.key)
    return [film.timeline.number(int(pts[row])) for row in rows]


def test_frames_after_a_cut_take_nothing_from_before_it(film: Any, peeker: Any) -> None:
    assert film.timeline.key.sum() == 1
    for cut in CUTS:
        number = next(n for n in coded_in_order(film) if n >= cut)
        seen = peeker.surroundings(number)
        assert seen[-1].number == number
        assert seen[-1].past <= 0.12
        assert min(peek.number for peek in seen if peek.past <= 0.2) == cut
        with film.reader() as whole:
            [(_, frame)] = whole.frames(number, number + 1)
        apart = rgb(seen[-1].frame, film.reel, 90).astype(int) - rgb(frame, film.reel, 90)
        assert np.abs(apart).mean() < 8  # without deblocking, and what is taken is from elsewhere


@pytest.mark.parametrize("cut", [50, 53, 57])
def test_all_around_a_new_picture_is_decoded_rightly(cut: int, load: Any, tmp_path: Path) -> None:
    """The order of frames is counted anew every few frames, and B frames come before the cut's."""
    shots = (Shot(cut, 0, "static"), Shot(30, 1, "static"))
    pictures = Reel(shots, 320, 180, numbered=False)
    film = load(write(tmp_path / "far.mp4", pictures, video=Video(gop=250, b_frames=3)))
    number = next(n for n in coded_in_order(film) if n >= cut)
    assert number > cut
    with film.reader() as whole:
        frames = {n: rgb(frame, film.reel, 90) for n, frame in whole.frames(cut, cut + 20)}
    with Peeker(film.reel, film.packets, film.timeline) as peeker:
        seen = [peek for peek in peeker.surroundings(number, number + 6) if peek.number >= cut]
    assert [peek.number for peek in seen][: number - cut + 1] == list(range(cut, number + 1))
    assert number + 6 <= seen[-1].number < number + 12
    with FrameReader(film.reel, film.packets, film.timeline, quick=True) as reader:
        reader.begin_at(cut, number)
        read = dict(reader.frames(cut, cut + 9))
    assert list(read) == list(range(cut, cut + 9))
    for shown, frame in [*((peek.number, peek.frame) for peek in seen), *read.items()]:
        apart = rgb(frame, film.reel, 90).astype(int) - frames[shown]
        assert np.abs(apart).mean() < 2  # without deblocking


def test_surroundings_end_before_the_next_key_frame(load: Any, tmp_path: Path) -> None:
    shots = tuple(Shot(frames, seed, "pan") for seed, frames in enumerate(SHOTS))
    reel = Reel(shots, 320, 180, numbered=False)
    film = load(write(tmp_path / "short.mp4", reel, video=Video(gop=40, b_frames=0)))
    with Peeker(film.reel, film.packets, film.timeline) as peeker:
        seen = peeker.surroundings(CUTS[0], CUTS[0] + 20)
    assert [peek.number for peek in seen] == [37, 38, 39]


def test_which_parts_come_from_nowhere(film: Any, peeker: Any) -> None:
    numbers = coded_in_order(film)
    for number, least, most in ((CUTS[0], 0.85, 1.0), (CUTS[0] + 9, 0.0, 0.6)):
        peek = peeker.peek(next(n for n in numbers if n >= number))
        parts = peek.from_nowhere()
        assert parts.shape == (12, 20)  # 180 lines are eleven and a bit
        assert least <= parts.mean() <= most
        assert parts.mean() == pytest.approx(1 - peek.past, abs=0.1)


def test_frames_within_a_shot_take_most_from_before(film: Any, peeker: Any) -> None:
    near = {n for cut in CUTS for n in range(cut - 4, cut + 5)}
    inside = [n for n in coded_in_order(film) if n not in near]
    # Where a frame by itself tells nothing, its surroundings do.
    taken = [peeker.peek(n).past or peeker.surroundings(n)[-1].past for n in inside]
    assert min(taken) > 0.25
    assert float(np.median(taken)) > 0.8


def test_one_frame_costs_one_frame(film: Any, peeker: Any) -> None:
    peeker.peek(coded_in_order(film)[-1])
    assert peeker.decoded == 1


def test_decoding_can_begin_at_a_cut(film: Any) -> None:
    cut = CUTS[1]
    shown = next(n for n in coded_in_order(film) if n >= cut)
    with film.reader() as whole:
        expected = [(n, rgb(frame, film.reel, 90)) for n, frame in whole.frames(cut, cut + 9)]
    with FrameReader(film.reel, film.packets, film.timeline, quick=True) as reader:
        reader.begin_at(cut, shown)
        got = [(n, rgb(frame, film.reel, 90)) for n, frame in reader.frames(cut, cut + 9)]
        assert reader.decoded < 20  # and not the 78 frames before it
    assert [n for n, _ in got] == [n for n, _ in expected]
    for (_, one), (_, other) in zip(got, expected, strict=True):
        assert np.abs(one.astype(int) - other).mean() < 4  # without deblocking


@pytest.mark.parametrize(
    ("name", "serves"),
    [("bframes_h264", True), ("interlaced_h264", False), ("vp9_webm", False), ("mpeg2_ts", False)],
)
def test_which_footage_can_be_peeked_at(name: str, serves: bool, footage: Any) -> None:
    film = footage(name)
    assert Peeker.serves(film.reel, film.packets, film.timeline) == serves


def test_what_was_looked_at_is_let_go_at_once(film: Any, peeker: Any) -> None:
    def alive() -> int:
        return sum(isinstance(one, VideoFrame) for one in gc.get_objects())

    peeker.surroundings(40)
    gc.collect()
    before = alive()
    gc.disable()
    try:
        for number in range(10, 70, 3):
            assert peeker.surroundings(number)
        assert alive() <= before
    finally:
        gc.enable()
