"""Every presented frame has its exact time, in every container."""

from __future__ import annotations

import tracemalloc
from fractions import Fraction
from itertools import pairwise, repeat
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from clearreel.core.span import Span
from clearreel.media.opening import open_media
from clearreel.media.packets import read_packets
from clearreel.media.probe import probe
from clearreel.media.timeline import Timeline, read_timeline
from clearreel.testing import gallery
from clearreel.testing.broken import flip_bits
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import reel

RATES = tuple(Fraction(rate, 1001) for rate in (24000, 30000, 60000))
CODECS = {".wmv": "wmv2", ".avi": "mpeg4", ".mpg": "mpeg2video", ".webm": "libvpx"}
SUFFIXES = (".mp4", ".mov", ".mkv", ".webm", ".flv", ".ts", ".mpg", ".avi", ".wmv", ".nut")


@pytest.mark.parametrize("name", gallery.FOOTAGE)
def test_times_are_those_of_the_truth(name: str, footage: Any, gallery_folder: Path) -> None:
    truth = gallery.make(name, gallery_folder).truth
    timeline = footage(name).timeline
    assert truth is not None
    assert len(timeline) == truth.frames
    first = int(timeline.ticks[0])
    assert tuple((int(t) - first) * timeline.time_base for t in timeline.ticks) == truth.times
    assert truth.start in (None, first * timeline.time_base)
    assert timeline.variable == (truth.fps is None)
    if truth.fps is not None:
        assert timeline.rate == truth.fps
        assert (timeline.end - int(timeline.ticks[-1])) * timeline.time_base == 1 / truth.fps


@pytest.mark.parametrize("name", gallery.FOOTAGE)
def test_keys_are_the_decoders(name: str, footage: Any) -> None:
    film = footage(name)
    with av.open(str(film.path)) as opened:
        keys = [frame.key_frame for frame in opened.decode(opened.streams[film.reel.video.index])]
    assert list(film.timeline.key) == keys


@pytest.mark.parametrize("name", gallery.FOOTAGE)
def test_a_row_is_the_packet_of_its_frame(name: str, footage: Any) -> None:
    film = footage(name)
    rows = film.timeline.packet
    if rows[0] < 0:
        assert (rows == -1).all()
        assert film.reel.container.demuxer in ("mpegts", "mpeg", "avi", "asf") or (
            film.reel.video.field_order == "interlaced" or film.packets.reconfigured
        )
    else:
        np.testing.assert_array_equal(film.packets.pts[rows], film.timeline.ticks)


@pytest.mark.parametrize("fps", RATES, ids=str)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_rate_is_exact_however_coarse_the_ticks(
    suffix: str, fps: Fraction, load: Any, tmp_path: Path
) -> None:
    video = Video(codec=CODECS.get(suffix, "libx264"), fps=fps)
    film = load(write(tmp_path / f"film{suffix}", reel(40, width=64, height=64), video=video))
    assert len(film.timeline) == 40
    assert film.timeline.rate == fps
    assert not film.timeline.variable


def test_the_usual_step_of_variable_footage_is_its_rate(footage: Any) -> None:
    assert footage("vfr_h264").timeline.rate == 25


@pytest.mark.parametrize(
    ("ticks", "base", "variable", "rate"),
    [
        ([0, 33, 67, 100, 133, 167, 200, 233], 1000, False, Fraction(30)),
        ([0, 16, 34, 50, 66, 84, 100], 1000, False, Fraction(60)),  # rounded twice
        ([0, 4, 8, 12, 17, 21, 25], 1000, False, Fraction(240)),
        ([0, 1, 2, 4, 5, 6, 7, 8], 25, True, Fraction(25)),  # a frame is missing
        ([0, 2, 4, 8, 10, 12], 50, True, Fraction(25)),
        ([0, 33, 66, 99, 149, 182], 1000, True, Fraction(1000, 33)),
        ([0, 7, 14, 21], 86, False, Fraction(86, 7)),  # odd and yet exact
        ([5, 45], 1000, False, Fraction(25)),
    ],
)
def test_rate_and_variable(ticks: list[int], base: int, variable: bool, rate: Fraction) -> None:
    timeline = _timeline(ticks, base)
    assert timeline.variable == variable
    assert timeline.rate == rate


def test_the_declared_rate_decides_where_ticks_do_not() -> None:
    ticks = [0, 42, 83, 125]
    assert _timeline(ticks, 1000, Fraction(24)).rate == 24
    assert _timeline(ticks, 1000, Fraction(24000, 1001)).rate == Fraction(24000, 1001)
    assert _timeline(ticks, 1000, Fraction(19001, 317)).rate == 24  # a claim that can't be true


def test_one_frame_lasts_as_long_as_it_is_shown() -> None:
    assert _timeline([7], 25).rate == 25


