"""Transcoded clips hold the same frames, at the same times, in H.264."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from clearreel.media.cut import Cut, CutRequest, cut
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import reel as synthetic
from clearreel.testing.scenes import weave

from .conftest import Source, decode, load, packets_of, stated_rates


def transcoded(source: Source, start: int, end: int, folder: Path) -> Cut:
    request = CutRequest(start, end, "transcode", start)
    found = cut(source.reel, source.packets, source.timeline, request, folder, "clip")
    assert (found.mode, found.reason) == ("transcode", "")
    assert found.reencoded_frames == end - start
    return found


@pytest.mark.parametrize("kind", ["h264-open", "h264-10-bit", "vp8", "mpeg2-open", "wmv2", "mpeg1"])
def test_every_frame_is_there_in_its_place(
    source: Callable[[str], Source], kind: str, tmp_path: Path
) -> None:
    footage = source(kind)
    found = transcoded(footage, 5, 37, tmp_path)
    shown, wanted = decode(found.path), footage.pictures[5:37]
    assert len(shown) == len(wanted) == packets_of(found.path)
    for n, here in enumerate(shown):
        assert here.time == wanted[n].time - wanted[0].time
        errors = [float(((here.luma - there.luma) ** 2).mean()) for there in wanted]
        assert errors[n] < 30
    with av.open(str(found.path)) as opened:
        context = opened.streams.video[0].codec_context
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")


def test_variable_times_are_kept(make: Callable[..., Source], tmp_path: Path) -> None:
    ticks = tuple(int(n * 40 + 13 * (n % 3)) for n in range(44))
    video = Video(ticks=ticks, time_base=Fraction(1, 1000), b_frames=2)
    footage = make("variable", ".mp4", video)
    found = transcoded(footage, 7, 30, tmp_path)
    zero = footage.pictures[7].time
    assert [p.time for p in decode(found.path)] == [p.time - zero for p in footage.pictures[7:30]]


def test_a_constant_rate_is_stated_in_the_stream(
    source: Callable[[str], Source], tmp_path: Path
) -> None:
    found = transcoded(source("h264-open"), 5, 37, tmp_path)
    assert stated_rates(found.path) == {Fraction(25)}


def test_interlaced_footage_stays_interlaced(tmp_path: Path) -> None:
    pictures = weave(synthetic(40, width=96, height=64))
    video = Video(codec="mpeg2video", interlaced=True, gop=6)
    footage = load(write(tmp_path / "fields.ts", pictures, video=video))
    found = transcoded(footage, 3, 15, tmp_path)
    with av.open(str(found.path)) as opened:
        assert all(frame.interlaced_frame for frame in opened.decode(video=0))


def test_odd_sizes_lose_a_line(tmp_path: Path) -> None:
    video = Video(codec="ffv1", pixel_format="yuv444p")
    pictures = synthetic(10, width=97, height=65)
    footage = load(write(tmp_path / "odd.mkv", pictures, video=video))
    found = transcoded(footage, 0, 10, tmp_path)
    assert decode(found.path)[0].luma.shape == (64, 96)


def test_the_same_clip_has_the_same_bytes(source: Callable[[str], Source], tmp_path: Path) -> None:
    footage = source("vp9")
    request = CutRequest(5, 40, "transcode", 0)
    hashes = {
        cut(footage.reel, footage.packets, footage.timeline, request, tmp_path, f"{n}").sha256
        for n in range(2)
    }
    assert len(hashes) == 1


def test_the_numbers_in_the_pictures_are_in_order(
    source: Callable[[str], Source], tmp_path: Path
) -> None:
    footage = source("h264-closed")
    shown = decode(transcoded(footage, 10, 35, tmp_path).path)
    moved = [float(np.abs(a.luma - b.luma).mean()) for a, b in pairwise(shown)]
    assert int(np.argmax(moved)) == 20 - 10 - 1  # the cut between the two shots
