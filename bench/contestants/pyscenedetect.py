"""PySceneDetect, in an environment of its own: lists of scenes, and its default split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from bench.contestants.contract import PROGRAMS, Contestant, Outcome, Task, last_object
from bench.environments import SCENEDETECT
from clearreel.core.shots import Transition


@dataclass(frozen=True)
class Adaptive(Contestant):
    """Its AdaptiveDetector with all defaults; the list alone."""

    name: ClassVar[str] = "pyscenedetect-adaptive"
    title: ClassVar[str] = "PySceneDetect adaptive"
    slow: ClassVar[bool] = True

    detector: ClassVar[str] = "adaptive"
    split: ClassVar[bool] = False

    def missing(self) -> str:
        """See `Contestant.missing`."""
        return SCENEDETECT.missing()

    def command(self, task: Task) -> Sequence[str]:
        """See `Contestant.command`."""
        split = [str(task.folder)] if self.split else []
        script = str(PROGRAMS / "peer_pyscenedetect.py")
        return [str(SCENEDETECT.python), script, self.detector, str(task.file), *split]

    def outcome(self, task: Task, stdout: str) -> Outcome:
        """See `Contestant.outcome`. Its scenes have no kinds of boundaries: all are cuts."""
        starts = last_object(stdout)["starts"]
        return Outcome(tuple(Transition("cut", start, 0) for start in starts), 1.0)


@dataclass(frozen=True)
class Content(Adaptive):
    """Its ContentDetector with all defaults; the list alone."""

    name: ClassVar[str] = "pyscenedetect-content"
    title: ClassVar[str] = "PySceneDetect content"

    detector: ClassVar[str] = "content"


@dataclass(frozen=True)
class AdaptiveSplit(Adaptive):
    """The list, and a file for every scene by its default split: ffmpeg, x264 veryfast."""

    name: ClassVar[str] = "pyscenedetect-split"
    title: ClassVar[str] = "PySceneDetect adaptive, with its split"

    split: ClassVar[bool] = True
