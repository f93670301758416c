"""Run commands and measure them from outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

LAUNCH = Path(__file__).with_name("launch.py")
TIMEOUT_SECONDS = 4 * 3600.0

Job = TypeVar("Job")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process and its children took."""

    cpu: float
    """Seconds of CPU, user and system, of the process and of all children it waited for."""
    wall: float
    """Seconds from start to end."""
    peak_bytes: int
    """Resident memory of the largest single process of them, at its largest."""
    code: int
    """Exit code; negative for the signal that ended it."""
    stdout: str
    stderr: str


def measure(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str] | None = None,
    timeout: float = TIMEOUT_SECONDS,
) -> Cost:
    """Run `command` and wait for it; what it says is kept in `folder`.

    Raises `FileNotFoundError` when there is no such program. A command that takes too long is
    ended with all its children, and its code is -9.
    """
    result, out, err = (folder / f"launched.{name}" for name in ("json", "stdout", "stderr"))
    result.unlink(missing_ok=True)
    with out.open("wb") as stdout, err.open("wb") as stderr:
        launched = subprocess.Popen(
            [sys.executable, "-I", "-S", str(LAUNCH), str(result), *command],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            env=os.environ | dict(environment or {}),
            start_new_session=True,
        )
        try:
            launched.wait(timeout)
        except subprocess.TimeoutExpired:
            os.killpg(launched.pid, signal.SIGKILL)
            launched.wait()
    said = out.read_text(errors="replace"), err.read_text(errors="replace")
    if not result.exists():
        if launched.returncode == -signal.SIGKILL:
            return Cost(0.0, timeout, 0, -signal.SIGKILL, *said)
        raise FileNotFoundError(f"{command[0]} cannot be started: {said[1].strip()}")
    cost = json.loads(result.read_text())
    return Cost(cost["cpu"], cost["wall"], cost["peak_bytes"], cost["code"], *said)


def interleaved(jobs: Iterable[tuple[Job, int]]) -> Iterator[tuple[Job, int]]:
    """(job, round) in the order A B C A B C, each job as often as the number beside it says.

    What changes on the machine over time then meets all of them alike.
    """
    wanted = list(jobs)
    for turn in range(max((times for _, times in wanted), default=0)):
        yield from ((job, turn) for job, times in wanted if turn < times)
