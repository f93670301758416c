from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from clearreel.testing import gallery
from clearreel.testing.numbering import read_frame_number
from clearreel.testing.reading import frame_numbers, presented
from clearreel.testing.scenes import reel

ODD_SHAPE = {"anamorphic": (120, 90)}


@pytest.mark.parametrize("name", gallery.FOOTAGE)
def test_a_file_holds_what_its_truth_says(name: str, gallery_folder: Path) -> None:
    item = gallery.make(name, gallery_folder)
    truth = item.truth
    assert truth is not None
    shown = list(presented(item.path))
    assert tuple(read_frame_number(picture) for _, picture in shown) == truth.numbers
    first = shown[0][0]
    assert tuple(time - first for time, _ in shown) == truth.times
    assert truth.start in (None, first)
    height, width = shown[0][1].shape[:2]
    assert (width, height) == ODD_SHAPE.get(name, (truth.width, truth.height))
    with av.open(str(item.path)) as container:
        assert bool(container.streams.audio) == truth.sound


@pytest.mark.parametrize("name", gallery.FOOTAGE)
def test_shots_start_where_the_picture_changes(name: str, gallery_folder: Path) -> None:
    item = gallery.make(name, gallery_folder)
    truth = item.truth
    assert truth is not None
    pictures = [
        picture[: picture.shape[0] * 13 // 15].astype(int) for _, picture in presented(item.path)
    ]
    steps = [float(np.abs(a - b).mean()) for a, b in pairwise(pictures)]
    cuts = {shot.start_frame for shot in truth.shots if shot.change == "cut"}
    largest = np.argsort(steps)[::-1][: len(cuts)] + 1 if name != "decoys" else cuts
    assert set(map(int, largest)) == cuts
    assert sum(s.frames + s.change_frames for s in truth.shots) == truth.frames
    for before, after in pairwise(truth.shots):
        assert before.start_frame + before.frames == after.change_start
        assert after.change_start + after.change_frames == after.start_frame


@pytest.mark.parametrize("name", [n for n in gallery.FOOTAGE if not n.startswith("hdr")])
def test_colours_are_those_of_the_reel(name: str, gallery_folder: Path) -> None:
    picture = next(iter(presented(gallery.make(name, gallery_folder).path)))[1].astype(int)
    shape = picture.shape
    number = 10 if name == "edit_list" else 0
    expected = reel(24, width=shape[1], height=shape[0])
    if name in ("changes", "decoys"):
        expected = reel(24, width=160, seed={"changes": 20, "decoys": 30}[name])
    error = (picture - expected.frame(number))[: shape[0] * 13 // 15].mean(axis=(0, 1))
    assert np.abs(error).max() < 4


def _stream(name: str, folder: Path) -> tuple[av.container.InputContainer, av.VideoStream]:
    container = av.open(str(gallery.make(name, folder).path))
    return container, container.streams.video[0]


def test_a_file_is_written_once(gallery_folder: Path) -> None:
    first = gallery.make("no_audio", gallery_folder)
    written = first.path.stat().st_mtime_ns
    assert gallery.make("no_audio", gallery_folder) == first
    assert first.path.stat().st_mtime_ns == written


def test_the_same_name_gives_the_same_pictures(gallery_folder: Path, tmp_path: Path) -> None:
    for name in ("cfr_h264", "ten_bit_hevc", "vp9_webm", "mpeg4_avi"):
        here, there = (gallery.make(name, f).path for f in (gallery_folder, tmp_path))
        assert frame_numbers(here) == frame_numbers(there)
        for (_, one), (_, other) in zip(presented(here), presented(there), strict=True):
            # x264's macroblock tree does not give the same bytes every time.
            assert np.abs(one.astype(int) - other).mean() < 3


def test_nothing_else_is_left_in_the_folder(tmp_path: Path) -> None:
    item = gallery.make("no_audio", tmp_path)
    assert list(tmp_path.iterdir()) == [item.path]


def test_a_name_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no file is called 'nothing'"):
        gallery.make("nothing", tmp_path)


@pytest.mark.parametrize("name", ["audio_only", "audio_with_cover", "mp3_with_cover"])
def test_sound_alone_holds_no_footage(name: str, gallery_folder: Path) -> None:
    item = gallery.make(name, gallery_folder)
    assert item.truth is None
    with av.open(str(item.path)) as container:
        assert len(container.streams.audio) == 1
        covers = container.streams.video
        assert len(covers) == ("cover" in name)
        assert all(s.disposition & av.stream.Disposition.attached_pic for s in covers)


def test_variable_frame_rate_has_uneven_steps(gallery_folder: Path) -> None:
    truth = gallery.make("vfr_h264", gallery_folder).truth
    assert truth is not None
    steps = {b - a for a, b in pairwise(truth.times)}
    assert len(steps) == 4
    assert truth.fps is None


@pytest.mark.parametrize(("name", "rotation"), [("rotated_90", -90), ("rotated_180", 180)])
def test_rotation_is_in_the_container(name: str, rotation: int, gallery_folder: Path) -> None:
    container, stream = _stream(name, gallery_folder)
    with container:
        frame = next(container.decode(stream))
        assert frame.rotation % 360 == rotation % 360


@pytest.mark.parametrize("name", ["interlaced_h264", "interlaced_mpeg2"])
def test_interlaced_frames_say_so(name: str, gallery_folder: Path) -> None:
    container, stream = _stream(name, gallery_folder)
    with container:
        assert all(frame.interlaced_frame for frame in container.decode(stream))


@pytest.mark.parametrize(("name", "transfer"), [("hdr_pq", 16), ("hdr_hlg", 18)])
def test_hdr_is_tagged_and_has_ten_bits(name: str, transfer: int, gallery_folder: Path) -> None:
    container, stream = _stream(name, gallery_folder)
    with container:
        context = stream.codec_context
        tags = context.color_primaries, context.color_trc, context.colorspace
        assert tags == (9, transfer, 9)
        assert context.pix_fmt == "yuv420p10le"


def test_pixel_shape_is_in_the_stream(gallery_folder: Path) -> None:
    container, stream = _stream("anamorphic", gallery_folder)
    with container:
        assert stream.sample_aspect_ratio == Fraction(4, 3)


def test_two_streams_are_told_apart(gallery_folder: Path) -> None:
    path = gallery.make("two_video_streams", gallery_folder).path
    sizes = [next(iter(presented(path, stream)))[1].shape[:2] for stream in (0, 1)]
    assert sizes == [(90, 160), (72, 128)]


def test_the_edit_list_starts_within_a_gop(gallery_folder: Path) -> None:
    container, stream = _stream("edit_list", gallery_folder)
    with container:
        packets = [p for p in container.demux(stream) if p.size]
        assert sum(p.is_discard for p in packets) == 10
        shown = [p for p in packets if not p.is_discard]
        assert not shown[0].is_keyframe


@pytest.mark.parametrize("name", ["open_gop_h264", "open_gop_hevc"])
def test_open_gops_lead_with_pictures_before_the_key_frame(name: str, gallery_folder: Path) -> None:
    container, stream = _stream(name, gallery_folder)
    with container:
        packets = [p for p in container.demux(stream) if p.size]
    keys = [i for i, p in enumerate(packets) if p.is_keyframe]
    assert len(keys) > 1
    assert any(packets[i + 1].pts < packets[i].pts for i in keys[1:])


@pytest.mark.parametrize("name", ["bframes_h264", "cfr_h264"])
def test_closed_gops_do_not(name: str, gallery_folder: Path) -> None:
    container, stream = _stream(name, gallery_folder)
    with container:
        packets = [p for p in container.demux(stream) if p.size]
    keys = [i for i, p in enumerate(packets) if p.is_keyframe]
    assert len(keys) > 1
    assert all(min(p.pts for p in packets[i:]) == packets[i].pts for i in keys)
    assert any(a.pts > b.pts for a, b in pairwise(packets))


def test_vp8_has_packets_that_show_no_picture(gallery_folder: Path) -> None:
    item = gallery.make("vp8_webm", gallery_folder)
    assert item.truth is not None
    with av.open(str(item.path)) as container:
        packets = sum(p.size > 0 for p in container.demux(video=0))
    assert packets == item.truth.frames + 8


@pytest.mark.parametrize(("name", "keys"), [("long_gop", 1), ("all_intra", 72), ("one_frame", 1)])
def test_number_of_key_frames(name: str, keys: int, gallery_folder: Path) -> None:
    container, stream = _stream(name, gallery_folder)
    with container:
        assert sum(p.is_keyframe for p in container.demux(stream) if p.size) == keys


def test_key_frames_at_the_cuts(gallery_folder: Path) -> None:
    truth = gallery.make("cfr_h264", gallery_folder).truth
    assert truth is not None
    container, stream = _stream("cfr_h264", gallery_folder)
    with container:
        keys = [p.pts * p.time_base for p in container.demux(stream) if p.size and p.is_keyframe]
    assert {truth.times[shot.start_frame] for shot in truth.shots} <= set(keys)
