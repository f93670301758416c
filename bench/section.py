"""What a part of the benchmark gives for the document, kept on disk until all parts are there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A row of the table of goals."""

    text: str
    limit: str
    reached: str
    worst: str
    """What it was reached on: the worst of all."""
    met: bool | None
    """None where it was not measured."""


@dataclass(frozen=True, slots=True)
class Section:
    """One part: its lines, and what it says of the goals."""

    lines: Sequence[str]
    goals: Sequence[GoalRow] = ()
    after_goals: Sequence[str] = ()
    """Lines that belong below the table of goals."""
    measured: str = ""
    """When, of which commit and on which processor; empty until it is kept."""


def keep(section: Section, path: Path) -> None:
    """Write a section down. What was measured in hours outlives whatever fails afterwards."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(section)), encoding="utf-8")


def kept(path: Path) -> Section | None:
    """What `keep` wrote, or None where there is nothing."""
    if not path.exists():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))
    return Section(**found | {"goals": [GoalRow(**row) for row in found["goals"]]})
