"""Files for the benchmark."""

import itertools
from pathlib import Path

import av
import pytest
from bench.inputs import QUICK, SHORT, prepare, repeat, speed_inputs, truth_inputs
from bench.looping import loop

from clearreel.pinned.samples import fetch_sample
from clearreel.testing.reading import presented
from clearreel.testing.reel_encoding import ENCODINGS


def test_repeated_shots_are_joined_by_cuts() -> None:
    first = {"start_frame": 0, "frames": 6}
    second = {"start_frame": 9, "frames": 1}
    shots = [
        first | {"transition": {"kind": "start", "start_frame": 0, "frames": 0}},
        second | {"transition": {"kind": "wipe", "start_frame": 6, "frames": 3}},
    ]
    again = repeat(shots, 10, 2)
    assert again[:2] == shots
    assert again[2]["transition"] == {"kind": "cut", "start_frame": 10, "frames": 0}
    assert again[3]["transition"] == {"kind": "wipe", "start_frame": 16, "frames": 3}
    assert [shot["start_frame"] for shot in again] == [0, 9, 10, 19]


@pytest.mark.footage
def test_a_loop_holds_the_same_pictures_again_and_again(tmp_path: Path) -> None:
    source = fetch_sample("speech")
    once = [picture.tobytes() for _, picture in presented(source)]
    looped = list(presented(loop(source, tmp_path / "loop.mp4", 2)))
    assert [picture.tobytes() for _, picture in looped] == 2 * once
    steps = {round(float(two - one), 4) for (one, _), (two, _) in itertools.pairwise(looped)}
    assert len(steps) == 1
    with av.open(str(tmp_path / "loop.mp4")) as container:
        assert len(container.streams.audio) == 1


@pytest.mark.footage
def test_files_are_made_once_and_their_truth_fits(tmp_path: Path) -> None:
    inputs = [i for i in speed_inputs(QUICK, QUICK.seconds) if i.name in ("x264", "x264-fixed")]
    said: list[str] = []
    made = prepare(inputs, tmp_path, said.append)
    assert prepare(inputs, tmp_path, said.append) == made
    assert len(said) == 1
    for prepared in made.values():
        assert prepared.seconds >= QUICK.seconds
        assert prepared.truth is not None
        assert sum(1 for _ in presented(prepared.path)) == prepared.frames


def test_names_are_unique_and_same_pictures_are_named() -> None:
    for inputs in (speed_inputs(QUICK, QUICK.seconds), truth_inputs(QUICK), truth_inputs(SHORT)):
        names = [item.name for item in inputs]
        assert len(set(names)) == len(names)
        assert all(not item.pictures_of or item.pictures_of in names for item in inputs)


def test_accuracy_is_measured_in_every_encoding_at_the_short_scale_too() -> None:
    assert {item.name for item in truth_inputs(SHORT)} >= set(ENCODINGS)
