"""A clip that is copied by places is the clip that demuxer and muxer make."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearreel.core.errors import UnreadableError
from clearreel.media.cut import Cut, CutMode, CutRequest, Cutter, cutter
from clearreel.media.cut.stored import StoredSource
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import reel as synthetic
from clearreel.testing.sound import Sound

from .conftest import Source, load

SEEN = {
    "closed": Video(gop=12, b_frames=3),
    "open": Video(gop=12, b_frames=3, open_gop=True),
    "no-b": Video(gop=12),
    "long": Video(gop=250, b_frames=3),
    "intra": Video(gop=1),
    "hevc": Video(codec="libx265", gop=12, b_frames=3, open_gop=True),
    "av1": Video(codec="libsvtav1", gop=12),
    "vp9": Video(codec="libvpx-vp9", gop=12),
    "ntsc": Video(gop=12, b_frames=2, fps=Fraction(30000, 1001)),
    "late": Video(gop=12, b_frames=2, start=5),
    "hidden": Video(gop=12, b_frames=2, start=-4),
    "turned": Video(gop=12, b_frames=2, rotation=90, sample_aspect_ratio=Fraction(4, 3)),
    "uneven": Video(
        gop=12,
        b_frames=2,
        time_base=Fraction(1, 90_000),
        ticks=tuple(n * n * 90 for n in range(80)),
    ),
}
HEARD = {
    "silent": None,
    "aac": Sound(),
    "aac-44": Sound(rate=44_100),
}
TOGETHER = {f"{seen}-{heard}": (SEEN[seen], HEARD[heard]) for seen in SEEN for heard in HEARD}
MUXED = mock.patch.object(StoredSource, "serves", staticmethod(lambda reel: False))
STORED = mock.patch.object(cutter, "write_passage", side_effect=AssertionError("was muxed"))


def clip(source: Source, request: CutRequest) -> Cut:
    with Cutter(source.reel, source.packets, source.timeline) as knife:
        return knife.cut(request, Path(tempfile.mkdtemp()), "clip")


def assert_alike(source: Source, request: CutRequest) -> Path:
    """What both ways make of it; gives the clip."""
    with STORED:
        here = clip(source, request)
    with MUXED:
        there = clip(source, request)
    assert replace(there, path=here.path) == here
    assert here.path.read_bytes() == there.path.read_bytes()
    return here.path


@pytest.mark.parametrize("name", TOGETHER)
def test_any_clip_is_the_one_that_is_muxed(make: Callable[..., Source], name: str) -> None:
    video, sound = TOGETHER[name]
    source = make(f"stored-{name}", ".mp4", video, sound, 80)
    frames = len(source)

    @settings(max_examples=8, derandomize=True)
    @given(
        st.integers(0, frames - 12),  # the last of all sound is muxed
        st.integers(1, frames),
        st.sampled_from(["copy", "trim"]),
        st.booleans(),
        st.integers(0, frames),
    )
    def holds(start: int, length: int, mode: CutMode, audio: bool, early: int) -> None:
        end = min(start + length, frames - 8)
        keys = source.timeline.key[start:end].any()
        request = CutRequest(start, end, mode, max(0, start - early), audio)
        if mode == "trim" and not keys:
            return
        if mode == "copy" and clip(source, request).mode != "copy":
            return  # what decoding takes may not be in it
        assert_alike(source, request)

    holds()


def test_what_nothing_refers_to_is_said(make: Callable[..., Source]) -> None:
    source = make("stored-hevc-aac", ".mp4", *TOGETHER["hevc-aac"], 80)
    path = assert_alike(source, CutRequest(3, 60, "copy", 0))
    assert b"sdtp" in path.read_bytes()


def test_large_runs_are_parted_as_the_muxer_does(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    noise = [random.integers(0, 255, (360, 640, 3), np.uint8) for _ in range(20)]
    source = load(write(tmp_path / "film.mp4", noise, video=Video(gop=5, quality=10)))
    path = assert_alike(source, CutRequest(2, 19, "copy", 0))
    assert path.stat().st_size > 3 << 20  # in chunks of less than a mebibyte


def test_to_the_end_of_the_sound(make: Callable[..., Source], tmp_path: Path) -> None:
    source = make("stored-closed-aac", ".mp4", *TOGETHER["closed-aac"], 80)
    request = CutRequest(40, 80, "copy", 0)
    here = clip(source, request)
    with MUXED:
        assert clip(source, request).sha256 == here.sha256


def test_fragments_are_muxed_with_their_sound(tmp_path: Path) -> None:
    source = load(
        write(
            tmp_path / "film.mp4",
            synthetic(20, 60),
            video=SEEN["closed"],
            sound=Sound(),
            options={"movflags": "frag_keyframe+empty_moov+default_base_moof"},
        )
    )
    found = clip(source, CutRequest(3, 20, "copy", 0))
    assert (found.mode, found.audio) == ("copy", "copied")
    with MUXED:
        assert clip(source, CutRequest(3, 20, "copy", 0)).sha256 == found.sha256


def test_a_file_that_became_shorter(tmp_path: Path) -> None:
    film = write(tmp_path / "film.mp4", synthetic(20, 20), video=SEEN["closed"])
    source = load(film)
    with Cutter(source.reel, source.packets, source.timeline) as knife:
        knife.cut(CutRequest(0, 12, "copy", 0), tmp_path, "first")
        place = int(source.packets.position[30])
        with film.open("r+b") as file:
            file.truncate(place + 3)
        with pytest.raises(UnreadableError, match=f"the file ends at byte {place + 3}"):
            knife.cut(CutRequest(0, 40, "copy", 0), tmp_path, "second")
    assert [path.name for path in tmp_path.glob("*second*")] == []
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_a_rate_that_no_box_can_tell(tmp_path: Path) -> None:
    dense = Video(gop=12, time_base=Fraction(1, 10_000_000), ticks=tuple(range(40)))
    source = load(write(tmp_path / "film.mp4", synthetic(20, 20), video=dense))
    found = clip(source, CutRequest(0, 1, "copy", 0))
    assert (found.mode, found.bytes) == ("copy", found.path.stat().st_size)
    assert b"btrt" + bytes(4) + b"\xff" * 8 in found.path.read_bytes()
