"""Two evaluators, written apart, agree on random worlds, rule by rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from clearreel.core.span import Span
from clearreel.rights import findings, making, parents, rules
from clearreel.rights.clips import decide_clip
from clearreel.rights.grants import Grant
from clearreel.rights.policy import default_policy
from clearreel.rights.scope import Scope
from clearreel.rights.uses import Intent
from clearreel.rights.world import Clip, Piece, Source, Stream, World
from clearreel.testing.second_opinion import second_opinion
from clearreel.testing.worlds import random_world

WORLDS = 2000
MUTANT_WORLDS = 1200
"""Enough for every mutant below to be found out."""


@cache
def world(seed: int) -> World:
    return random_world(seed)


@cache
def second(seed: int) -> frozenset[int]:
    return second_opinion(world(seed))


def first(seed: int) -> frozenset[int]:
    return frozenset(decide_clip(world(seed)).refused_by)


def test_they_agree_on_every_rule() -> None:
    for seed in range(WORLDS):
        assert first(seed) == second(seed), f"seed {seed}: {decide_clip(world(seed)).reason}"


def disagreements() -> int:
    return sum(first(seed) != second(seed) for seed in range(MUTANT_WORLDS))


@pytest.mark.parametrize("number", range(1, 8))
def test_a_rule_that_is_left_out_is_found(monkeypatch: Any, number: int) -> None:
    def nothing(world: World) -> Iterator[rules.Exhibit]:
        yield from ()

    mutated = list(rules.RULES)
    mutated[number - 1] = (mutated[number - 1][0], nothing)
    monkeypatch.setattr(rules, "RULES", tuple(mutated))
    assert disagreements() > 3


MUTANTS: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "gaps of a tenth of a second pass": (
        rules,
        "gaps",
        lambda wanted, covering: [
            gap for gap in GAPS(wanted, covering) if gap[1] - gap[0] > Fraction(1, 10)
        ],
    ),
    "a second is left out where a grant touches": (
        findings,
        "overlaps",
        lambda one, other: OVERLAPS(one, (other[0], other[1] - 1)),
    ),
    "dates end where they begin everywhere": (findings, "expires", lambda at: BEGINS(at)),
    "dates begin where they begin anywhere": (findings, "begins", lambda at: EXPIRES(at)),
    "consent ends late": (rules, "expires", lambda at: BEGINS(at)),
    "only the first parent counts": (rules, "tree", lambda given: iter(given[:1])),
    "every licence of a parent is good": (
        parents,
        "judge_license",
        lambda expression, use, free: findings.judge_license("owned", use),
    ),
    "software licences are good for footage": (
        findings,
        "judge_license",
        lambda expression, use, listed: JUDGE(expression, use, listed, SOFTWARE),
    ),
    "what footage was made from is not asked": (findings, "judge_making", lambda *given: []),
    "only the first thing that footage was made from counts": (
        making,
        "tree",
        lambda given: iter(given[:1]),
    ),
    "footage may be made from what has no licence": (
        making,
        "judge_parent",
        lambda parent, *given: parents.judge_parent(
            replace(parent, license=parent.license or "owned"), *given
        ),
    ),
    "what a grant speaks of is not held against the policy": (
        making,
        "_spoken_of",
        lambda *given: iter(()),
    ),
    "addresses are not held against the policy": (rules, "judge_addresses", lambda *given: []),
    "a name has to stand as the policy writes it": (parents, "_letters", str.lower),
    "ODRL terms are not read": (findings.odrl, "shortcomings", lambda *given: []),
    "nobody has to vouch for a grant": (findings, "_unverified", lambda grant, at: []),
    "what is verified after a fetch counts": (findings, "_verified_late", lambda *given: []),
    "evidence has no date": (findings, "_backdated", lambda grant, asked: []),
    "a signal that is stale still allows": (
        rules,
        "_listen",
        lambda signal, at: LISTEN(replace(signal, stale_at=None), at),
    ),
    "a withdrawal counts for its own record only": (
        rules,
        "_is_withdrawn",
        lambda record, world: WITHDRAWN(record, world) and not record.activities,
    ),
}
GAPS, OVERLAPS = rules.gaps, findings.overlaps
BEGINS, EXPIRES = findings.begins, findings.expires
SOFTWARE = frozenset({"MIT", "GPL-3.0-only"})
JUDGE, LISTEN, WITHDRAWN = findings.judge_license, rules._listen, rules._is_withdrawn


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_rule_that_is_a_little_wrong_is_found(monkeypatch: Any, mutant: str) -> None:
    where, name, wrong = MUTANTS[mutant]
    monkeypatch.setattr(where, name, wrong)
    assert disagreements() > 0


def test_a_refusing_grant_over_a_part_of_a_work_that_is_judged_whole() -> None:
    """Where they differed once: the second took such a grant for one about other moments."""
    base = Span(0, 10, Fraction(1, 10))
    good = Grant(Scope("/set", ("**",)), "CC0-1.0", "Ada", "a letter", attested_by="eve")
    bad = replace(good, license="CC-BY-NC-4.0", intervals=((Fraction(5), Fraction(6)),))
    asked = World(
        clip=Clip("clip", (Stream("video", base, (Piece(base, "film", Fraction(0)),)),)),
        intent=Intent("genai-training", "commercial"),
        at=datetime(2026, 11, 22, tzinfo=UTC),
        policy=default_policy(),
        sources=tuple(Source(s, True, (f"/set/{s}",), brought_by="eve") for s in ("film", "older")),
        grants=(good, bad),
    )
    assert decide_clip(asked).refused_by == (2,)
    assert second_opinion(asked) == {2}
    assert not second_opinion(replace(asked, sources=asked.sources[:1]))
