from itertools import pairwise

import numpy as np
import pytest

from clearreel.testing.numbering import read_frame_number
from clearreel.testing.scenes import Reel, Shot, ShotTruth, reel, weave

CHANGES = Reel(
    (
        Shot(20, 1),
        Shot(20, 2, "zoom", "dissolve", 9),
        Shot(20, 3, "object", "fade", 9),
        Shot(20, 4, "static", "wipe", 9),
        Shot(20, 5, "pan", "cut"),
    )
)


def _distance(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one.astype(int) - other).mean())


def test_truth_counts_frames_of_a_change_for_neither_shot() -> None:
    assert CHANGES.truth == (
        ShotTruth(0, 20, "start", 0, 0),
        ShotTruth(29, 20, "dissolve", 20, 9),
        ShotTruth(58, 20, "fade", 49, 9),
        ShotTruth(87, 20, "wipe", 78, 9),
        ShotTruth(107, 20, "cut", 107, 0),
    )
    assert len(CHANGES) == len(list(CHANGES)) == 127


def test_the_same_reel_gives_the_same_pixels() -> None:
    again = Reel(CHANGES.shots)
    for number in (0, 25, 54, 83, 126):
        np.testing.assert_array_equal(CHANGES.frame(number), again.frame(number))


def test_a_cut_changes_the_picture_more_than_any_motion() -> None:
    frames = [p[:78] for p in Reel(tuple(Shot(16, seed) for seed in range(8)))]
    steps = [_distance(a, b) for a, b in pairwise(frames)]
    cuts = [steps[n - 1] for n in range(16, 128, 16)]
    inside = [s for n, s in enumerate(steps, 1) if n % 16]
    assert min(cuts) > 3 * max(inside)


def test_gradual_changes_have_no_step_as_large_as_a_cut() -> None:
    frames = [p[:78] for p in CHANGES]
    cut = _distance(frames[106], frames[107])
    for shot in CHANGES.truth[1:4]:
        around = range(shot.change_start, shot.start_frame + 1)
        assert max(_distance(frames[n - 1], frames[n]) for n in around) < cut / 2


def test_a_fade_passes_through_black() -> None:
    fade = CHANGES.truth[2]
    middle = CHANGES.frame(fade.change_start + fade.change_frames // 2)
    assert middle[:78].max() == 0


def test_a_wipe_shows_both_shots_side_by_side() -> None:
    whole = Reel(CHANGES.shots, numbered=False)
    wipe = whole.truth[3]
    middle = whole.frame(wipe.change_start + 4)
    before, after = whole.frame(wipe.change_start - 1), whole.frame(wipe.start_frame)
    assert _distance(middle[:, :70], after[:, :70]) == 0  # the new shot is static
    assert _distance(middle[:, 90:], before[:, 90:]) < _distance(after[:, 90:], before[:, 90:])


@pytest.mark.parametrize("motion", ["static", "pan", "zoom", "object"])
def test_motion(motion: str) -> None:
    moving = Reel((Shot(10, 6, motion),), numbered=False)
    still = motion == "static"
    assert (_distance(moving.frame(0), moving.frame(5)) == 0) == still


def test_an_object_moves_over_a_background_that_stays() -> None:
    moving = Reel((Shot(60, 6, "object"),), numbered=False)
    corner = np.s_[:15, :]
    np.testing.assert_array_equal(moving.frame(0)[corner], moving.frame(30)[corner])


def test_a_pan_moves_two_pixels_a_frame() -> None:
    pan = Reel((Shot(10, 6, "pan"),), numbered=False)
    np.testing.assert_array_equal(pan.frame(0)[:, 2:], pan.frame(1)[:, :-2])


def test_a_flash_is_bright_for_two_frames_and_gone() -> None:
    flash = Reel((Shot(40, 6, "static", decoy="flash"),), numbered=False)
    means = [float(p.mean()) for p in flash]
    usual = means[0]
    assert [n for n, mean in enumerate(means) if mean > 1.2 * usual] == [20, 21]


def test_a_whip_pan_moves_further_than_a_pan() -> None:
    plain = Reel((Shot(40, 6),), numbered=False)
    whip = Reel((Shot(40, 6, decoy="whip"),), numbered=False)
    np.testing.assert_array_equal(whip.frame(20), plain.frame(20))
    assert _distance(whip.frame(20), whip.frame(21)) > 2 * _distance(
        plain.frame(20), plain.frame(21)
    )


def test_weaving_puts_two_moments_in_a_frame() -> None:
    moving = reel(20, 20)
    bare = Reel(moving.shots, numbered=False)
    woven = list(weave(moving))
    assert [read_frame_number(p) for p in woven] == list(range(20))
    np.testing.assert_array_equal(woven[3][0:78:2], bare.frame(6)[0:78:2])
    np.testing.assert_array_equal(woven[3][1:78:2], bare.frame(7)[1:78:2])


@pytest.mark.parametrize(
    ("frames", "change", "length"), [(0, "cut", 0), (5, "cut", 3), (5, "dissolve", 0)]
)
def test_a_shot_that_cannot_be_is_refused(frames: int, change: str, length: int) -> None:
    with pytest.raises(ValueError, match=r"at least 1|frames"):
        Shot(frames, 0, "pan", change, length)
