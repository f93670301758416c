"""Transitions in pictures made for the purpose, small enough to be compared as they are."""

from collections.abc import Callable

import numpy as np
import pytest

from clearreel.core.shots import Transition
from clearreel.stages.boundaries.finding import find_transitions
from clearreel.stages.boundaries.matching import HEIGHT, WIDTH
from clearreel.testing import scenes
from clearreel.testing.boundaries import compare, of_reel


def pictures(*shots: scenes.Shot) -> tuple[np.ndarray, list[Transition]]:
    """A reel at the size of small pictures (frames, 36, 64, 3), and its boundaries."""
    reel = scenes.Reel(shots, 5 * WIDTH, 5 * HEIGHT, numbered=False)
    frames = np.stack(list(reel)).reshape(len(reel), HEIGHT, 5, WIDTH, 5, 3)
    return frames.mean((2, 4)).astype(np.uint8), of_reel(reel)


def two_shots(change: scenes.Change, frames: int, seed: int) -> tuple[np.ndarray, list[Transition]]:
    return pictures(
        scenes.Shot(40, seed, "pan"), scenes.Shot(40, seed + 1, "object", change, frames)
    )


@pytest.mark.parametrize("seed", range(5))
def test_a_cut_is_found_on_its_frame(seed: int) -> None:
    run, truth = two_shots("cut", 0, seed)
    assert find_transitions(run) == truth[1:]


@pytest.mark.parametrize("frames", [8, 16, 30])
@pytest.mark.parametrize("kind", ["dissolve", "fade", "wipe"])
def test_gradual_transitions_are_found_with_kind_and_span(kind: scenes.Change, frames: int) -> None:
    run, truth = two_shots(kind, frames, seed=7)
    (found,) = find_transitions(run)
    assert found.kind == kind
    assert abs(found.start_frame - truth[1].start_frame) <= 3
    assert abs(found.frames - frames) <= 5


@pytest.mark.parametrize("decoy", ["flash", "whip"])
@pytest.mark.parametrize("motion", ["static", "pan", "zoom", "object"])
def test_one_shot_has_no_boundary(motion: scenes.Motion, decoy: scenes.Decoy) -> None:
    run, _ = pictures(scenes.Shot(60, 11, motion, decoy=decoy))
    assert find_transitions(run) == []


def test_a_short_cutaway_has_two_cuts() -> None:
    there = scenes.Shot(30, 1, "static"), scenes.Shot(10, 2, "static"), scenes.Shot(30, 1, "static")
    run, truth = pictures(*there)
    assert find_transitions(run) == truth[1:]


def grain(run: np.ndarray) -> np.ndarray:
    noise = np.random.default_rng(0).normal(0, 3, run.shape)
    return np.clip(run + noise, 0, 255).astype(np.uint8)


def strobe(run: np.ndarray) -> np.ndarray:
    lit = run.astype(np.float32)
    lit[::4] = 255 - (255 - lit[::4]) / 3
    return lit.astype(np.uint8)


def exposure(run: np.ndarray) -> np.ndarray:
    gain = np.linspace(0.7, 1.2, len(run))[:, None, None, None]
    return np.clip(run * gain, 0, 255).astype(np.uint8)


def subtitle(run: np.ndarray) -> np.ndarray:
    written = run.copy()
    for place, colour in ((15, 255), (35, 250)):
        written[place : place + 15, 28:34, 12:52] = colour
    return written


@pytest.mark.parametrize("change", [grain, strobe, exposure, subtitle])
def test_what_is_no_boundary(change: Callable[[np.ndarray], np.ndarray]) -> None:
    run, _ = pictures(scenes.Shot(60, 5, "pan"))
    assert find_transitions(change(run)) == []


def test_footage_that_begins_and_ends_in_black() -> None:
    run, _ = pictures(scenes.Shot(60, 3, "static"))
    share = np.concatenate([np.arange(10) / 10, np.ones(40), np.arange(10)[::-1] / 10])
    faded = (run * share[:, None, None, None]).astype(np.uint8)
    found = find_transitions(faded)
    assert found == [Transition("fade", 0, 10), Transition("fade", 50, 10)]


def test_black_alone_is_one_fade() -> None:
    black = np.zeros((20, HEIGHT, WIDTH, 3), np.uint8)
    assert find_transitions(black) == [Transition("fade", 0, 20)]


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_very_short_runs_have_no_boundary(frames: int) -> None:
    run, _ = pictures(scenes.Shot(40, 3, "static"))
    assert find_transitions(run[:frames]) == []


def test_grain_hides_no_boundary() -> None:
    run, truth = pictures(
        scenes.Shot(40, 1), scenes.Shot(40, 2), scenes.Shot(40, 3, "pan", "dissolve", 16)
    )
    assert compare(truth, find_transitions(grain(run))).all.f1 == 1.0
