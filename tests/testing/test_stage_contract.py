"""The checks find what they are there for."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import pytest

from clearreel.core.facts import Fact
from clearreel.stages.contract import Measure
from clearreel.testing.encode import write
from clearreel.testing.scenes import reel
from clearreel.testing.stage_contract import check_measure
from clearreel.testing.views import clip_view

FACT = Fact("grain", "float", "share", "How grainy the picture is.")
counter = itertools.count()


@dataclass(frozen=True)
class Good(Measure):
    """A stage that keeps to the contract."""

    name: ClassVar[str] = "good"
    needs: ClassVar[tuple[str, ...]] = ("stills",)
    adds: ClassVar[tuple[Fact, ...]] = (FACT,)

    def measure(self, clip):
        return {"grain": len(clip.stills) / 10}


@dataclass(frozen=True)
class WrongName(Good):
    """Its name has a capital letter."""

    name: ClassVar[str] = "Wrong"


@dataclass(frozen=True)
class NoSentence(Good):
    """The description of its fact is a word."""

    adds: ClassVar[tuple[Fact, ...]] = (Fact("grain", "float", "share", "grain"),)


@dataclass(frozen=True)
class Superfluous(Good):
    """Adds what it does not declare."""

    def measure(self, clip):
        return {"grain": 0.0, "noise": 1.0}


@dataclass(frozen=True)
class NumpyValue(Good):
    """Its value is a numpy scalar, which JSON does not know."""

    def measure(self, clip):
        return {"grain": np.float64(0.5)}


@dataclass(frozen=True)
class OutOfRange(Good):
    """Its share is over 1."""

    def measure(self, clip):
        return {"grain": 1.5}


@dataclass(frozen=True)
class NotFinite(Good):
    """Its value is infinite."""

    def measure(self, clip):
        return {"grain": float("inf")}


@dataclass(frozen=True)
class Undeclared(Good):
    """Looks at runs without needing them."""

    def measure(self, clip):
        return {"grain": len(clip.runs) / 10}


@dataclass(frozen=True)
class Moody(Good):
    """Says something else each time."""

    def measure(self, clip):
        return {"grain": next(counter) / 1000}


@dataclass(frozen=True)
class Blind(Good):
    """Fails where no picture could be decoded."""

    def measure(self, clip):
        return {"grain": float(clip.stills[0].rgb.mean() / 255)}


@dataclass(frozen=True)
class Forgetful(Good):
    """A setting that does not reach the fingerprint."""

    strength: int = 1

    def fingerprint(self, *standing_on):
        return "always the same"


@dataclass(frozen=True)
class Unpicklable(Good):
    """Opens something before it is used."""

    opened: object = field(default=None, init=False, compare=False)

    def __post_init__(self):
        object.__setattr__(self, "opened", lambda: None)

    @property
    def settings(self):
        return {}


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return clip_view(write(tmp_path_factory.mktemp("contract") / "clip.mp4", reel(20)))


def test_a_good_stage_passes(clip):
    check_measure(Good(), clip)


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (WrongName, "lower case"),
        (NoSentence, "no sentence"),
        (Superfluous, "noise"),
        (NumpyValue, "declared as float"),
        (OutOfRange, "a share is 0 to 1"),
        (NotFinite, "not a finite number"),
        (Undeclared, "uses more"),
        (Moody, "uses more|differs"),
        (Forgetful, "has the fingerprint of 1"),
    ],
)
def test_a_bad_stage_is_found_out(clip, kind, message):
    with pytest.raises(AssertionError, match=message):
        check_measure(kind(), clip)


@pytest.mark.parametrize(("kind", "error"), [(Blind, IndexError), (Unpicklable, Exception)])
def test_a_stage_that_fails_shows_its_own_error(clip, kind, error):
    with pytest.raises(error):
        check_measure(kind(), clip)
