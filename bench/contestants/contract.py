"""What takes part in the benchmark: one command, and what its output says."""

from __future__ import annotations

import json
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from clearreel.core.shots import Transition

PROGRAMS = Path(__file__).parent.parent / "programs"
ONE_THREAD: Mapping[str, str] = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"
)


@dataclass(frozen=True, slots=True)
class Task:
    """One file, and an empty folder for whatever comes of it."""

    file: Path
    folder: Path
    shots: Path | None = None
    """JSON list of the shots to be cut, laid out as `clearreel shots --json`."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a contestant found and said of itself."""

    transitions: tuple[Transition, ...] | None = None
    """None for those that look for no boundaries."""
    decoded_share: float | None = None
    """Frames decoded over frames of the file; None where it is not known."""
    note: str = ""


@dataclass(frozen=True)
class Contestant(ABC):
    """One way to do some of the work; each runs in a process of its own."""

    name: ClassVar[str]
    title: ClassVar[str]
    slow: ClassVar[bool] = False
    """Measured once, and not again and again: it takes several decodes."""
    environment: ClassVar[Mapping[str, str]] = {}

    @abstractmethod
    def command(self, task: Task) -> Sequence[str]:
        """The command line."""

    def missing(self) -> str:
        """Why it cannot take part on this machine, and what would help; empty if it can."""
        return ""

    def outcome(self, task: Task, stdout: str) -> Outcome:
        """What came of it; called after a command that succeeded."""
        return Outcome()


def program(name: str, *arguments: str | Path) -> list[str]:
    """The command line of one of the benchmark's own programs, in this environment."""
    return [sys.executable, str(PROGRAMS / f"{name}.py"), *map(str, arguments)]


def transitions_in(rows: Sequence[Mapping[str, Any]]) -> tuple[Transition, ...]:
    """The boundaries between shots that are laid out as `clearreel shots --json`."""
    return tuple(Transition(**row["transition"]) for row in rows)


def last_object(stdout: str) -> dict[str, Any]:
    """The JSON object in the last line of what a program printed."""
    found = json.loads(stdout.strip().splitlines()[-1])
    if not isinstance(found, dict):
        raise ValueError(f"a program printed {type(found).__name__} instead of an object")
    return found
