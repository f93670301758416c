"""Compare the boundaries that a detector found with the true ones."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from clearreel.core.shots import Shot, Transition, TransitionKind
from clearreel.testing.scenes import Reel

TOLERANCE = 1
"""Frames by which a found boundary may miss a true one."""


@dataclass(frozen=True, slots=True)
class Score:
    """How many boundaries were right, invented and overlooked."""

    matched: int
    false: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of the found ones that are true; 1 where none was found."""
        found = self.matched + self.false
        return self.matched / found if found else 1.0

    @property
    def recall(self) -> float:
        """Share of the true ones that were found; 1 where there are none."""
        true = self.matched + self.missed
        return self.matched / true if true else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        all_twice = 2 * self.matched + self.false + self.missed
        return 2 * self.matched / all_twice if all_twice else 1.0

    def __add__(self, other: Score) -> Score:
        """Both counted together."""
        return Score(
            self.matched + other.matched, self.false + other.false, self.missed + other.missed
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """Scores for cuts alone, for gradual transitions alone, and for all."""

    cuts: Score
    gradual: Score
    all: Score
    pairs: tuple[tuple[Transition, Transition], ...]
    """(true, found), of all that matched."""

    def __add__(self, other: Comparison) -> Comparison:
        """Both counted together."""
        return Comparison(
            self.cuts + other.cuts,
            self.gradual + other.gradual,
            self.all + other.all,
            self.pairs + other.pairs,
        )


def compare(
    truth: Iterable[Transition], found: Iterable[Transition], tolerance: int = TOLERANCE
) -> Comparison:
    """Pair off true and found boundaries, the nearest first, each at most once.

    Two cuts match when they are at most `tolerance` frames apart, a gradual transition when its
    frames, widened by `tolerance`, meet the other's. A gradual transition that is taken for a cut,
    or the other way round, counts as right among all, and as wrong in both parts. The start of
    the footage is no boundary.
    """
    true = [t for t in truth if t.kind != "start"]
    seen = [t for t in found if t.kind != "start"]
    pairs = _pairs(true, seen, tolerance)
    same = [(t, f) for t, f in pairs if (t.kind == "cut") == (f.kind == "cut")]
    return Comparison(
        cuts=_score(true, seen, same, cut=True),
        gradual=_score(true, seen, same, cut=False),
        all=Score(len(pairs), len(seen) - len(pairs), len(true) - len(pairs)),
        pairs=tuple(pairs),
    )


def of_shots(shots: Iterable[Shot]) -> list[Transition]:
    """The boundaries that a detector's shots lie between."""
    return [shot.transition for shot in shots]


def of_reel(reel: Reel) -> list[Transition]:
    """The boundaries of a synthetic reel."""
    return [Transition(t.change, t.change_start, t.change_frames) for t in reel.truth]


def of_labels(file: Path) -> list[Transition]:
    """Boundaries labelled by eye, from a JSON file in `tests/truth`.

    What leads into black, the black and what leads out of it make one boundary there.
    """
    labels = json.loads(file.read_text(encoding="utf-8"))
    ends = {b["start_frame"]: b["start_frame"] + b["frames"] for b in labels.get("black", [])}
    begins = {end: start for start, end in ends.items()}
    joined: list[Transition] = []
    for label in labels["boundaries"]:
        start, end = label["start_frame"], label["start_frame"] + label["frames"]
        end = ends.get(end, end) if label["kind"] != "cut" else end
        black = begins.get(start)
        kind: TransitionKind = label["kind"] if black is None else "fade"
        if black is not None:
            last = joined[-1] if joined else None
            touches = last is not None and last.start_frame + last.frames == start
            start = joined.pop().start_frame if touches else black
        joined.append(Transition(kind, start, end - start))
    return joined


def _pairs(
    true: Sequence[Transition], seen: Sequence[Transition], tolerance: int
) -> list[tuple[Transition, Transition]]:
    near = [
        (_apart(t, f), abs(t.start_frame - f.start_frame), i, j)
        for i, t in enumerate(true)
        for j, f in enumerate(seen)
        if _apart(t, f) <= tolerance
    ]
    left, right = set(range(len(true))), set(range(len(seen)))
    pairs = []
    for _, _, i, j in sorted(near):
        if i in left and j in right:
            left.remove(i)
            right.remove(j)
            pairs.append((true[i], seen[j]))
    return sorted(pairs, key=lambda pair: pair[0].start_frame)


def _apart(one: Transition, other: Transition) -> int:
    """Frames between two boundaries; 0 where they meet. A cut lies at its shot's first frame."""
    one_end = one.start_frame + max(0, one.frames - 1)
    other_end = other.start_frame + max(0, other.frames - 1)
    return max(0, one.start_frame - other_end, other.start_frame - one_end)


def _score(
    true: Sequence[Transition],
    seen: Sequence[Transition],
    same: Sequence[tuple[Transition, Transition]],
    cut: bool,
) -> Score:
    matched = sum((t.kind == "cut") == cut for t, _ in same)
    return Score(
        matched,
        sum((f.kind == "cut") == cut for f in seen) - matched,
        sum((t.kind == "cut") == cut for t in true) - matched,
    )
