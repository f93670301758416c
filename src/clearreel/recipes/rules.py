"""Rules decide from facts alone whether a clip is kept. Nothing here touches a picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Rule:
    """Keep a clip only when a fact lies within bounds.

    A clip of which the fact does not apply (it is None) passes: silence has no loudness to judge.
    """

    fact: str
    min: float | None = None
    """Smallest value that is kept."""
    max: float | None = None
    """Largest value that is kept."""
    min_quantile: float | None = None
    """Drop this share of the data set's clips, those with the lowest values."""
    reason: str = ""
    """What a value outside means, for a person: "almost nothing moves"."""
    origin: str = ""
    """Where the number comes from: a paper, or "ours"."""
    optional: bool = False
    """Leave the rule out, and say so, when no stage at hand adds the fact."""
    safety: bool = False
    """What it drops is blurred where it is shown, and never lies in another clip's pre-roll."""
    min_side: int | None = None
    """Only for clips whose short side has at least this many pixels."""
    max_side: int | None = None
    """Only for clips whose short side has at most this many pixels."""

    def applies(self, facts: Mapping[str, Any]) -> bool:
        """Whether the rule speaks of a clip with these facts."""
        side = facts.get("short_side")
        if side is not None and self.min_side is not None and side < self.min_side:
            return False
        if side is not None and self.max_side is not None and side > self.max_side:
            return False
        return facts.get(self.fact) is not None

    def objection(self, facts: Mapping[str, Any]) -> str:
        """Why the clip is dropped, or nothing."""
        if not self.applies(facts):
            return ""
        value = facts[self.fact]
        if self.min is not None and value < self.min:
            bound = f"{self.fact} {_short(value)} is below {_short(self.min)}"
        elif self.max is not None and value > self.max:
            bound = f"{self.fact} {_short(value)} is above {_short(self.max)}"
        else:
            return ""
        return f"{self.reason}: {bound}" if self.reason else bound


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a clip is kept."""

    kept: bool
    reason: str = ""
    """For a person; empty when kept."""
    rule: str = ""
    """The fact whose rule dropped it, or one of `FINAL`, or `duplicate`."""


KEPT = Verdict(True)

FINAL = ("length", "damage", "rights")
"""What a visit itself decides: no rule of a recipe speaks of such clips any more."""


def judge(facts: Mapping[str, Any], rules: Iterable[Rule]) -> Verdict:
    """The first objection, in the order of the rules, drops the clip."""
    for rule in rules:
        objection = rule.objection(facts)
        if objection:
            return Verdict(False, objection, rule.fact)
    return KEPT


def resolve(rules: Sequence[Rule], values: Mapping[str, Sequence[float | None]]) -> list[Rule]:
    """The rules with each quantile turned into the bound that it means for these values."""
    resolved = []
    for rule in rules:
        if rule.min_quantile is not None:
            known = [value for value in values.get(rule.fact, ()) if value is not None]
            bound = float(np.quantile(known, rule.min_quantile)) if known else None
            resolved.append(replace(rule, min=bound, min_quantile=None))
        else:
            resolved.append(rule)
    return resolved


def _short(value: float) -> str:
    return f"{value:.4g}"
