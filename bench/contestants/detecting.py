"""Shot detection alone: clearreel's two detectors, and TransNet V2 as published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from bench.contestants.contract import (
    ONE_THREAD,
    Contestant,
    Outcome,
    Task,
    last_object,
    program,
    transitions_in,
)


@dataclass(frozen=True)
class Scout(Contestant):
    """`clearreel shots`, which also says how many frames it decoded."""

    name: ClassVar[str] = "scout"
    title: ClassVar[str] = "clearreel shots (scout)"
    environment: ClassVar[Mapping[str, str]] = ONE_THREAD

    def command(self, task: Task) -> Sequence[str]:
        """See `Contestant.command`."""
        return program("find_shots", self.name, task.file)

    def outcome(self, task: Task, stdout: str) -> Outcome:
        """See `Contestant.outcome`."""
        said = last_object(stdout)
        return Outcome(transitions_in(said["shots"]), said["decoded"] / said["frames"])


@dataclass(frozen=True)
class ToldScout(Contestant):
    """The scout's looks at key frames and single frames, and nothing decoded in vain: a bound."""

    name: ClassVar[str] = "told-scout"
    title: ClassVar[str] = "the same, told where its doubts are needless"
    environment: ClassVar[Mapping[str, str]] = ONE_THREAD

    def command(self, task: Task) -> Sequence[str]:
        """See `Contestant.command`."""
        if task.shots is None:
            raise ValueError("to be told, the scout needs a list of shots")
        return program("told_scout", task.file, task.shots)

    def outcome(self, task: Task, stdout: str) -> Outcome:
        """See `Contestant.outcome`."""
        said = last_object(stdout)
        return Outcome(decoded_share=said["decoded"] / said["frames"])


@dataclass(frozen=True)
class Exact(Scout):
    """The reference detector: TransNet V2 on every frame, and what the pictures add."""

    name: ClassVar[str] = "exact"
    title: ClassVar[str] = "clearreel shots --detector exact"
    slow: ClassVar[bool] = True


@dataclass(frozen=True)
class TransNetV2(Contestant):
    """TransNet V2 on every frame with its authors' threshold and reading, and nothing else."""

    name: ClassVar[str] = "transnetv2"
    title: ClassVar[str] = "TransNet V2 on every frame, as published"
    slow: ClassVar[bool] = True
    environment: ClassVar[Mapping[str, str]] = ONE_THREAD

    def command(self, task: Task) -> Sequence[str]:
        """See `Contestant.command`."""
        return program("transnetv2", task.file)

    def outcome(self, task: Task, stdout: str) -> Outcome:
        """See `Contestant.outcome`."""
        return Outcome(transitions_in(last_object(stdout)["shots"]), 1.0)
