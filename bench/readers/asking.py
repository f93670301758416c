"""The readers, and how they are asked: each by a program, in the environment that has it."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.environments import DECORD, DECORD2, TORCHCODEC, Environment
from bench.readers.clips import Clip

PROGRAMS = Path(__file__).parent / "programs"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reader makes of one clip; see `programs/answering.py`."""

    numbers: list[int | None]
    count: int | None = None
    picked: list[tuple[int, int | None]] | None = None
    seconds: float | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader: its title in the tables, its program, and what that needs."""

    title: str
    program: str
    how: str
    """What it is asked for, in a few words."""
    environment: Environment | None = None
    """None: that of clearreel's tests."""
    command: str = ""
    """A command that has to be installed."""
    arguments: tuple[str, ...] = ()
    runs: int = 2
    """How often it is asked before the table is written."""

    def missing(self) -> str:
        """Why it cannot be asked; empty if it can."""
        if self.environment is not None and self.environment.missing():
            return f"{self.title} is {self.environment.missing()}"
        if self.command and shutil.which(self.command) is None:
            return f"there is no command {self.command}"
        return ""

    def ask(self, clips: Sequence[Clip], folder: Path) -> tuple[str, list[Seen]]:
        """Its version, and what it makes of each clip. What kills it is one clip's answer."""
        listed = folder / "clips.json"
        listed.write_text(json.dumps([_question(clip) for clip in clips]), "utf-8")
        python = sys.executable if self.environment is None else str(self.environment.python)
        seen: list[Seen] = []
        version = ""
        while not version or len(seen) < len(clips):
            program = str(PROGRAMS / self.program)
            command = [python, program, str(listed), str(len(seen)), *self.arguments]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            lines = [json.loads(line) for line in done.stdout.splitlines()]
            if not lines:
                raise RuntimeError(f"{self.program} says nothing: {done.stderr.strip()[-500:]}")
            version, *answers = lines
            seen += [Seen(**answer) for answer in answers]
            if len(seen) < len(clips):
                hung = done.returncode == -signal.SIGALRM
                seen.append(Seen([], error="hangs" if hung else "crashes"))
        return version, seen


def _question(clip: Clip) -> dict[str, object]:
    times = [float(time) for time in clip.times]
    return {"path": str(clip.cut.path), "truth": str(clip.truth), "times": times}


READERS = (
    Reader(
        "FFmpeg",
        "read_ffmpeg.py",
        "`ffmpeg -i`, `nb_frames` and `duration` of ffprobe, one `-ss`",
        command="ffmpeg",
    ),
    Reader("PyAV", "read_pyav.py", "`decode`, `stream.frames`, `stream.duration`, `seek` by time"),
    Reader(
        "OpenCV", "read_opencv.py", "`read`, `CAP_PROP_FRAME_COUNT`, seeks by `CAP_PROP_POS_FRAMES`"
    ),
    Reader("decord", "read_decord.py", "`len`, every frame by number, down and then up", DECORD),
    Reader(
        "decord2",
        "read_decord.py",
        "`len`, every frame by number, down and then up",
        DECORD2,
        runs=9,  # with HEVC its threads are not the same every time
    ),
    Reader(
        "torchcodec",
        "read_torchcodec.py",
        "`len`, `duration_seconds`, every frame by number, then by time",
        TORCHCODEC,
        arguments=("exact",),
    ),
    Reader(
        "torchcodec, approximate",
        "read_torchcodec.py",
        'the same with `seek_mode="approximate"`',
        TORCHCODEC,
        arguments=("approximate",),
    ),
    Reader(
        "Chromium",
        "read_chromium.py",
        "a `video` element: what it shows at first, `duration`, seeks by `currentTime`",
        command="chromium",
    ),
)
