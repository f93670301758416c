"""All transitions in a run of consecutive frames."""

from __future__ import annotations

from clearreel.core.shots import Transition
from clearreel.stages.boundaries.cuts import find_cuts
from clearreel.stages.boundaries.likeness import Pictures


def find_transitions(pictures: Pictures) -> list[Transition]:
    """The transitions in `pictures`, sorted and apart, numbered from the first picture."""
    return [Transition("cut", at, 0) for at in find_cuts(pictures)]
