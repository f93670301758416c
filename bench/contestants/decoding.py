"""Decoding alone: the whole file, by which all else is divided, and the least of it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from bench.contestants.contract import Contestant, Outcome, Task, last_object, program

NO_FFMPEG = "ffmpeg is not installed; on Debian: apt install ffmpeg"


class _Ffmpeg(Contestant):
    """What Debian's ffmpeg does."""

    def missing(self) -> str:
        """See `Contestant.missing`."""
        return "" if shutil.which("ffmpeg") else NO_FFMPEG


@dataclass(frozen=True)
class FfmpegDecode(_Ffmpeg):
    """Debian's ffmpeg decodes the video and throws it away."""

    name: ClassVar[str] = "decode"
    title: ClassVar[str] = "full decode, one thread (ffmpeg)"

    def command(self, task: Task) -> Sequence[str]:
        """See `Contestant.command`."""
        quiet = ["-v", "error", "-nostdin", "-threads", "1"]
        return ["ffmpeg", *quiet, "-i", str(task.file), "-an", "-f", "null", "-"]

    def outcome(self, task: Task, stdout: str) -> Outcome:
        """See `Contestant.outcome`."""
        return Outcome(decoded_share=1.0)


@dataclass(frozen=True)
class PyavDecode(Contestant):
    """The FFmpeg inside PyAV's wheel, which clearreel uses."""

    name: ClassVar[str] = "pyav-decode"
    title: ClassVar[str] = "full decode, one thread (PyAV)"

    def command(self, task: Task) -> Sequence[str]:
        """See `Contestant.command`."""
        return program("decode_all", task.file)

    def outcome(self, task: Task, stdout: str) -> Outcome:
        """See `Contestant.outcome`."""
        return Outcome(decoded_share=1.0)


@dataclass(frozen=True)
class Transcode(_Ffmpeg):
    """One transcode of the whole file, which most pipelines do for every clip."""

    name: ClassVar[str] = "transcode"
    title: ClassVar[str] = "x264 veryfast transcode (ffmpeg)"
    slow: ClassVar[bool] = True

    def command(self, task: Task) -> Sequence[str]:
        """See `Contestant.command`."""
        quiet = ["-v", "error", "-nostdin", "-threads", "1"]
        coder = ["-c:v", "libx264", "-preset", "veryfast", "-threads", "1"]
        out = str(task.folder / "transcoded.mp4")
        return ["ffmpeg", *quiet, "-i", str(task.file), "-an", *coder, out]

    def outcome(self, task: Task, stdout: str) -> Outcome:
        """See `Contestant.outcome`."""
        return Outcome(decoded_share=1.0)


@dataclass(frozen=True)
class FfmpegCopy(_Ffmpeg):
    """All packets read and written, in C: a bound from below for whoever copies clips."""

    name: ClassVar[str] = "ffmpeg-copy"
    title: ClassVar[str] = "all packets copied into one file (ffmpeg)"

    def command(self, task: Task) -> Sequence[str]:
        """See `Contestant.command`."""
        out = str(task.folder / "copied.mkv")
        return ["ffmpeg", "-v", "error", "-nostdin", "-i", str(task.file), "-c", "copy", out]


@dataclass(frozen=True)
class LeastDecode(Contestant):
    """What would have to be decoded if it were known where to look: a bound from below.

    Key frames and gradual changes; nothing is compared, measured, cut or written.
    """

    name: ClassVar[str] = "least-decode"
    title: ClassVar[str] = "decoding key frames and gradual changes, told where they are"

    def command(self, task: Task) -> Sequence[str]:
        """See `Contestant.command`."""
        if task.shots is None:
            raise ValueError("the least decode needs a list of shots")
        return program("least_decoding", task.file, task.shots)

    def outcome(self, task: Task, stdout: str) -> Outcome:
        """See `Contestant.outcome`."""
        said = last_object(stdout)
        return Outcome(decoded_share=said["decoded"] / said["frames"])
