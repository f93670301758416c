"""A signal: what a work, or the place it came from, says about being used by machines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, get_args

Activity = Literal["genai-training", "other-training", "evaluation", "redistribution"]
"""What is done with a work, as the signals' standards divide it."""

Stance = Literal["allows", "denies", "constrains", "unknown", "absent"]
"""`constrains`: allowed on terms that are not known to be met. `unknown`: something was said that
is not understood, or reading failed. `absent`: it is certain that nothing was said.
All but `allows` and `absent` are a no."""

EVERYTHING: frozenset[Activity] = frozenset(get_args(Activity))
TRAINING: frozenset[Activity] = frozenset({"genai-training", "other-training"})
GENAI: frozenset[Activity] = frozenset({"genai-training"})
EVALUATION: frozenset[Activity] = frozenset({"evaluation"})
MINING: frozenset[Activity] = TRAINING | EVALUATION
"""Text and data mining: all that analyses a work, whether or not a model is trained."""

_WORDS = 200


@dataclass(frozen=True, slots=True)
class Signal:
    """What one reader found in one place, about some activities."""

    standard: str
    """The reader's name: "robots.txt", "aipref", "tdmrep", "c2pa" …"""
    place: str
    """Where it was read: an address, or "media" for what stands inside the file."""
    stance: Stance
    activities: frozenset[Activity]
    """What the stance is about."""
    said: str
    """The decisive words as they were found, shortened, or why nothing could be read."""
    read_at: datetime | None
    """With an offset from UTC; None for what was never read."""
    stale_at: datetime | None = None
    """The first moment from which it has to be read again; None where it can't change."""
    sha256: str = ""
    """Of the bytes that were read, in hex; empty where there were none."""


class Statement(NamedTuple):
    """A stance as a standard's text gives it, before it is known where and when it was read."""

    stance: Stance
    activities: frozenset[Activity]
    said: str


def unknown(why: str) -> Statement:
    """That nothing can be told about any activity, and why."""
    return Statement("unknown", EVERYTHING, why)


def completed(statements: Iterable[Statement], silence: str) -> list[Statement]:
    """The statements, shortened and each once, and `absent` for what none of them is about."""
    found = [Statement(stance, of, shortened(said)) for stance, of, said in statements]
    left = EVERYTHING.difference(*(statement.activities for statement in found))
    if left:
        found.append(Statement("absent", left, silence))
    return list(dict.fromkeys(found))


def nearest(layers: Iterable[Sequence[Statement]]) -> list[Statement]:
    """What holds of layers that supersede each other, the nearest to the work first.

    A layer supersedes those behind it only in the activities that it speaks of itself, so that a
    denial in front never covers up a doubt about something else.
    """
    found: list[Statement] = []
    spoken: frozenset[Activity] = frozenset()
    for layer in layers:
        found += [Statement(one.stance, one.activities - spoken, one.said) for one in layer]
        spoken = spoken.union(*(one.activities for one in layer))
    return [statement for statement in found if statement.activities]


def shortened(words: str) -> str:
    """`words` on one line, at most 200 characters."""
    line = " ".join(words.split())
    return line if len(line) <= _WORDS else line[: _WORDS - 1] + "…"
