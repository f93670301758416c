"""From a network's probability for each frame to transitions with their kinds and spans."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clearreel.core.shots import Transition
from clearreel.stages.boundaries.fades import runs
from clearreel.stages.boundaries.finding import find_transitions
from clearreel.stages.boundaries.likeness import Pictures, steps

ABRUPT_FRAMES = 2
"""A run of at most this many probable frames may be a cut."""
ABRUPT_SHARE = 0.5
"""It is one if a single step makes this much of all change around it."""
AROUND = 3
"""Frames on each side that the step is compared with."""


def transitions_from(
    single: NDArray[np.float32],
    many: NDArray[np.float32],
    pictures: Pictures,
    threshold: float,
    agreement: float,
) -> list[Transition]:
    """Transitions in order, numbered from the first of `pictures`.

    `single` and `many` are TransNet V2's predictions, (frames,): that a frame is the middle of a
    transition, and that it is part of one. As published, each run of frames with `single` above
    `threshold` is one transition, and the shot before it ends with the run's first frame.

    Ours is what the pictures add. A transition that they show counts from `agreement` on, and a
    fade, which the network sees as two or not at all, always. They tell the kind, the frame of a
    cut within a run of two, and with `many` how far a gradual transition reaches.
    """
    change = steps(pictures)
    spans = runs(many > threshold)
    found = [
        _reaching(seen, spans)
        for seen in find_transitions(pictures)
        if seen.kind == "fade" or _likely(seen, single, many, threshold) >= agreement
    ]
    for first, last in runs(single > threshold):
        if any(_meets(known, first, last) for known in found):
            continue
        at = _sharpest(change, first + 1, last + 1)
        if last - first < ABRUPT_FRAMES and _abrupt(change, at):
            found.append(Transition("cut", at, 0))
        else:
            whole = Transition("dissolve", first + 1, max(1, last - first))
            found.append(_reaching(whole, spans))
    return _apart(found)


def _likely(
    seen: Transition, single: NDArray[np.float32], many: NDArray[np.float32], threshold: float
) -> float:
    begin, end = max(0, seen.start_frame - 2), seen.start_frame + max(1, seen.frames)
    middle = float(single[begin:end].max())
    if seen.frames and float(np.mean(many[begin:end] > threshold)) > 0.5:
        return 1.0
    return middle


def _meets(known: Transition, first: int, last: int) -> bool:
    return known.start_frame - 2 <= last and first <= known.start_frame + known.frames


def _sharpest(change: NDArray[np.float32], first: int, last: int) -> int:
    inside = change[first : last + 1]
    return first + int(np.argmax(inside)) if len(inside) else first


def _abrupt(change: NDArray[np.float32], at: int) -> bool:
    if at >= len(change):
        return False
    around = change[max(0, at - AROUND) : at + AROUND + 1]
    return float(change[at]) >= ABRUPT_SHARE * float(around.sum())


def _reaching(seen: Transition, spans: list[tuple[int, int]]) -> Transition:
    """A gradual transition, as long as the network's marks that touch it."""
    if seen.kind in ("cut", "fade"):
        return seen
    begin, end = seen.start_frame, seen.start_frame + seen.frames
    touching = [span for span in spans if span[0] < end and begin <= span[1]]
    begin = min([begin, *(span[0] for span in touching)])
    end = max([end, *(span[1] + 1 for span in touching)])
    return Transition(seen.kind, begin, end - begin)


def _apart(found: list[Transition]) -> list[Transition]:
    """Sorted; of those that overlap, the first."""
    apart: list[Transition] = []
    for transition in sorted(found, key=lambda t: (t.start_frame, -t.frames)):
        if not apart or transition.start_frame >= apart[-1].start_frame + max(1, apart[-1].frames):
            apart.append(transition)
    return apart
