"""Where a clip is looked at: spread evenly, and where it costs least."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from clearreel.media.pictures import PictureReader
from clearreel.media.timeline import Timeline
from clearreel.stages.contract import Look
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import reel
from clearreel.visit.looking import look_at, places
from clearreel.visit.source import open_source


def timeline(frames: int, keys: set[int]) -> Timeline:
    """25 frames a second."""
    key = np.array([n in keys for n in range(frames)])
    ticks = np.arange(frames, dtype=np.int64)
    return Timeline(ticks, frames, Fraction(1, 25), key, ticks)


@pytest.mark.parametrize(
    ("keys", "spares", "reach", "expected"),
    [
        (set(), [], 5.0, [15, 45, 75]),
        ({0}, [], 5.0, [0]),
        ({0}, [], 0.4, [15, 45, 75]),
        ({0, 40, 80}, [], 0.4, [15, 40, 80]),
        ({0, 40, 80}, [18], 0.4, [18, 40, 80]),
        (set(), [10, 50], 5.0, [10, 50]),
    ],
)
def test_places(keys: set[int], spares: list[int], reach: float, expected: list[int]) -> None:
    assert places(timeline(90, keys), 0, 90, 3, reach, spares) == expected


@pytest.fixture
def pictures(tmp_path: Path) -> Iterator[PictureReader]:
    path = write(tmp_path / "film.mp4", reel(100), video=Video(gop=50, b_frames=2))
    with open_source(path) as opened:
        yield opened


def test_key_frames_within_reach_cost_little(pictures: PictureReader) -> None:
    seen = look_at(pictures, 0, 100, Look(reach=5.0), {"stills", "runs"})
    assert [still.frame for still in seen.stills] == [0, 50]
    assert [run.start_frame for run in seen.runs] == [0, 50]
    assert all(Fraction(1, 10) <= Fraction(run.seconds) < 1 for run in seen.runs)
    assert pictures.reader.decoded <= 12


def test_runs_elsewhere_are_neighbours(pictures: PictureReader) -> None:
    seen = look_at(pictures, 0, 100, Look(stills=0, reach=0.1), {"runs"})
    assert [run.start_frame for run in seen.runs] == [16, 50, 83]
    assert [round(25 * run.seconds) for run in seen.runs][::2] == [1, 1]


def test_what_a_detector_decoded_is_used(pictures: PictureReader) -> None:
    for number, frame in pictures.reader.frames(20, 24):
        pictures.spare(number, frame)
    before = pictures.reader.decoded
    seen = look_at(pictures, 10, 40, Look(stills=1, runs=1), {"stills", "runs"})
    assert [still.frame for still in seen.stills] == [22]
    assert [run.start_frame for run in seen.runs] == [22]
    assert pictures.reader.decoded == before


def test_a_clip_of_one_frame_has_no_run(pictures: PictureReader) -> None:
    seen = look_at(pictures, 50, 51, Look(), {"stills", "runs"})
    assert [still.frame for still in seen.stills] == [50]
    assert not seen.runs
