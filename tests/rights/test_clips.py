"""The decision about a clip: its explanation, and that nothing that is added widens it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearreel.rights.clips import decide_clip
from clearreel.rights.decision import decide
from clearreel.rights.layers import LAYERS
from clearreel.rights.parent import Parent
from clearreel.rights.policy import ACTIVITIES
from clearreel.rights.signals.signal import Signal, Stance
from clearreel.rights.uses import USES, Intent
from clearreel.rights.world import Barrier, Fetch, Source, Takedown, World
from clearreel.testing.worlds import random_world

from .conftest import GRANT

worlds = st.integers(0, 10**9).map(random_world)
Restriction = Callable[[World, Random], World]


def a_signal(world: World, rng: Random) -> World:
    stances: list[Stance] = ["denies", "constrains", "unknown"]
    if "tdmrep" not in world.policy.signals:  # else these answer what the policy has asked for
        stances += ["allows", "absent"]
    said = Signal(
        "tdmrep",
        "media",
        rng.choice(stances),
        frozenset(rng.sample(ACTIVITIES, 2)),
        "",
        world.at - timedelta(hours=1),
        rng.choice([None, world.at]),
    )
    return each_source(world, lambda source: replace(source, signals=(*source.signals, said)))


def a_barrier(world: World, rng: Random) -> World:
    barriers: list[Barrier] = ["login", "paywall", "drm", "bot check"]
    barrier = frozenset({rng.choice(barriers)})
    return each_source(
        world,
        lambda source: replace(
            source,
            fetch=source.fetch
            and Fetch(source.fetch.robots_allowed, source.fetch.passed | barrier),
        ),
    )


def each_source(world: World, change: Callable[[Source], Source]) -> World:
    return replace(world, sources=tuple(change(source) for source in world.sources))


def a_takedown(world: World, rng: Random) -> World:
    names = frozenset({rng.choice(["film", "music", "older"])})
    takedown = rng.choice([Takedown("t", sources=names), Takedown("t", matches=names)])
    return replace(world, takedowns=(*world.takedowns, takedown))


def a_parent(world: World, rng: Random) -> World:
    parent = Parent(
        rng.choice(["a", "Panda-70M"]),
        rng.choice(["MIT", "CC0-1.0", "CC-BY-NC-4.0", ""]),
        rng.choice([(), None, (Parent("b", "CC-BY-4.0"),)]),
    )
    return replace(world, parents=(*world.parents, parent))


def a_source(world: World, rng: Random) -> World:
    place = rng.choice(["/set/older.mp4", "/nowhere/older.mp4"])
    older = Source("older-still", rng.random() < 0.5, (place,), brought_by="Eve")
    return replace(world, sources=(*world.sources, older))


def a_place(world: World, rng: Random) -> World:
    place = rng.choice(["/set/film-2.mp4", "/nowhere/film.mp4"])
    return each_source(
        world,
        lambda source: replace(source, places=(*source.places, place)) if source.places else source,
    )


def a_person(world: World, rng: Random) -> World:
    people = None if world.people is None else (*world.people, rng.choice(["p1", "p9"]))
    return replace(world, people=people)


def a_demanded_layer(world: World, rng: Random) -> World:
    layer = rng.choice(LAYERS)
    layers = {name: (*found, layer) for name, found in world.policy.layers.items()}
    return replace(world, policy=replace(world.policy, layers=layers))


def a_prohibition(world: World, rng: Random) -> World:
    return each_grant(world, rng, prohibition=(rng.choice(["derive", "distribute", "use"]),))


def an_end(world: World, rng: Random) -> World:
    return each_grant(world, rng, valid_until=world.at + timedelta(seconds=rng.choice([0, 9])))


def an_origin(world: World, rng: Random) -> World:
    """One thing more that a grant's footage was made from, at some depth, or its basis names."""
    if not world.grants:
        return world
    number = rng.randrange(len(world.grants))
    made_from = world.grants[number].made_from
    more = Parent(
        rng.choice(["set-d", "Panda-70M", "Pexels"]),
        rng.choice(["CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "MIT", ""]),
        rng.choice([(), None, (Parent("b", "CC-BY-4.0"),)]),
    )
    if made_from and rng.random() < 0.5:
        first = made_from[0]
        inner = None if first.made_from is None else (*first.made_from, more)
        return only(world, number, made_from=(replace(first, made_from=inner), *made_from[1:]))
    if rng.random() < 0.3:
        basis = f"{world.grants[number].basis}; {more.name}"
        return only(world, number, basis=basis) if world.grants[number].basis.strip() else world
    return only(world, number, made_from=(*made_from, more))


def less_consent(world: World, rng: Random) -> World:
    return replace(world, consents=world.consents[1:])


def less_discharged(world: World, rng: Random) -> World:
    rest = sorted(world.discharged)[1:]
    return replace(world, discharged=frozenset(rest), release=rng.choice([None, world.release]))


def each_grant(world: World, rng: Random, **changes: object) -> World:
    """Narrow one grant. Its id changes, and what was discharged for it is for the new one."""
    if not world.grants:
        return world
    number = rng.randrange(len(world.grants))
    if "valid_until" in changes and world.grants[number].valid_until is not None:
        return world
    return only(world, number, **changes)


def only(world: World, number: int, **changes: object) -> World:
    """The same of one certain grant."""
    old = world.grants[number]
    new = replace(old, **changes)
    given = {replace(d, of=new.id) for d in world.discharged if d.of == old.id}
    grants = [*world.grants[:number], new, *world.grants[number + 1 :]]
    return replace(world, grants=tuple(grants), discharged=world.discharged | given)


RESTRICTIONS: list[Restriction] = [
    *(a_signal, a_barrier, a_takedown, a_parent, a_source, a_place, a_person),
    *(a_demanded_layer, a_prohibition, an_end, an_origin, less_consent, less_discharged),
]


@settings(max_examples=400)
@given(worlds, st.sampled_from(RESTRICTIONS), st.randoms(use_true_random=False))
def test_a_restriction_or_a_parent_more_never_widens(
    world: World, restriction: Restriction, rng: Random
) -> None:
    narrowed = restriction(world, rng)
    if decide_clip(narrowed).permitted:
        assert decide_clip(world).permitted


@settings(max_examples=100)
@given(worlds, st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_known_does_not_matter(world: World, rng: Random) -> None:
    mixed = {
        name: tuple(rng.sample(found, len(found)))
        for name in ("sources", "grants", "takedowns", "parents", "consents")
        if (found := getattr(world, name))
    }
    assert decide_clip(replace(world, **mixed)) == decide_clip(world)


@settings(max_examples=100)
@given(worlds)
def test_every_answer_is_explained(world: World) -> None:
    explained = decide_clip(world)
    written = explained.to_json()
    assert json.loads(json.dumps(written)) == written
    assert [rule["rule"] for rule in written["rules"]] == [1, 2, 3, 4, 5, 6, 7]
    assert bool(explained.reason) != explained.permitted
    told = "\n".join(explained.lines())
    for outcome in explained.outcomes:
        assert outcome.holds or outcome.reason
        assert all(exhibit.said in told for exhibit in outcome.exhibits)


def test_a_permission_shows_the_evidence(world: World) -> None:
    rule = decide_clip(world).outcomes[1]
    [exhibit] = rule.exhibits
    assert (exhibit.grant, exhibit.sha256) == (GRANT.id, "00")
    assert "grant of Ada, CC0-1.0" in exhibit.said
    assert next(iter(decide_clip(world).lines())).startswith(
        "clip clip may be used for commercial genai-training, asked at 2026-11-22T09"
    )


def test_the_source_level_door_is_the_second_rule(world: World) -> None:
    """For the whole of one file, in one place, the one says what the other does."""
    whole = replace(world, clip=replace(world.clip, streams=()))
    for license_ in ("CC0-1.0", "CC-BY-NC-4.0", "CC-BY-ND-4.0", "LicenseRef-x"):
        for intervals in (None, ((Fraction(0), Fraction(10)),)):
            grants = (replace(GRANT, license=license_, intervals=intervals),)
            for use in USES.values():
                door = decide("/set/film.mp4", grants, use.name, world.at)
                for intent in use.intents:
                    asked = replace(whole, grants=grants, intent=intent)
                    assert (2 not in decide_clip(asked).refused_by) == door.permitted


def test_a_time_without_an_offset_is_no_time(world: World) -> None:
    with pytest.raises(ValueError, match="offset"):
        replace(world, at=datetime(2026, 11, 22))


def test_intents_ask_for_the_use_that_a_grant_lists() -> None:
    assert Intent("other-training", "research").use.name == "research-training"
    assert Intent("redistribution", "commercial").use.name == "redistribution"
    for use in USES.values():
        for intent in use.intents:
            assert (intent.use.name, intent.use.demands) == (use.name, use.demands)