def test_numbers_and_spans() -> None:
    timeline = _timeline([10, 20, 25, 40], 100)
    assert [timeline.frame_at(tick) for tick in (10, 19, 20, 39, 40, 1000)] == [0, 0, 1, 2, 3, 3]
    with pytest.raises(IndexError, match="before the first frame at 10"):
        timeline.frame_at(9)
    assert [timeline.number(tick) for tick in (10, 11, 40, 41)] == [0, None, 3, None]
    assert timeline.span(1, 3) == Span(20, 40, Fraction(1, 100))
    assert timeline.span(1, 4).end == timeline.end
    assert timeline.frames(timeline.span(1, 3)) == (1, 3)
    assert timeline.frames(Span(11, 40, Fraction(1, 100))) == (1, 3)


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_leading_pictures_at_the_very_start(codec: str, load: Any, tmp_path: Path) -> None:
    video = Video(codec=codec, b_frames=3, open_gop=True)
    whole = write(tmp_path / "whole.mp4", reel(40), video=video)
    film = load(_from_second_key(whole, tmp_path / "cut.mkv"))
    with av.open(str(film.path)) as opened:
        expected = [frame.pts for frame in opened.decode(video=0)]
    assert list(film.timeline.ticks) == expected
    with film.reader() as reader:
        numbers = film.numbers(reader, 0, len(film.timeline))
    assert [number for number, _ in numbers] == list(range(len(expected)))
    assert [number for _, number in numbers][-20:] == list(range(20, 40))


@pytest.mark.parametrize(("suffix", "codec"), [(".ts", "libx264"), (".mpg", "mpeg2video")])
def test_a_recording_that_begins_in_the_middle(
    suffix: str, codec: str, load: Any, tmp_path: Path
) -> None:
    path = write(tmp_path / f"film{suffix}", reel(24, 36), video=Video(codec=codec, b_frames=2))
    data = path.read_bytes()
    path.write_bytes(data[len(data) // 3 + 50 :])
    film = load(path)
    with film.reader() as reader:
        numbers = film.numbers(reader, 0, len(film.timeline))
    assert [number for number, _ in numbers] == list(range(len(film.timeline)))
    carried = [number for _, number in numbers]
    assert carried == list(range(carried[0], 60))
    assert 12 <= carried[0] <= 36


def test_footage_goes_on_behind_damage(load: Any, tmp_path: Path) -> None:
    film = reel(24, 36)
    path = write(tmp_path / "film.ts", film, video=Video(codec="mpeg2video"))
    data = path.read_bytes()
    third = len(data) // 3
    path.write_bytes(data[:third] + flip_bits(data[third:-third], seed=3, flips=40) + data[-third:])
    damaged = load(path)
    with damaged.reader() as reader:
        last = [frame for _, frame in reader.frames(0, len(damaged.timeline))][-1]
    assert damaged.number(last) == 59
    assert all(a < b for a, b in pairwise(damaged.timeline.ticks.tolist()))


def test_a_long_film_takes_little_memory(tmp_path: Path) -> None:
    frames = 30 * 60 * 5
    pictures = repeat(np.full((16, 16, 3), 90, np.uint8), frames)
    path = write(tmp_path / "long.mp4", pictures, video=Video(codec="mpeg4", fps=Fraction(5)))
    film = probe(path)
    tracemalloc.start()
    try:
        with open_media(path)[0] as opened:
            timeline = read_timeline(opened, film, read_packets(opened, film.video))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(timeline) == frames
    assert peak < 250 * frames  # an hour at 25 frames a second takes 22 MB


def _timeline(ticks: list[int], base: int, declared: Fraction | None = None) -> Timeline:
    array = np.array(ticks, np.int64)
    last = ticks[-1] - ticks[-2] if len(ticks) > 1 else 1
    key = np.arange(len(ticks)) == 0
    end = ticks[-1] + last
    return Timeline(array, end, Fraction(1, base), key, np.arange(len(ticks)), declared)


def _from_second_key(whole: Path, path: Path) -> Path:
    with av.open(str(whole)) as source, av.open(str(path), "w") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        keys = 0
        for packet in source.demux(video=0):
            keys += packet.is_keyframe
            if keys >= 2 and packet.size:
                packet.stream = stream
                out.mux(packet)
    return path


@pytest.mark.parametrize(
    ("keys", "seconds", "borders"),
    [
        ([0, 25, 50, 75], 1, [0, 25, 50, 75, 100]),
        ([0, 30, 60, 90], 1, [0, 30, 60, 90, 100]),
        ([0, 10, 20, 99], 1, [0, 99, 100]),
        ([0], 1, [0, 100]),
        ([], 1, [0, 100]),
        (range(100), 3, [0, 75, 100]),
        (range(100), 4, [0, 100]),
    ],
)
def test_segments_meet_at_key_frames(keys: Any, seconds: int, borders: list[int]) -> None:
    key = np.isin(np.arange(100), list(keys))
    ticks = np.arange(100, dtype=np.int64) * 512 + 77
    timeline = Timeline(ticks, 77 + 51200, Fraction(1, 12800), key, np.arange(100))
    assert timeline.borders(Fraction(seconds)) == borders
