from __future__ import annotations

import subprocess
import sys
import types
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from typing import ClassVar, Literal

import pytest

from clearreel.core.errors import UsageError
from clearreel.core.facts import Fact
from clearreel.stages import registry
from clearreel.stages.contract import Measure
from clearreel.stages.light import Light


@dataclass(frozen=True)
class Grain(Measure):
    """A stage of another package, with a setting of every type."""

    strength: float = 0.5
    steps: int = 3
    fine: bool = False
    method: Literal["dct", "median"] = "dct"
    bands: tuple[str, ...] = ("luma",)

    name: ClassVar[str] = "grain"
    adds: ClassVar[tuple[Fact, ...]] = (Fact("grain", "float", "share", "How grainy it is."),)

    def __post_init__(self):
        if self.steps < 1:
            raise ValueError(f"{self.steps} steps; at least 1")

    def measure(self, clip):
        return {"grain": 0.0}


@pytest.fixture
def install(monkeypatch):
    """Pretend that a package with these entry points is installed."""
    module = types.ModuleType("grainy")
    module.Grain, module.NoStage = Grain, dict
    monkeypatch.setitem(sys.modules, "grainy", module)

    def pretend(**points):
        found = [EntryPoint(name, value, registry.GROUP) for name, value in points.items()]
        monkeypatch.setattr(registry, "entry_points", lambda group: found)

    return pretend


def test_every_shipped_stage_is_found_under_its_name():
    kinds = registry.stage_types()
    assert set(registry.BUILT_IN) <= set(kinds)
    assert all(kind.name == name for name, kind in kinds.items())


def test_a_stage_of_another_package_is_made_like_a_shipped_one(install):
    install(grain="grainy:Grain")
    assert registry.make("grain", {"strength": 0.25}) == Grain(strength=0.25)
    assert registry.stage_types()["grain"] is Grain
    assert registry.adder_of("grain") == ["grain"]


def test_two_stages_of_one_name_are_refused_and_both_are_named(install):
    install(light="grainy:Grain")
    with pytest.raises(UsageError, match=r"clearreel\.stages\.light:Light and grainy:Grain"):
        registry.stage_types()


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ({"grain": "grainy:NoStage"}, "is not a stage with the name 'grain'"),
        ({"noise": "grainy:Grain"}, "is not a stage with the name 'noise'"),
        ({"grain": "grainy:Nothing"}, "cannot be imported"),
        ({"grain": "not_installed:Grain"}, "cannot be imported"),
    ],
)
def test_an_entry_point_that_is_no_stage_of_its_name_is_refused(install, points, message):
    install(**points)
    with pytest.raises(UsageError, match=message):
        registry.make(next(iter(points)), {})


def test_settings_are_given_to_the_stage():
    assert registry.make("light", {"dark": 7.5}) == Light(dark=7.5)
    assert registry.make("light", {}) == Light()


def test_a_whole_number_and_the_same_float_have_one_fingerprint():
    whole, real = (registry.make("light", {"dark": dark}) for dark in (7, 7.0))
    assert whole.fingerprint() == real.fingerprint()


def test_a_list_becomes_a_tuple(install):
    install(grain="grainy:Grain")
    stage = registry.make("grain", {"bands": ["luma", "chroma"]})
    assert stage == Grain(bands=("luma", "chroma"))


def test_an_unknown_stage_names_those_there_are_and_the_closest():
    with pytest.raises(UsageError, match="sharpness") as caught:
        registry.make("sharpnes", {})
    assert caught.value.hint == "did you mean sharpness?"


def test_an_unknown_setting_names_those_there_are_with_their_defaults():
    with pytest.raises(UsageError, match=r"it has dark \(5\.0\), bright \(250\.0\)") as caught:
        registry.make("light", {"darc": 3})
    assert caught.value.hint == "did you mean dark?"
    with pytest.raises(UsageError, match="it has none"):
        registry.make("nsfw", {"threshold": 0.5})


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"strength": "high"}, "strength of the stage grain must be of type float, not 'high'"),
        ({"strength": True}, "must be of type float, not True"),
        ({"steps": 2.5}, "must be of type int, not 2.5"),
        ({"steps": False}, "must be of type int, not False"),
        ({"fine": 1}, "must be of type bool, not 1"),
        ({"method": "fft"}, "must be 'dct' or 'median', not 'fft'"),
        ({"bands": [1]}, "must be of type str, not 1"),
        ({"bands": "luma"}, "must be a list, not 'luma'"),
        ({"steps": 0}, "refuses its settings: 0 steps; at least 1"),
    ],
)
def test_a_value_of_the_wrong_kind_is_a_wrong_call(install, settings, message):
    install(grain="grainy:Grain")
    with pytest.raises(UsageError, match=message):
        registry.make("grain", settings)


@pytest.mark.parametrize(
    ("fact", "stages"),
    [("motion", ["motion"]), ("brightness", ["light"]), ("tags", ["embedding"]), ("beauty", [])],
)
def test_who_adds_a_fact(fact, stages):
    assert registry.adder_of(fact) == stages


def test_no_fact_is_added_twice():
    added = [
        fact.name
        for kind in registry.stage_types().values()
        if issubclass(kind, Measure)
        for fact in kind.adds
    ]
    assert len(set(added)) == len(added)


def test_making_one_stage_imports_no_other():
    code = (
        "import sys; from clearreel.stages import registry; registry.make('light', {}); "
        "print([m for m in ('motion', 'scout', 'nsfw') if f'clearreel.stages.{m}' in sys.modules],"
        " 'onnxruntime' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[0] == "[] False"
