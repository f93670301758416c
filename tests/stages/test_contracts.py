"""Every shipped measure keeps to the contract."""

from __future__ import annotations

from fractions import Fraction

import pytest

from clearreel.stages import registry
from clearreel.stages.contract import Measure, ShotDetector
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import reel
from clearreel.testing.sound import Sound
from clearreel.testing.stage_contract import (
    check_declaration,
    check_measure,
    check_picklable,
    check_settings,
)
from clearreel.testing.views import clip_view

DETECTORS = ("scout", "exact")
MEASURES = {name: registry.make(name, {}) for name in registry.BUILT_IN if name not in DETECTORS}


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    path = tmp_path_factory.mktemp("contract") / "clip.mp4"
    footage = reel(40, width=320, height=180, seed=6)
    write(path, footage, video=Video(fps=Fraction(25)), sound=Sound(kind="speech"))
    return clip_view(path)


@pytest.mark.parametrize("name", [name for name in MEASURES if not MEASURES[name].weights])
def test_a_measure_without_weights(clip, name):
    check_measure(registry.make(name, {}), clip)


@pytest.mark.weights
@pytest.mark.parametrize("name", [name for name in MEASURES if MEASURES[name].weights])
def test_a_measure_with_weights(clip, weights, name):
    weights(*MEASURES[name].weights)
    check_measure(registry.make(name, {}), clip)


@pytest.mark.parametrize("name", registry.BUILT_IN)
def test_a_stage_of_either_kind(name):
    stage = registry.make(name, {})
    assert isinstance(stage, ShotDetector if name in DETECTORS else Measure)
    check_declaration(stage)
    check_settings(stage)
    check_picklable(stage)
