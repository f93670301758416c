"""All transitions in a run of consecutive frames."""

from __future__ import annotations

from clearreel.core.shots import Transition
from clearreel.stages.boundaries.cuts import find_cuts
from clearreel.stages.boundaries.dissolves import find_dissolves
from clearreel.stages.boundaries.fades import find_fades
from clearreel.stages.boundaries.likeness import Pictures
from clearreel.stages.boundaries.wipes import find_wipes


def find_transitions(pictures: Pictures) -> list[Transition]:
    """The transitions in `pictures`, sorted and apart, numbered from the first picture.

    Fades are told first, then the cuts between them, then what changes gradually between those.
    """
    found = find_fades(pictures)
    found += [
        Transition("cut", at, 0)
        for at in find_cuts(pictures)
        if not any(_covers(fade, at) for fade in found)
    ]
    found.sort(key=lambda transition: transition.start_frame)
    gradual: list[Transition] = []
    for start, end in _between(found, len(pictures)):
        run = pictures[start:end]
        wipes = find_wipes(run)
        dissolves = [d for d in find_dissolves(run) if not any(_meet(d, w) for w in wipes)]
        gradual += [
            Transition(change.kind, start + change.start_frame, change.frames)
            for change in [*wipes, *dissolves]
        ]
    return sorted([*found, *gradual], key=lambda transition: transition.start_frame)


def _meet(one: Transition, other: Transition) -> bool:
    return (
        one.start_frame < other.start_frame + other.frames
        and other.start_frame < one.start_frame + one.frames
    )


def _covers(fade: Transition, at: int) -> bool:
    return fade.start_frame <= at <= fade.start_frame + fade.frames


def _between(found: list[Transition], frames: int) -> list[tuple[int, int]]:
    """The stretches that no transition covers."""
    starts = [0, *(known.start_frame + known.frames for known in found)]
    ends = [*(known.start_frame for known in found), frames]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if end > start]
