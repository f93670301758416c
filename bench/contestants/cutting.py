"""Cutting alone: every shot of a given list, with the pictures and the sound of the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from bench.contestants.contract import ONE_THREAD, Contestant, Outcome, Task, last_object, program


@dataclass(frozen=True)
class CopyCut(Contestant):
    """Mode `copy`: packets as they are, with pre-roll and edit list."""

    name: ClassVar[str] = "copy-cut"
    title: ClassVar[str] = "clearreel cut, copy"
    environment: ClassVar[Mapping[str, str]] = ONE_THREAD

    mode: ClassVar[str] = "copy"

    def command(self, task: Task) -> Sequence[str]:
        """See `Contestant.command`."""
        if task.shots is None:
            raise ValueError("cutting needs a list of shots")
        return program("cut_shots", self.mode, task.file, task.shots, task.folder)

    def outcome(self, task: Task, stdout: str) -> Outcome:
        """See `Contestant.outcome`."""
        said = last_object(stdout)
        modes = Counter(said["modes"])
        cut = ", ".join(f"{number} {mode}" for mode, number in modes.most_common())
        share = said["reencoded"] / said["frames"]
        note = f"{cut}; {100 * share:.1f} % of frames re-encoded" if share else cut
        return Outcome(note=note)


@dataclass(frozen=True)
class ExactCut(CopyCut):
    """Mode `exact`: no pre-roll, the edges re-encoded."""

    name: ClassVar[str] = "exact-cut"
    title: ClassVar[str] = "clearreel cut, exact"
    slow: ClassVar[bool] = True

    mode: ClassVar[str] = "exact"
