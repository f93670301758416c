from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from clearreel.core.shots import Shot, Transition
from clearreel.media.timeline import Timeline
from clearreel.recipes.clipping import ClipRules, clips_of

MILLI = Fraction(1, 1000)


def timeline(steps: list[int], keys: set[int] | None = None) -> Timeline:
    """Frames that last so many milliseconds each; key frames where `keys` says."""
    ticks = np.concatenate([[0], np.cumsum(steps)]).astype(np.int64)
    key = np.zeros(len(steps), np.bool_)
    key[sorted(keys or {0})] = True
    return Timeline(ticks[:-1], int(ticks[-1]), MILLI, key, np.arange(len(steps)))


def shot(start: int, end: int) -> Shot:
    return Shot(start, end, Transition("cut", start, 0))


@st.composite
def footage(draw: st.DrawFn) -> Timeline:
    """Footage of any frame rate, which may vary, with key frames anywhere."""
    steps = draw(st.lists(st.integers(1, 120), min_size=1, max_size=400))
    keys = draw(st.sets(st.integers(0, len(steps) - 1), max_size=20))
    return timeline(steps, {0} | keys)


@st.composite
def rules(draw: st.DrawFn) -> ClipRules:
    longest = draw(st.fractions(Fraction(1, 4), 8, max_denominator=100))
    piece = draw(st.none() | st.fractions(Fraction(1, 4), 8, max_denominator=100))
    return ClipRules(
        min_seconds=draw(st.fractions(0, 1, max_denominator=100)),
        max_seconds=longest,
        piece_seconds=piece,
        trim_frames=draw(st.integers(0, 5)),
        trim_share=draw(st.fractions(0, Fraction(1, 4), max_denominator=20)),
    )


@given(footage(), rules(), st.data())
def test_pieces_cover_their_shot_and_none_is_too_long(
    film: Timeline, wanted: ClipRules, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(film) - 1))
    end = data.draw(st.integers(start + 1, len(film)))
    pieces = list(clips_of((shot(start, end),), film, wanted))
    trim = wanted.trim_frames + int((end - start) * wanted.trim_share)
    if start + trim < end - trim:
        start, end = start + trim, end - trim
        for piece in pieces:
            duration = film.span(piece.start_frame, piece.end_frame).duration
            frames = piece.end_frame - piece.start_frame
            assert duration <= wanted.max_seconds or frames == 1
    else:
        assert all(piece.objection for piece in pieces)
    assert (pieces[0].start_frame, pieces[-1].end_frame) == (start, end)
    assert all(one.end_frame == other.start_frame for one, other in pairwise(pieces))
    assert all(piece.start_frame < piece.end_frame for piece in pieces)


@given(footage(), rules())
def test_an_objection_is_about_length(film: Timeline, wanted: ClipRules) -> None:
    trim = wanted.trim_frames + int(len(film) * wanted.trim_share)
    assume(2 * trim < len(film))
    for piece in clips_of((shot(0, len(film)),), film, wanted):
        duration = film.span(piece.start_frame, piece.end_frame).duration
        if piece.objection:
            assert piece.objection.startswith("too short: ")
        else:
            assert duration >= wanted.min_seconds


def test_borders_move_to_key_frames_nearby() -> None:
    film = timeline([40] * 200, {0, 55, 90})
    pieces = list(clips_of((shot(0, 200),), film, ClipRules(max_seconds=Fraction(5))))
    assert [piece.end_frame for piece in pieces] == [90, 200]


def test_borders_stay_where_key_frames_are_far() -> None:
    film = timeline([40] * 200, {0, 30})
    pieces = list(clips_of((shot(0, 200),), film, ClipRules(max_seconds=Fraction(5))))
    assert [piece.end_frame for piece in pieces] == [100, 200]


def test_a_shot_as_long_as_allowed_is_not_divided() -> None:
    film = timeline([40] * 125, {0, 60})
    assert len(list(clips_of((shot(0, 125),), film, ClipRules(max_seconds=Fraction(5))))) == 1


def test_a_short_shot_is_listed_with_its_length() -> None:
    film = timeline([40] * 100)
    [short, good] = clips_of((shot(0, 30), shot(30, 100)), film, ClipRules())
    assert short.objection == "too short: 1.20 s, at least 2 s"
    assert (good.shot, good.objection) == (1, "")


def test_pieces_are_about_as_long_as_asked() -> None:
    film = timeline([40] * 1000)
    wanted = ClipRules(max_seconds=Fraction(10), piece_seconds=Fraction(4))
    assert {p.end_frame - p.start_frame for p in clips_of((shot(0, 1000),), film, wanted)} == {100}


def test_a_shot_that_is_all_edge_is_listed() -> None:
    [piece] = clips_of((shot(0, 100),), timeline([100] * 100), ClipRules(trim_frames=50))
    assert piece.objection == "too short: 100 frames, and 50 are trimmed off each end"
