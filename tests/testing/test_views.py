from __future__ import annotations

from fractions import Fraction

import pytest

from clearreel.stages.contract import Look
from clearreel.testing.encode import Video, write
from clearreel.testing.numbering import read_frame_number
from clearreel.testing.scenes import reel
from clearreel.testing.sound import Sound
from clearreel.testing.views import clip_view


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("views") / "footage.mp4"
    return write(path, reel(30, 45), video=Video(fps=Fraction(25)), sound=Sound(codec="aac"))


def test_stills_and_runs_lie_in_the_middle_of_equal_parts(path):
    view = clip_view(path, 30, 75)
    assert [still.frame for still in view.stills] == [37, 52, 67]
    assert [read_frame_number(still.rgb) for still in view.stills] == [37, 52, 67]
    assert [run.start_frame for run in view.runs] == [35, 50, 65]
    assert view.runs[0].luma.shape == (2, 72, 128)
    assert view.runs[0].seconds == 3 / 25


def test_it_holds_the_time_size_and_sound_of_the_clip(path):
    whole, view = clip_view(path), clip_view(path, 30, 75)
    assert (whole.start_frame, whole.end_frame) == (0, 75)
    assert view.span.duration == Fraction(45, 25)
    assert 0 < view.coded_bytes < whole.coded_bytes < path.stat().st_size
    assert view.sound.samples.shape == (1, 86400)


def test_a_clip_shorter_than_a_look_is_seen_once(path):
    view = clip_view(path, 10, 12, Look(stills=3, runs=3))
    assert [still.frame for still in view.stills] == [10, 11]
    assert [(run.start_frame, run.seconds) for run in view.runs] == [(10, 1 / 25)]
