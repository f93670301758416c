"""Which boundaries count where."""

from bench.scoring import BLOCK_FRAMES, agreement

from clearreel.core.shots import Transition

TRUTH = [
    Transition("start", 0, 0),
    Transition("cut", 100, 0),
    Transition("dissolve", 200, 20),
    Transition("cut", BLOCK_FRAMES + 10, 0),
]


def test_all_right() -> None:
    found = agreement(TRUTH, TRUTH, 2 * BLOCK_FRAMES)
    assert found.cuts.tolist() == [[1, 0, 0], [1, 0, 0]]
    assert found.gradual.tolist() == [[1, 0, 0], [0, 0, 0]]
    assert found.all.tolist() == [[2, 0, 0], [1, 0, 0]]


def test_a_wrong_kind_counts_as_found() -> None:
    seen = [Transition("cut", 101, 0), Transition("cut", 210, 0)]
    found = agreement(TRUTH, seen, 2 * BLOCK_FRAMES)
    assert found.cuts.tolist() == [[1, 0, 0], [0, 0, 1]]
    assert found.gradual.tolist() == [[1, 0, 0], [0, 0, 0]]


def test_two_frames_off_is_missed_and_invented() -> None:
    found = agreement(TRUTH, [Transition("cut", 102, 0)], 2 * BLOCK_FRAMES)
    assert found.cuts.sum(axis=0).tolist() == [0, 1, 2]
    assert found.gradual.sum(axis=0).tolist() == [0, 0, 1]
    assert found.all.sum(axis=0).tolist() == [0, 1, 3]


def test_what_is_invented_belongs_to_the_kind_it_was_given_as() -> None:
    found = agreement([], [Transition("wipe", 30, 9), Transition("cut", 60, 0)], 100)
    assert found.cuts.tolist() == [[0, 1, 0]]
    assert found.gradual.tolist() == [[0, 1, 0]]


def test_footage_is_pooled_block_by_block() -> None:
    both = agreement(TRUTH, TRUTH, 600) + agreement(TRUTH[:2], [], 400)
    assert both.all.tolist() == [[2, 0, 0], [1, 0, 0], [0, 0, 1]]
