from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from clearreel.core.shots import START, Shot, Transition, apart, shots_between


@st.composite
def changes(draw: st.DrawFn) -> tuple[list[Transition], int]:
    """Sorted transitions that don't overlap, and a number of frames that holds them all."""
    found: list[Transition] = []
    place = 0
    for _ in range(draw(st.integers(0, 6))):
        place += draw(st.integers(0 if not found else 1, 9))
        length = draw(st.integers(0, 5))
        found.append(Transition("dissolve" if length else "cut", place, length))
        place += length
    return found, max(1, place + draw(st.integers(0, 9)))


@given(changes())
def test_every_frame_is_in_one_shot_or_in_a_change(given: tuple[list[Transition], int]) -> None:
    transitions, frames = given
    shots = list(shots_between(transitions, frames))
    covered = [n for shot in shots for n in range(shot.start_frame, shot.end_frame)]
    changing = [n for t in transitions for n in range(t.start_frame, t.start_frame + t.frames)]
    assert sorted(covered + changing) == list(range(frames))
    for before, after in pairwise(shots):
        assert before.end_frame <= after.transition.start_frame
    for shot in shots:
        assert shot.frames > 0
        assert shot.transition.start_frame + shot.transition.frames == shot.start_frame


def test_of_transitions_that_overlap_the_first_stays() -> None:
    fade, inside, after = (
        Transition("fade", 4, 6),
        Transition("cut", 9, 0),
        Transition("cut", 10, 0),
    )
    assert list(apart([fade, inside, after])) == [fade, after]
    assert list(apart([inside, after], fade)) == [after]
    assert list(apart([after, after])) == [after]
    start = Transition("dissolve", 0, 3)
    assert list(apart([start], START)) == [start]


def test_footage_without_a_change_is_one_shot() -> None:
    assert list(shots_between([], 50)) == [Shot(0, 50, Transition("start", 0, 0))]


def test_a_change_at_the_very_start_stands_for_it() -> None:
    fade = Transition("fade", 0, 10)
    assert list(shots_between([fade], 50)) == [Shot(10, 50, fade)]


def test_no_shot_follows_a_change_that_runs_to_the_end() -> None:
    shots = list(shots_between([Transition("fade", 40, 10)], 50))
    assert [(shot.start_frame, shot.end_frame) for shot in shots] == [(0, 40)]
