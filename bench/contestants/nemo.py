"""NeMo Curator's own stages on a CPU, called in order in one process.

Its executors refuse so few cores or wait for ever there, so this is fair for what the stages
cost, but is no mode that NeMo Curator offers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from bench.contestants.contract import PROGRAMS, Contestant, Task
from bench.environments import NEMO


@dataclass(frozen=True)
class NemoX264(Contestant):
    """Fixed stride, libx264 through its generic command line, motion score, writer."""

    name: ClassVar[str] = "nemo-x264"
    title: ClassVar[str] = "NeMo Curator stages, libx264"
    slow: ClassVar[bool] = True
    environment: ClassVar[Mapping[str, str]] = {"HF_HUB_OFFLINE": "1"}

    encoder: ClassVar[str] = "libx264"

    def missing(self) -> str:
        """See `Contestant.missing`."""
        return NEMO.missing()

    def command(self, task: Task) -> Sequence[str]:
        """See `Contestant.command`."""
        script = str(PROGRAMS / "peer_nemo.py")
        return [str(NEMO.python), script, self.encoder, str(task.file), str(task.folder)]


@dataclass(frozen=True)
class NemoVp9(NemoX264):
    """The same with the one CPU encoder that it allows; its motion scores are all -1 then."""

    name: ClassVar[str] = "nemo-vp9"
    title: ClassVar[str] = "NeMo Curator stages, libvpx-vp9"

    encoder: ClassVar[str] = "libvpx-vp9"
