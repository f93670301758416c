"""Shots: uninterrupted stretches from one camera, and how each begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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

    def shot_until(self, end_frame: int) -> Shot | None:
        """The shot that begins like this and ends before `end_frame`; None if no frame is left."""
        begin = self.start_frame + self.frames
        return Shot(begin, end_frame, self) if begin < end_frame else None


START = Transition("start", 0, 0)
"""How the first shot begins."""


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


def shots_between(transitions: Iterable[Transition], frames: int) -> Iterator[Shot]:
    """The shots that lie between `transitions` in footage of `frames` frames, each when it ends.

    `transitions` are sorted and don't overlap. A change that begins with the footage stands for
    its start; one that runs to the end of the footage is followed by no shot.
    """
    before = START
    for transition in transitions:
        if shot := before.shot_until(transition.start_frame):
            yield shot
        before = transition
    if shot := before.shot_until(frames):
        yield shot


def apart(found: Iterable[Transition], before: Transition = START) -> Iterator[Transition]:
    """Of transitions that overlap, the first; `before` is the last one that came before them."""
    for transition in found:
        reached = 0 if before == START else before.start_frame + max(1, before.frames)
        if transition.start_frame >= reached:
            yield transition
            before = transition
