"""Copied frames are the source's own, bit for bit, whatever the codec and wherever the cut."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearreel.media.cut import Cut, CutMode, CutRequest, Cutter, cut
from clearreel.testing import gallery
from clearreel.testing.encode import Video

from .conftest import KINDS, Source, decode, load, packets_of

MATROSKA_ROUNDING = Fraction(1, 1000)
HIDING = [kind for kind in KINDS if kind not in ("vp8", "ffv1", "mpeg1", "wmv2")]


def clip(source: Source, start: int, end: int, mode: CutMode = "copy", **more: int | None) -> Cut:
    request = CutRequest(start, end, mode, **{"preroll_from": 0} | more)
    folder = Path(tempfile.mkdtemp())
    return cut(source.reel, source.packets, source.timeline, request, folder, "clip")


def assert_copied(source: Source, found: Cut) -> None:
    shown = decode(found.path)
    wanted = source.pictures[found.start_frame : found.end_frame]
    assert [picture.digest for picture in shown] == [picture.digest for picture in wanted]
    rounding = MATROSKA_ROUNDING if found.suffix == ".mkv" else 0
    for here, there in zip(shown, wanted, strict=True):
        assert abs(here.time - (there.time - wanted[0].time)) <= rounding
    hidden = found.preroll_frames + found.postroll_frames
    assert packets_of(found.path) == len(wanted) + hidden


@st.composite
def spans(draw: st.DrawFn, frames: int) -> tuple[int, int]:
    start = draw(st.integers(0, frames - 1))
    return start, draw(st.integers(start + 1, frames))


@pytest.mark.parametrize("kind", HIDING)
def test_any_span_is_copied_exactly(source: Callable[[str], Source], kind: str) -> None:
    footage = source(kind)

    @settings(max_examples=6, derandomize=True)
    @given(spans(len(footage)))
    def holds(span: tuple[int, int]) -> None:
        found = clip(footage, *span)
        assert (found.mode, found.reason) == ("copy", "")
        assert (found.start_frame, found.end_frame) == span
        assert found.reencoded_frames == 0
        assert_copied(footage, found)

    holds()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "wmv2"])
def test_a_trimmed_clip_hides_nothing(source: Callable[[str], Source], kind: str) -> None:
    footage = source(kind)

    @settings(max_examples=4, derandomize=True)
    @given(spans(len(footage)))
    def holds(span: tuple[int, int]) -> None:
        found = clip(footage, *span, "trim")
        if not footage.timeline.key[slice(*span)].any():
            assert found.mode == "transcode"
            assert "no key frame lies in the clip" in found.reason
            return
        assert found.mode == "trim"
        assert span[0] <= found.start_frame < found.end_frame <= span[1]
        assert footage.timeline.key[found.start_frame]
        assert found.preroll_frames == found.postroll_frames == 0
        assert_copied(footage, found)

    holds()


def test_trim_keeps_all_that_can_be_kept(source: Callable[[str], Source]) -> None:
    found = clip(source("h264-no-b"), 5, 40, "trim")
    assert (found.start_frame, found.end_frame) == (12, 40)


def test_a_clip_from_a_key_frame_has_no_preroll(source: Callable[[str], Source]) -> None:
    for kind in ("h264-closed", "h264-open", "hevc-open", "mpeg2-open"):
        footage = source(kind)
        start = int(np.flatnonzero(footage.timeline.key)[1])
        found = clip(footage, start, len(footage), preroll_from=start)
        assert (found.mode, found.preroll_frames) == ("copy", 0)
        assert_copied(footage, found)


@pytest.mark.parametrize("kind", ["h264-closed", "hevc-open", "vp9", "mpeg4-b", "mpeg2-open"])
def test_opencv_reads_the_same_frames(source: Callable[[str], Source], kind: str) -> None:
    footage = source(kind)
    found = clip(footage, 17, 33)
    wanted = opencv_frames(footage.reel.path)[17:33]
    for here, there in zip(opencv_frames(found.path), wanted, strict=True):
        assert np.array_equal(here, there)


def opencv_frames(path: Path) -> list[np.ndarray]:
    capture = cv2.VideoCapture(str(path))
    frames = []
    while (read := capture.read())[0]:
        frames.append(read[1])
    return frames


def test_a_decoder_with_threads_reads_the_same_frames(source: Callable[[str], Source]) -> None:
    footage = source("h264-open")
    found = clip(footage, 17, 33)
    with av.open(str(found.path)) as opened:
        opened.streams.video[0].thread_type = "AUTO"
        opened.streams.video[0].codec_context.thread_count = 4
        assert sum(1 for _ in opened.decode(video=0)) == 33 - 17


VARIABLE = tuple(int(n * 40 + 13 * (n % 3)) for n in range(44))


@pytest.mark.parametrize(
    ("name", "suffix", "video"),
    [
        ("variable", ".mp4", Video(ticks=VARIABLE, time_base=Fraction(1, 1000), b_frames=2)),
        ("variable-mkv", ".mkv", Video(ticks=VARIABLE, time_base=Fraction(1, 1000), b_frames=2)),
        ("ntsc", ".mp4", Video(fps=Fraction(30000, 1001), b_frames=2)),
        ("late", ".mkv", Video(start=250, b_frames=2)),
        ("late-ts", ".ts", Video(start=2500, b_frames=2)),
        ("hidden-start", ".mp4", Video(start=-7, b_frames=2)),
    ],
)
def test_odd_times_are_kept(
    make: Callable[..., Source], name: str, suffix: str, video: Video
) -> None:
    footage = make(name, suffix, video)
    for span in ((12, len(footage)), (15, 31), (20, 21)):
        found = clip(footage, *span)
        assert found.mode == "copy"
        assert_copied(footage, found)


def test_what_the_source_hides_is_not_handed_on(make: Callable[..., Source]) -> None:
    footage = make("hidden-start", ".mp4", Video(start=-7, b_frames=2))
    found = clip(footage, 0, 20)
    assert found.mode in ("exact", "trim")
    assert found.preroll_frames == 0


def test_a_copy_can_be_cut_again(source: Callable[[str], Source]) -> None:
    first = clip(source("h264-open"), 17, 40)
    footage = load(first.path)
    found = clip(footage, 8, 15)
    assert found.mode == "copy"
    assert_copied(footage, found)


def test_preroll_is_bounded(source: Callable[[str], Source]) -> None:
    footage = source("h264-closed")
    assert clip(footage, 17, 40, preroll_from=12).mode == "copy"
    refused = clip(footage, 17, 40, preroll_from=13)
    assert refused.mode == "exact"
    assert "only frames from 13 on may be in it" in refused.reason


def test_short_clips_of_short_open_groups(make: Callable[..., Source]) -> None:
    video = Video(gop=2, b_frames=1, open_gop=True)
    footage = make("short-open", ".mp4", video)
    for start in range(2, 6):
        for end in range(start + 1, start + 4):
            found = clip(footage, start, end)
            assert found.mode == "copy"
            assert_copied(footage, found)


def test_open_groups_of_a_rate_that_varies_much(make: Callable[..., Source]) -> None:
    steps = (33, 34, 33, 400, 17)
    ticks = tuple(sum(steps[i % len(steps)] for i in range(n)) for n in range(44))
    video = Video(gop=2, b_frames=1, open_gop=True, ticks=ticks, time_base=Fraction(1, 1000))
    footage = make("uneven-open", ".mp4", video)
    for end in range(16, 28):
        found = clip(footage, 0, end)
        assert found.mode == "copy"
        assert_copied(footage, found)


def test_postroll_is_bounded(source: Callable[[str], Source]) -> None:
    footage = source("h264-closed")
    end = next(e for e in range(14, 24) if clip(footage, 12, e).postroll_frames)
    assert clip(footage, 12, end, postroll_until=24).mode == "copy"
    refused = clip(footage, 12, end, postroll_until=end)
    assert refused.mode == "exact"
    assert f"only frames before {end} may be in it" in refused.reason


def test_an_index_that_calls_every_packet_a_key_is_not_believed(
    source: Callable[[str], Source],
) -> None:
    footage = source("h263-avi")
    assert footage.packets.key.all()
    found = clip(footage, 17, 40)
    assert (found.mode, found.preroll_frames) == ("copy", 5)
    with av.open(str(found.path)) as opened:
        keys = [packet.is_keyframe for packet in opened.demux(video=0) if packet.size]
    assert np.flatnonzero(keys).tolist() == [0, 12, 24]


def test_matroska_has_nothing_to_hide_with(source: Callable[[str], Source]) -> None:
    found = clip(source("ffv1"), 5, 40)
    assert (found.mode, found.suffix) == ("trim", ".mkv")
    assert "mkv cannot hide" in found.reason


def test_the_last_frame_of_a_matroska_clip_has_its_length(
    source: Callable[[str], Source],
) -> None:
    for kind in ("vp8", "ffv1"):
        found = clip(source(kind), 12, 36)
        assert found.suffix == ".mkv"
        with av.open(str(found.path)) as opened:
            assert opened.streams.video[0].average_rate == 25
            packets = [packet for packet in opened.demux(video=0) if packet.size]
        assert [packet.duration for packet in packets] == [40] * 24


def test_the_order_of_the_cuts_changes_no_byte(
    source: Callable[[str], Source], tmp_path: Path
) -> None:
    for kind in ("h264-closed", "hevc-ts", "vp9"):
        footage = source(kind)
        spans = [(0, 9), (5, 20), (20, 44), (30, 31)]
        alone = [clip(footage, *span).sha256 for span in spans]
        with Cutter(footage.reel, footage.packets, footage.timeline) as cutter:
            for order in (range(4), reversed(range(4))):
                for n in order:
                    request = CutRequest(*spans[n], "copy", 0)
                    assert cutter.cut(request, tmp_path, f"{n}").sha256 == alone[n]


def test_the_look_of_the_source_goes_along(make: Callable[..., Source]) -> None:
    video = Video(rotation=90, sample_aspect_ratio=Fraction(4, 3), colour="bt709", b_frames=2)
    footage = make("turned", ".mp4", video)
    for mode in ("copy", "exact", "trim", "transcode"):
        found = clip(footage, 5, 40, mode)
        assert found.mode == mode
        assert look(found.path) == look(footage.reel.path)


def look(path: Path) -> tuple[object, ...]:
    with av.open(str(path)) as opened:
        stream = opened.streams.video[0]
        frame = next(opened.decode(video=0))
        shape = (frame.width, frame.height, frame.rotation, stream.sample_aspect_ratio)
        return (*shape, frame.colorspace, frame.color_range, frame.color_trc, frame.color_primaries)


def test_frames_that_are_not_there(source: Callable[[str], Source]) -> None:
    with pytest.raises(ValueError, match="of a source of 44 frames"):
        clip(source("h264-closed"), 0, 45)
    with pytest.raises(ValueError, match="a clip of frames 5 to 5"):
        CutRequest(5, 5, "copy", 0)
    with pytest.raises(ValueError, match="pre-roll"):
        CutRequest(5, 6, "copy", 6)
    with pytest.raises(ValueError, match="post-roll"):
        CutRequest(5, 6, "copy", 5, postroll_until=5)


def test_packets_that_cannot_be_told_from_frames(source: Callable[[str], Source]) -> None:
    footage = source("h264-closed")
    unknown = replace(
        footage,
        timeline=replace(footage.timeline, packet=np.full(len(footage), -1, np.int64)),
        packets=replace(footage.packets, pts=footage.packets.pts + 1),
    )
    found = clip(unknown, 5, 10)
    assert found.mode == "transcode"
    assert "does not tell which packet holds which frame" in found.reason


@pytest.mark.parametrize("mode", ["copy", "exact", "trim"])
def test_footage_of_two_codings_is_coded_again(mode: CutMode, tmp_path: Path) -> None:
    source = load(gallery.make("joined_mp4", tmp_path).path)
    found = clip(source, 20, 40, mode)
    assert found.mode == "transcode"
    assert "its coding changes on the way" in found.reason
    wanted = source.pictures[20:40]
    for here, there in zip(decode(found.path), wanted, strict=True):
        assert np.abs(here.luma.astype(int) - there.luma).mean() < 3
