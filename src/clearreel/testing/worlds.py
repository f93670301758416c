"""Random worlds to decide clips in, from a seed: about half of them permit the clip.

A world begins as one in which all is in order. Then a few nudges move what lies near a border:
a day, a tick, a word. A nudge does not know whether it does harm; the evaluators say so. Licences
and ODRL actions are those that `clearreel.testing.second_opinion` knows.
"""

from __future__ import annotations

from random import Random

from clearreel.rights.world import World
from clearreel.testing.world_drafts import draft_in_order
from clearreel.testing.world_nudges import NUDGES
from clearreel.testing.world_rarities import RARITIES

_NUDGES = (*NUDGES, *RARITIES)


def random_world(seed: int) -> World:
    """The world of this seed, the same on every machine."""
    rng = Random(seed)
    draft = draft_in_order(rng)
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        rng.choice(_NUDGES)(draft, rng)
    return draft.finish()
