"""The two evaluators of the rules of rights on 100,000 worlds. Not collected by default:

pytest tests/deep/rights_worlds.py
"""

from __future__ import annotations

import pytest

from clearreel.rights.clips import decide_clip
from clearreel.testing.second_opinion import second_opinion
from clearreel.testing.worlds import random_world

FIRST, WORLDS = 1_000_000, 100_000
"""Seeds far from those of the daily tests."""


@pytest.mark.timeout(1800)
def test_the_evaluators_agree_on_every_world() -> None:
    for seed in range(FIRST, FIRST + WORLDS):
        world = random_world(seed)
        explained = decide_clip(world)
        refused = second_opinion(world)
        assert set(explained.refused_by) == refused, f"seed {seed}: {explained.reason}"
