"""Visits in worker processes on this machine.

Workers are started afresh, so they share nothing; each does all the work on one source at a time. A
decoder that crashes or hangs takes down its worker only, and its source is set aside.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Iterable
from contextlib import suppress
from dataclasses import replace
from multiprocessing import Pipe
from multiprocessing.connection import wait
from pathlib import Path

from clearreel.core.errors import ClearreelError, CrashedError
from clearreel.core.pulse import Pulse
from clearreel.runners.contract import Moved, ignore
from clearreel.runners.worker import Defect
from clearreel.visit.assignment import Assignment, Visited
from clearreel.visit.visiting import set_aside

_START = "import sys; from clearreel.runners.worker import work; work(int(sys.argv[1]))"
_ENVIRONMENT = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""One thread a worker: they share the cores. Libraries read these when they are loaded."""

STALL_SECONDS = 120.0
"""A worker whose pulse stands still for so long is ended."""


class LocalRunner:
    """A fixed number of worker processes."""

    def __init__(self, workers: int | None = None, stall_seconds: float = STALL_SECONDS) -> None:
        self.workers = workers or os.cpu_count() or 1
        self.stall_seconds = stall_seconds

    def run(
        self, assignments: Iterable[Assignment], moved: Moved = ignore
    ) -> Generator[Visited, None, None]:
        """See `Runner.run`."""
        todo = iter(assignments)
        crew: list[_Worker] = []
        try:
            while True:
                for worker in crew:
                    if worker.assignment is None and (assignment := next(todo, None)) is not None:
                        worker.give(assignment)
                # A worker is started when there is work for it: two sources need no ten workers.
                while len(crew) < self.workers and (assignment := next(todo, None)) is not None:
                    crew.append(_Worker())
                    crew[-1].give(assignment)
                busy = [worker for worker in crew if worker.assignment is not None]
                if not busy:
                    return
                wait([worker.connection for worker in busy], timeout=1.0)
                for worker in busy:
                    visited = worker.poll(self.stall_seconds)
                    if not worker.alive:
                        crew.remove(worker)
                    if visited is not None:
                        yield visited
                moved(sum(worker.bytes_through for worker in crew))
        finally:
            for worker in crew:
                worker.end()


class _Worker:
    """One process, and what it is doing."""

    def __init__(self) -> None:
        self.connection, theirs = Pipe()
        # Not multiprocessing's own spawn: that would run the user's script again in each worker,
        # and a script without a guard around its main part would fail.
        # Ctrl-C is for the runner: a worker that is still starting must not answer it either.
        masked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _START, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.PIPE,  # never written to: it ends when this process does
                env={**os.environ, **_ENVIRONMENT, "PYTHONPATH": _import_path()},
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, masked)
        theirs.close()
        self.assignment: Assignment | None = None
        self._pulse = Pulse(-1, 0.0)
        self._moved = time.monotonic()

    @property
    def bytes_through(self) -> float:
        """How much of the source at hand is done."""
        return self._pulse.share * self.assignment.size if self.assignment else 0.0

    def give(self, assignment: Assignment) -> None:
        self.assignment = assignment
        self._moved = time.monotonic()
        self._pulse = replace(self._pulse, share=0.0)
        with suppress(BrokenPipeError):  # it is dead, as `poll` will find
            self.connection.send(assignment)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def poll(self, stall_seconds: float) -> Visited | None:
        """The result if there is one; also when the process died or stands still."""
        assert self.assignment is not None
        try:
            while self.connection.poll():
                message = self.connection.recv()
                if isinstance(message, Pulse):
                    if message.beats != self._pulse.beats:
                        self._moved = time.monotonic()
                    self._pulse = message
                    continue
                return self._finish(message)
        except (EOFError, ConnectionError):
            code = self._process.wait()
            return self._set_aside(f"the worker process died: {_cause(code)}")
        if time.monotonic() - self._moved > stall_seconds:
            self.end()
            return self._set_aside(f"no progress for {stall_seconds:g} s: the decoder hangs")
        return None

    def end(self) -> None:
        """Kill the process: what it has written so far is swept up by the next run."""
        self._process.kill()
        self._process.communicate()
        self.connection.close()

    def _finish(self, message: Visited | Defect | ClearreelError) -> Visited:
        if isinstance(message, ClearreelError):
            raise message
        if isinstance(message, Defect):
            return self._set_aside(f"internal error: {message.summary}", message.trace)
        self.assignment = None
        return message

    def _set_aside(self, reason: str, trace: str = "") -> Visited:
        assert self.assignment is not None
        visited = set_aside(self.assignment, CrashedError(reason))
        visited.source["note"] = trace
        self.assignment = None
        return visited


def _import_path() -> str:
    """Where this process finds modules, so that a worker finds the same ones."""
    return os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)


def _cause(code: int | None) -> str:
    if code is not None and code < 0:
        name = signal.Signals(-code).name
        return f"{name}, out of memory or ended from outside" if name == "SIGKILL" else name
    return f"exit code {code}"
