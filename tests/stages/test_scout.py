"""`scout` on synthetic reels and on real footage, against the truth."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from clearreel.core.shots import Shot
from clearreel.media.decoding import FrameReader
from clearreel.media.opening import open_media
from clearreel.media.packets import read_packets
from clearreel.media.pictures import PictureReader
from clearreel.media.probe import describe
from clearreel.media.timeline import read_timeline
from clearreel.pinned import fetch_sample
from clearreel.stages.scout import Scout
from clearreel.testing import encode, scenes
from clearreel.testing.boundaries import compare, of_labels, of_reel, of_shots

TRUTH = Path(__file__).parent.parent / "truth"
REEL = scenes.Reel(
    (
        scenes.Shot(60, 1, "pan"),
        scenes.Shot(70, 2, "object", "cut", decoy="flash"),
        scenes.Shot(50, 3, "static", "dissolve", 16),
        scenes.Shot(66, 4, "zoom", "cut"),
        scenes.Shot(60, 5, "static", "fade", 20),
        scenes.Shot(12, 6, "static", "cut"),
        scenes.Shot(60, 5, "static", "cut"),
        scenes.Shot(60, 7, "pan", "wipe", 20),
    ),
    320,
    180,
    numbered=False,
)
ENCODINGS = {
    "scene cuts": encode.Video(gop=250, b_frames=3, scene_cut=True),
    "fixed": encode.Video(gop=48, b_frames=3),
    "one group": encode.Video(gop=1000, b_frames=2),
    "intra only": encode.Video(gop=1),
    "hevc": encode.Video(
        codec="libx265", gop=250, b_frames=3, scene_cut=True, options={"preset": "medium"}
    ),
    "mpeg4": encode.Video(codec="mpeg4", gop=12),
    "ntsc": encode.Video(gop=60, fps=Fraction(30000, 1001)),
}


@contextmanager
def opened(path: Path) -> Iterator[PictureReader]:
    file, container = open_media(path)
    with file:
        reel = describe(path, file, container)
        packets = read_packets(file, reel.video)
        timeline = read_timeline(file, reel, packets)
    with FrameReader(reel, packets, timeline) as reader:
        yield PictureReader(reader)


def found_in(path: Path) -> tuple[tuple[Shot, ...], float]:
    """The shots, and the share of frames decoded for them."""
    with opened(path) as pictures:
        shots = tuple(Scout().detect(pictures))
        return shots, pictures.reader.decoded / len(pictures.reader.timeline)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_boundary_of_a_reel(encoding: str, tmp_path: Path) -> None:
    path = encode.write(tmp_path / "reel.mp4", REEL, video=ENCODINGS[encoding])
    shots, _ = found_in(path)
    result = compare(of_reel(REEL), of_shots(shots))
    assert (result.all.false, result.all.missed) == (0, 0)
    assert all(found == true for true, found in result.pairs if true.kind == "cut")
    assert {found.kind for true, found in result.pairs} == {"cut", "dissolve", "fade", "wipe"}


def test_a_cutaway_by_dissolve_whose_ends_are_alike(tmp_path: Path) -> None:
    """The key frames on both sides show one scene; only weights tell that another was between."""
    shots = (
        scenes.Shot(60, 5, "static"),
        scenes.Shot(70, 6, "static", "dissolve", 24),
        scenes.Shot(60, 5, "static", "cut"),
    )
    reel = scenes.Reel(shots, 320, 180, numbered=False)
    path = encode.write(tmp_path / "reel.mp4", reel, video=ENCODINGS["scene cuts"])
    found = found_in(path)[0]
    result = compare(of_reel(reel), of_shots(found))
    assert (result.all.false, result.all.missed) == (0, 0)
    assert [shot.transition.kind for shot in found] == ["start", "dissolve", "cut"]


def test_shots_lie_apart_and_inside_the_footage(tmp_path: Path) -> None:
    path = encode.write(tmp_path / "reel.mp4", REEL)
    shots, _ = found_in(path)
    assert shots[0].start_frame == 0
    assert shots[-1].end_frame == len(REEL)
    for before, after in pairwise(shots):
        assert before.end_frame == after.transition.start_frame
        assert after.start_frame == before.end_frame + after.transition.frames


def test_a_calm_shot_is_hardly_decoded(tmp_path: Path) -> None:
    reel = scenes.reel(300, motion="static")
    path = encode.write(tmp_path / "calm.mp4", reel, video=encode.Video(gop=24))
    shots, decoded = found_in(path)
    assert len(shots) == 1
    assert decoded < 0.3


def test_what_was_seen_before_changes_nothing(tmp_path: Path) -> None:
    path = encode.write(tmp_path / "reel.mp4", REEL)
    with opened(path) as pictures:
        first = tuple(Scout().detect(pictures))
        pictures.key_frame(0)
        assert tuple(Scout().detect(pictures)) == first


def test_shots_are_told_while_what_they_show_is_kept(tmp_path: Path) -> None:
    """One group without B frames, and nothing to peek into: all of it is decoded in a row."""
    reel = scenes.Reel(
        tuple(scenes.Shot(500, seed, "static", "cut") for seed in range(4)), 64, 36, numbered=False
    )
    video = encode.Video(codec="mpeg4", gop=len(reel))
    path = encode.write(tmp_path / "group.mp4", reel, video=video)
    with opened(path) as pictures:
        shots = Scout().detect(pictures)
        assert next(shots).end_frame == 500
        seen = [number for number, _ in pictures.spares(0, len(reel))]
        assert seen[:4] == [0, 1, 24, 25]
        assert seen[-1] < 1000
        assert len(list(shots)) == 3


def test_a_cut_far_from_key_frames_is_placed_without_a_second_way_there(tmp_path: Path) -> None:
    starts = (400, 501, 602, 703)
    reel = scenes.Reel(
        tuple(scenes.Shot(n, n, "pan", "cut") for n in (400, 101, 101, 101, 47)),
        *(320, 180),
        numbered=False,
    )
    # Every third frame is a P frame, so that the cuts lie on both sides of B frames; and without
    # weights all is in doubt.
    options = {"b_strategy": "0", "profile": "main", "weightp": "0"}
    video = encode.Video(gop=1000, b_frames=2, options=options)
    shots, decoded = found_in(encode.write(tmp_path / "far.mp4", reel, video=video))
    assert tuple(shot.start_frame for shot in shots[1:]) == starts
    assert decoded < 0.8


@pytest.mark.footage
@pytest.mark.parametrize(
    ("sample", "labels", "decoded"),
    [("bbb-trailer", "bbb-trailer.json", 1.0), ("live-band-mp4", "live-band-mp4.json", 0.75)],
)
def test_every_labelled_boundary(sample: str, labels: str, decoded: float) -> None:
    shots, share = found_in(fetch_sample(sample))
    result = compare(of_labels(TRUTH / labels), of_shots(shots))
    assert (result.all.false, result.all.missed) == (0, 0)
    for true, found in result.pairs:
        assert found.kind == true.kind
        assert abs(found.start_frame - true.start_frame) <= (0 if true.kind == "cut" else 2)
        # Between the frames that are decoded a dissolve is guessed, and so is its slow end.
        assert abs(found.frames - true.frames) <= (10 if true.kind == "dissolve" else 4)
    assert share < decoded


@pytest.mark.footage
@pytest.mark.parametrize("sample", ["drive-highway", "drive-curves"])
def test_a_drive_is_one_shot(sample: str) -> None:
    shots, share = found_in(fetch_sample(sample))
    assert len(shots) == 1
    assert share < 0.5
