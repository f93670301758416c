"""Shots: uninterrupted stretches from one camera, and how each begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TransitionKind = Literal["start", "cut", "dissolve", "fade", "wipe"]


@dataclass(frozen=True, slots=True)
class Transition:
    """How a shot begins.

    `start_frame` is the first frame of the change and `frames` its length. A cut, and the start
    of the footage, have no frames of their own: `frames` is 0 and `start_frame` is the shot's.
    """

    kind: TransitionKind
    start_frame: int
    frames: int


@dataclass(frozen=True, slots=True)
class Shot:
    """Frames start_frame <= n < end_frame, numbered from 0 among the presented frames.

    The frames of a gradual transition belong to no shot: the shot before ends where the change
    begins, and this one starts where it is over.
    """

    start_frame: int
    end_frame: int
    transition: Transition

    @property
    def frames(self) -> int:
        """How many frames it has."""
        return self.end_frame - self.start_frame


def shots_between(transitions: list[Transition], frames: int) -> tuple[Shot, ...]:
    """The shots that lie between `transitions` in footage of `frames` frames.

    `transitions` are sorted and don't overlap. A change that begins with the footage stands for
    its start; one that runs to the end of the footage is followed by no shot.
    """
    if not transitions or transitions[0].start_frame > 0:
        transitions = [Transition("start", 0, 0), *transitions]
    shots = []
    for place, transition in enumerate(transitions):
        begin = transition.start_frame + transition.frames
        last = place + 1 == len(transitions)
        end = frames if last else transitions[place + 1].start_frame
        if begin < end:
            shots.append(Shot(begin, end, transition))
    return tuple(shots)
