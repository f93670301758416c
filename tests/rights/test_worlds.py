"""The random worlds of the two evaluators reach every rule, and every clause of it, both ways."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pytest

from clearreel.rights.layers import LAYERS
from clearreel.rights.parent import tree
from clearreel.rights.policy import ACTIVITIES, PURPOSES
from clearreel.rights.scope import EVERYTHING
from clearreel.rights.world import Discharge, Release, World
from clearreel.testing.second_opinion import second_opinion
from clearreel.testing.worlds import random_world

WORLDS = 2000
LEAST = WORLDS / 50
"""Of the worlds in which a rule is decisive one way: two in a hundred."""


@cache
def judged() -> tuple[tuple[World, frozenset[int]], ...]:
    worlds = [random_world(seed) for seed in range(WORLDS)]
    return tuple((world, second_opinion(world)) for world in worlds)


def test_about_half_of_the_worlds_permit_the_clip() -> None:
    permitted = sum(not refusing for _, refusing in judged())
    assert 0.4 < permitted / WORLDS < 0.6


def test_every_rule_is_the_only_one_to_refuse_often_enough() -> None:
    alone = Counter(min(refusing) for _, refusing in judged() if len(refusing) == 1)
    assert sorted(alone) == [1, 2, 3, 4, 5, 6, 7]
    assert min(alone.values()) >= LEAST, alone


AT_ISSUE: dict[int, Callable[[World], Any]] = {
    1: lambda w: any(len(stream.pieces) > 1 for stream in w.clip.streams),
    2: lambda w: any(grant.intervals is not None for grant in w.grants),
    3: lambda w: any(s.standard != "robots.txt" for source in w.sources for s in source.signals),
    4: lambda w: any(source.fetch for source in w.sources),
    5: lambda w: w.takedowns,
    6: lambda w: any("-SA-" in grant.license for grant in w.grants),
    7: lambda w: w.people and w.intent.activity in w.policy.consent,
}
"""What a rule has to weigh, so that it does not hold for want of anything to say no to."""


@pytest.mark.parametrize("number", AT_ISSUE)
def test_every_rule_permits_often_enough_what_it_has_to_weigh(number: int) -> None:
    weighed = sum(bool(AT_ISSUE[number](w)) for w, refusing in judged() if not refusing)
    assert weighed >= LEAST / 2, weighed


def grants(**changes: Any) -> Callable[[World], World]:
    """All grants changed; what was discharged for them stays so."""

    def changed(world: World) -> World:
        new = {grant.id: replace(grant, **changes) for grant in world.grants}
        return replace(
            world,
            grants=tuple(new[grant.id] for grant in world.grants),
            discharged=frozenset(
                replace(d, of=new[d.of].id) if d.of in new else d for d in world.discharged
            ),
        )

    return changed


def sources(**changes: Any) -> Callable[[World], World]:
    return lambda w: replace(w, sources=tuple(replace(s, **changes) for s in w.sources))


def signals(**changes: Any) -> Callable[[World], World]:
    return lambda w: replace(
        w,
        sources=tuple(
            replace(s, signals=tuple(replace(signal, **changes) for signal in s.signals))
            for s in w.sources
        ),
    )


def fetches(**changes: Any) -> Callable[[World], World]:
    return lambda w: replace(
        w,
        sources=tuple(
            replace(s, fetch=replace(s.fetch, **changes) if s.fetch else None) for s in w.sources
        ),
    )


def policy(**changes: Any) -> Callable[[World], World]:
    return lambda w: replace(w, policy=replace(w.policy, **changes))


def consents(**changes: Any) -> Callable[[World], World]:
    return lambda w: replace(w, consents=tuple(replace(c, **changes) for c in w.consents))


def demands(**changes: Any) -> Callable[[World], World]:
    return lambda w: replace(w, takedowns=tuple(replace(t, **changes) for t in w.takedowns))


def released(**changes: Any) -> Callable[[World], World]:
    return lambda w: replace(
        w, release=replace(w.release or Release("CC-BY-SA-4.0", True), **changes)
    )


def credited(world: World) -> World:
    owing = [*(grant.id for grant in world.grants), *(p.name for p in tree(world.parents))]
    return replace(world, discharged=frozenset(Discharge(of, "attribution") for of in owing))


REPAIRS: dict[str, Callable[[World], World]] = {
    "1 bytes are hashed": sources(verified=True),
    "2 a holder": grants(holder="Ada"),
    "2 a basis": grants(basis="a letter"),
    "2 begun": grants(valid_from=None),
    "2 not over": grants(valid_until=None),
    "2 evidence older": grants(evidence_on=None),
    "2 verified before": sources(acquired_at=None),
    "2 vouched for": grants(attested_by="eve"),
    "2 verified by now": grants(verified_on=date(2026, 11, 1)),
    "2 territory": grants(territory=None),
    "2 uses": grants(uses=None),
    "2 permission": grants(permission=None),
    "2 prohibition": grants(prohibition=()),
    "2 licence": grants(license="CC0-1.0"),
    "2 stretches": grants(intervals=None),
    "2 layers": grants(layers=LAYERS),
    "2 files": grants(scope=EVERYTHING),
    "2 parents": lambda w: replace(w, parents=()),
    "2 made from": grants(made_from=()),
    "2 excluded": policy(excluded=frozenset()),
    "2 research only": policy(research_only=frozenset()),
    "3 asked": policy(signals=()),
    "3 stance": signals(stance="allows"),
    "3 fresh": signals(stale_at=None),
    "3 read by now": signals(read_at=datetime(2026, 11, 20, tzinfo=UTC)),
    "4 robots": fetches(robots_allowed=True),
    "4 barriers": fetches(passed=frozenset()),
    "4 brought": sources(brought_by="Eve"),
    "5 named": demands(sources=frozenset()),
    "5 alike": demands(matches=frozenset()),
    "6 credit": credited,
    "6 a release": released(),
    "6 apart": released(apart=True),
    "6 compatible": released(license="CC-BY-SA-4.0"),
    "7 looked": lambda w: replace(w, people=w.people or ()),
    "7 not withdrawn": consents(withdrawn_on=None),
    "7 begun": consents(valid_from=date(2026, 1, 1)),
    "7 not over": consents(valid_until=None),
    "7 purposes": consents(purposes=frozenset(PURPOSES)),
    "7 activities": consents(activities=frozenset(ACTIVITIES)),
}
"""Each takes one clause of a rule away, or what it could say no to."""


@pytest.mark.parametrize("repair", REPAIRS)
def test_every_clause_is_what_some_world_is_refused_for(repair: str) -> None:
    rule = int(repair[0])
    decisive = sum(
        not second_opinion(REPAIRS[repair](world))
        for world, refusing in judged()
        if refusing == {rule}
    )
    assert decisive > 1
