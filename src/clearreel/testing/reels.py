"""Truth reels: real footage, joined by changes whose places are known, with decoys between them.

Everything follows from a seed. Pictures are made one by one, so that a reel of any length needs
the memory of a few frames.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Any

import numpy as np
from av.video.frame import VideoFrame

from clearreel.core.shots import Shot, Transition, TransitionKind
from clearreel.testing import decoys, joins
from clearreel.testing.footage import Piece
from clearreel.testing.scenes import Picture


@dataclass(frozen=True, slots=True)
class View:
    """Which part of a piece's picture is shown, so that one piece serves for several shots."""

    zoom: float = 1.0
    """Width of the whole picture over that of the part."""
    x: float = 0.5
    y: float = 0.5
    """Where the part lies, from 0, left or top, to 1."""
    mirrored: bool = False

    def of(self, frame: VideoFrame, width: int, height: int, bars: float = 0.0) -> Picture:
        """The part as RGB, uint8 (height, width, 3); it fills the picture, nothing is squeezed.

        `bars` are left out: the share of the frame's height that is black above and below.
        """
        inside = 1 - 2 * bars
        scale = self.zoom * max(width / frame.width, height / (frame.height * inside))
        across = max(width, 2 * round(frame.width * scale / 2))
        down = max(height, 2 * round(frame.height * scale / 2))
        whole = frame.reformat(across, down, "rgb24", interpolation="BICUBIC").to_ndarray()
        room = max(0.0, inside * down - height)
        left, top = round(self.x * (across - width)), int(bars * down + self.y * room)
        part = whole[top : top + height, left : left + width]
        return np.ascontiguousarray(part[:, ::-1] if self.mirrored else part)


@dataclass(frozen=True, slots=True)
class ReelShot:
    """One shot: `frames` frames wholly its own, the change that leads into it, and a decoy.

    The piece's frame `first` is the first of the change, or of the shot where that is a cut.
    """

    piece: Piece
    first: int
    frames: int
    join: joins.Join = joins.CUT
    view: View = View()
    decoy: decoys.Decoy | None = None


@dataclass(frozen=True, slots=True)
class RealReel:
    """Shots in a row, as RGB pictures of one size. Nothing leads into the first."""

    shots: tuple[ReelShot, ...]
    width: int = 640
    height: int = 360

    def __len__(self) -> int:
        return sum(shot.join.frames + shot.frames for shot in self.shots)

    def __iter__(self) -> Iterator[Picture]:
        outgoing: Iterator[Picture] = iter(())
        for shot, after in zip(self.shots, (*self.shots[1:], None), strict=True):
            pictures = self._pictures(shot, after.join.frames if after else 0)
            for place in range(shot.join.frames):
                yield shot.join.mix(next(outgoing), next(pictures), place)
            yield from islice(pictures, shot.frames)
            outgoing = pictures

    @property
    def truth(self) -> tuple[Shot, ...]:
        """Every shot, as a detector should find it."""
        found: list[Shot] = []
        position = 0
        for shot in self.shots:
            kind: TransitionKind = shot.join.kind if found else "start"
            start = position + shot.join.frames
            transition = Transition(kind, position, shot.join.frames)
            found.append(Shot(start, start + shot.frames, transition))
            position = start + shot.frames
        return tuple(found)

    def _pictures(self, shot: ReelShot, after: int) -> Iterator[Picture]:
        """All that is seen of a shot, with the changes before and after it."""
        count = shot.join.frames + shot.frames + after
        for place, frame in enumerate(shot.piece.frames(shot.first, count)):
            picture = shot.view.of(frame, self.width, self.height, shot.piece.bars)
            if shot.decoy is not None:
                picture = shot.decoy.on(picture, place - shot.join.frames, shot.frames)
            yield picture


def as_json(shots: Sequence[Shot]) -> list[dict[str, Any]]:
    """Shots as `clearreel shots --json` gives them, without the seconds."""
    return [
        {
            "start_frame": shot.start_frame,
            "frames": shot.frames,
            "transition": {
                "kind": shot.transition.kind,
                "start_frame": shot.transition.start_frame,
                "frames": shot.transition.frames,
            },
        }
        for shot in shots
    ]


@dataclass(frozen=True, slots=True)
class Mix:
    """How often something comes in a reel, and how long shots are."""

    joins: dict[str, float] = field(default_factory=dict)
    """Share of each kind of join: cut, dissolve, fade to black, fade to white, wipe."""
    decoys: dict[str, float] = field(default_factory=dict)
    """Share of shots with each decoy; what is left has none."""
    shot_frames: tuple[int, int] = (14, 90)
    join_frames: tuple[int, int] = (8, 40)


HARD = Mix(
    joins={"cut": 0.66, "dissolve": 0.14, "black": 0.07, "white": 0.03, "wipe": 0.1},
    decoys={"flash": 0.08, "whip": 0.08, "grain": 0.08, "subtitles": 0.08, "strobe": 0.05},
)
"""Many changes close together, a third of them gradual, and a decoy in every third shot."""

PLAIN = Mix(
    joins={"cut": 0.92, "dissolve": 0.06, "black": 0.02},
    shot_frames=(40, 140),
)
"""Changes as they lie in edited footage; for measuring speed."""


def make_reel(
    pieces: Sequence[Piece],
    boundaries: int,
    seed: int,
    *,
    mix: Mix = HARD,
    width: int = 640,
    height: int = 360,
) -> RealReel:
    """A reel with `boundaries` changes, drawn from `seed` alone. Neighbours show other scenes."""
    random = np.random.default_rng(seed)
    changes = [joins.CUT, *(_join(random, mix) for _ in range(boundaries)), joins.CUT]
    shots: list[ReelShot] = []
    scene = ""
    for join, after in pairwise(changes):
        least = mix.shot_frames[0] + join.frames + after.frames
        fitting = [p for p in pieces if p.scene != scene and len(p) >= least]
        if not fitting:
            raise ValueError(f"no piece of another scene than {scene!r} has {least} frames")
        # Long pieces have more to show, but not in proportion.
        weights = np.sqrt([len(p) for p in fitting])
        piece = fitting[random.choice(len(fitting), p=weights / weights.sum())]
        room = len(piece) - join.frames - after.frames
        frames = int(random.integers(mix.shot_frames[0], min(mix.shot_frames[1], room) + 1))
        first = int(random.integers(0, room - frames + 1))
        view = View(
            zoom=float(random.uniform(1.0, 1.6)),
            x=float(random.random()),
            y=float(random.random()),
            mirrored=bool(random.random() < 0.5),
        )
        shots.append(ReelShot(piece, first, frames, join, view, _decoy(random, mix, frames)))
        scene = piece.scene
    return RealReel(tuple(shots), width, height)


def _join(random: np.random.Generator, mix: Mix) -> joins.Join:
    name = _draw(random, mix.joins)
    return joins.named(name, int(random.integers(*mix.join_frames, endpoint=True)), random)


def _decoy(random: np.random.Generator, mix: Mix, frames: int) -> decoys.Decoy | None:
    name = _draw(random, mix.decoys)
    if not name or frames < decoys.LEAST_FRAMES:
        return None
    return decoys.named(name, int(random.integers(2**31)))


def _draw(random: np.random.Generator, shares: dict[str, float]) -> str:
    """One of the names by its share; empty for what the shares leave."""
    point = random.random()
    for name, share in shares.items():
        point -= share
        if point < 0:
            return name
    return ""
