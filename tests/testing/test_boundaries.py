import json
from itertools import pairwise
from pathlib import Path

import pytest

from clearreel.core.shots import Transition
from clearreel.pinned import sample
from clearreel.testing import scenes
from clearreel.testing.boundaries import Score, compare, of_labels, of_reel

TRUTH = Path(__file__).parent.parent / "truth"


def cut(at: int) -> Transition:
    return Transition("cut", at, 0)


def test_score_of_nothing_found_and_nothing_true_is_perfect() -> None:
    assert compare([], []).all.f1 == 1.0


def test_scores() -> None:
    score = Score(matched=6, false=2, missed=4)
    assert (score.precision, score.recall) == (0.75, 0.6)
    assert score.f1 == pytest.approx(2 / 3)


@pytest.mark.parametrize(("off", "matched"), [(-2, 0), (-1, 1), (0, 1), (1, 1), (2, 0)])
def test_cuts_match_within_the_tolerance(off: int, matched: int) -> None:
    assert compare([cut(50)], [cut(50 + off)], tolerance=1).cuts.matched == matched


def test_each_boundary_matches_once() -> None:
    result = compare([cut(50)], [cut(49), cut(50), cut(51)])
    assert result.cuts == Score(matched=1, false=2, missed=0)
    assert result.pairs == ((cut(50), cut(50)),)


def test_gradual_transitions_match_where_they_meet() -> None:
    true = Transition("dissolve", 100, 20)
    assert compare([true], [Transition("dissolve", 115, 20)]).gradual.f1 == 1.0
    assert compare([true], [Transition("dissolve", 130, 20)]).gradual.f1 == 0.0


def test_a_dissolve_taken_for_a_cut_is_right_among_all_only() -> None:
    result = compare([Transition("dissolve", 100, 20)], [cut(110)])
    assert result.all.f1 == 1.0
    assert result.gradual == Score(matched=0, false=0, missed=1)
    assert result.cuts == Score(matched=0, false=1, missed=0)


def test_the_start_is_no_boundary() -> None:
    assert compare([], [Transition("start", 0, 0)]).all == Score(0, 0, 0)


def test_boundaries_of_a_reel_are_those_of_its_shots() -> None:
    reel = scenes.Reel((scenes.Shot(10, 1), scenes.Shot(12, 2, "pan", "wipe", 5)))
    assert of_reel(reel) == [Transition("start", 0, 0), Transition("wipe", 10, 5)]


def test_labels_on_both_sides_of_black_make_one_boundary() -> None:
    labels = of_labels(TRUTH / "bbb-trailer.json")
    assert labels[:3] == [
        Transition("fade", 0, 26),
        Transition("fade", 217, 47),
        Transition("fade", 313, 47),
    ]
    assert labels[-1] == Transition("fade", 1204, 48)


@pytest.mark.parametrize("file", sorted(TRUTH.glob("*.json")), ids=lambda file: file.stem)
def test_labels_are_of_a_pinned_sample_and_lie_inside_it_in_order(file: Path) -> None:
    source = json.loads(file.read_text(encoding="utf-8"))["source"]
    assert sample(source["sample"]).file.sha256 == source["sha256"]
    edges = [(b.start_frame, b.start_frame + b.frames) for b in of_labels(file)]
    assert edges == sorted(edges)
    assert all(end <= start for (_, end), (start, _) in pairwise(edges))
    assert edges[-1][1] <= source["frames"]
