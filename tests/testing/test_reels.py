"""Truth reels: what the truth says is what the decoded pictures show."""

from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest
from av.video.frame import VideoFrame

from clearreel.pinned.samples import fetch_sample
from clearreel.testing import joins
from clearreel.testing.footage import REPORTING, TUNING, Piece
from clearreel.testing.reading import presented
from clearreel.testing.reel_encoding import Encoding, Order, encode_reel
from clearreel.testing.reels import HARD, Mix, RealReel, ReelShot, View, as_json, make_reel
from clearreel.testing.scenes import Picture

ROAD = Piece("drive-highway", 0, 221, "road")
CAT = Piece("shot-change", 96, 148, "cat")
SPEECH = Piece("speech", 0, 105, "speech")
REEL = RealReel(
    (
        ReelShot(ROAD, 40, 12),
        ReelShot(CAT, 3, 10),
        ReelShot(ROAD, 100, 9, joins.Join("dissolve", 5)),
        ReelShot(CAT, 20, 8, joins.Join("fade", 7)),
        ReelShot(ROAD, 150, 11, joins.Join("wipe", 4)),
    ),
    width=128,
    height=72,
)
NEARLY_LOSSLESS = Encoding(
    "test", "libx264", ".mp4", "", {"preset": "ultrafast", "crf": "2", "x264-params": "bframes=2"}
)


def source(shot: ReelShot) -> dict[int, Picture]:
    """Every frame of the shot's sample as the reel shows it, counted by decoding from the start."""
    height, width = REEL.height, REEL.width
    frames = {}
    for number, (_, picture) in enumerate(presented(fetch_sample(shot.piece.sample))):
        if number >= shot.piece.end:
            break
        whole = VideoFrame.from_ndarray(np.ascontiguousarray(picture), "rgb24")
        frames[number] = shot.view.of(whole, width, height)
    return frames


def far(one: Picture, other: Picture) -> float:
    return float(np.abs(one.astype(int) - other).mean())


@pytest.mark.footage
def test_the_truth_names_the_source_frame_of_every_shots_first_and_last_picture(
    tmp_path: Path,
) -> None:
    path = tmp_path / "reel.mp4"
    encode_reel(REEL, [Order(path, NEARLY_LOSSLESS)], threads=1)
    decoded = [picture for _, picture in presented(path)]

    assert len(decoded) == len(REEL) == sum(s.join.frames + s.frames for s in REEL.shots)
    sources = {shot.piece.sample: source(shot) for shot in REEL.shots[:2]}
    for shot, true in zip(REEL.shots, REEL.truth, strict=True):
        for number in (true.start_frame, true.end_frame - 1):
            wanted = shot.piece.start + shot.first + number - true.start_frame + shot.join.frames
            near = range(wanted - 2, min(wanted + 3, shot.piece.end))
            frames = sources[shot.piece.sample]
            assert min(near, key=lambda n: far(frames[n], decoded[number])) == wanted
            assert far(frames[wanted], decoded[number]) < 4


@pytest.mark.footage
def test_no_frame_of_a_gradual_change_is_a_picture_of_either_shot() -> None:
    pictures = list(REEL)
    for shot, true in zip(REEL.shots[2:], REEL.truth[2:], strict=True):
        assert true.transition.frames == shot.join.frames
        before = pictures[true.transition.start_frame - 1]
        after = pictures[true.start_frame]
        apart = far(before, after)
        for number in range(true.transition.start_frame, true.start_frame):
            assert min(far(pictures[number], before), far(pictures[number], after)) > apart / 20


@pytest.mark.footage
def test_the_same_seed_gives_the_same_pictures() -> None:
    reels = [make_reel(TUNING, 5, seed, width=96, height=54) for seed in (3, 3, 4)]
    first, again, other = (list(islice(reel, 40)) for reel in reels)
    assert reels[0] == reels[1] != reels[2]
    assert all(np.array_equal(one, two) for one, two in zip(first, again, strict=True))
    assert any(far(one, two) > 5 for one, two in zip(first, other, strict=True))


@pytest.mark.parametrize("pieces", [TUNING, REPORTING], ids=["tuning", "reporting"])
def test_a_long_reel_holds_every_kind_of_change_and_decoy(pieces: tuple[Piece, ...]) -> None:
    reel = make_reel(pieces, 1000, seed=1)
    truth = reel.truth
    assert len(truth) == 1001
    assert {shot.transition.kind for shot in truth} == {"start", "cut", "dissolve", "fade", "wipe"}
    assert {type(shot.decoy).__name__.lower() for shot in reel.shots} == {*HARD.decoys, "nonetype"}
    assert {shot.join.level for shot in reel.shots if shot.join.kind == "fade"} == {0, 255}
    assert truth[-1].end_frame == len(reel)
    for one, two in pairwise(truth):
        assert one.end_frame == two.transition.start_frame
        assert two.transition.start_frame + two.transition.frames == two.start_frame


@pytest.mark.parametrize("pieces", [TUNING, REPORTING], ids=["tuning", "reporting"])
def test_neighbours_show_other_scenes_and_stay_within_their_pieces(
    pieces: tuple[Piece, ...],
) -> None:
    shots = make_reel(pieces, 400, seed=2).shots
    for shot, after in pairwise(shots):
        assert shot.piece.scene != after.piece.scene
        assert shot.first + shot.join.frames + shot.frames + after.join.frames <= len(shot.piece)


def test_tuning_and_reporting_share_no_clip() -> None:
    assert not {piece.sample for piece in TUNING} & {piece.sample for piece in REPORTING}


def test_a_mix_without_pieces_long_enough_is_refused() -> None:
    with pytest.raises(ValueError, match="no piece of another scene"):
        make_reel((ROAD, CAT), 3, seed=1, mix=Mix({"cut": 1.0}, shot_frames=(60, 80)))


def test_truth_as_json_is_laid_out_as_shots_are() -> None:
    first, _, third, *_ = as_json(REEL.truth)
    assert first == {
        "start_frame": 0,
        "frames": 12,
        "transition": {"kind": "start", "start_frame": 0, "frames": 0},
    }
    assert third["transition"] == {"kind": "dissolve", "start_frame": 22, "frames": 5}


@pytest.mark.footage
def test_a_view_is_a_part_of_the_picture_and_leaves_bars_out() -> None:
    band = next(p for p in REPORTING if p.bars)
    frame = next(band.frames(0, 1))
    whole = View().of(frame, 160, 90, band.bars)
    mirrored = View(mirrored=True).of(frame, 160, 90, band.bars)
    assert np.array_equal(whole[:, ::-1], mirrored)
    top, bottom = (View(1.5, 0.5, y).of(frame, 160, 90, band.bars) for y in (0.0, 1.0))
    assert top.shape == bottom.shape == (90, 160, 3)
    assert far(top, bottom) > 3
    with_bars = View(1.0, 0.5, 0.0).of(frame, 160, 90)
    assert with_bars[:8].mean() < 4 < top[:8].mean()
