"""The decision about a clip: all seven rules, each with what it rests on."""

from __future__ import annotations

from clearreel.rights import rules
from clearreel.rights.explanation import Explanation, Outcome
from clearreel.rights.world import World


def decide_clip(world: World) -> Explanation:
    """Whether the clip of `world` may be used as its intent says: only when all rules hold.

    Pure: the same world gives the same answer, in whatever order its parts are listed.
    """
    outcomes = (
        Outcome(number, demand, tuple(sorted(set(rule(world)))))
        for number, (demand, rule) in enumerate(rules.RULES, 1)
    )
    return Explanation(world.clip.id, world.intent, world.at, tuple(outcomes))
