"""Progress on standard error: a bar where a person looks, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from clearreel.cli.output import size

if TYPE_CHECKING:
    from clearreel.production.producing import Progress as State

_LINE_SECONDS = 10.0


class RunProgress:
    """Shows how far a run is: rate (× real time), time left and counts."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[count]}"),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[note]}"),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}
        self._told = time.monotonic()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def show(self, state: State) -> None:
        """Called by the run whenever something moved on."""
        if not state.total:
            return
        note, count = "", f"{state.done}/{state.total}"
        completed, total = float(state.done), float(state.total)
        if state.phase == "visiting":
            if state.done:
                rate = state.footage_seconds / max(time.monotonic() - state.started, 1e-3)
                note = f"{rate:.1f}× real time · {state.kept} kept, {state.dropped} dropped"
            completed, total = state.bytes_done, state.bytes_total
            if state.set_aside:
                note += f", {state.set_aside} set aside"
        if state.phase not in self._tasks:
            self._begin(state.phase, state.phase)
        self._bar.update(
            self._tasks[state.phase], completed=completed, total=total, count=count, note=note
        )
        if not self._console.is_terminal and time.monotonic() - self._told > _LINE_SECONDS:
            self._told = time.monotonic()
            share = completed / total if total else 1.0
            sys.stderr.write(f"{state.phase} {count}, {share:.0%} {note}\n")

    def _begin(self, key: str, label: str) -> None:
        """A new line instead of the last one: finished work needs no room on the screen."""
        for task in self._tasks.values():
            self._bar.update(task, visible=False)
        self._tasks[key] = self._bar.add_task(label, count="", note="")

    def fetching(self, name: str, done: int, total: int) -> None:
        """Called while weights or samples are downloaded; bytes."""
        if name not in self._tasks:
            self._begin(name, f"fetching {name}")
            if not self._console.is_terminal:
                sys.stderr.write(f"fetching {name} ({size(total)})\n")
        self._bar.update(self._tasks[name], completed=done, total=total, note=size(total))


class ClipProgress:
    """Shows how many clips are done, and the time that is left."""

    def __init__(self, doing: str) -> None:
        self._bar = Progress(
            TextColumn(doing),
            BarColumn(bar_width=None),
            TextColumn("{task.completed:.0f}/{task.total:.0f} clips"),
            TimeRemainingColumn(compact=True),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task(doing)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def show(self, done: int, total: int) -> None:
        """Called for each clip that is done."""
        self._bar.update(self._task, completed=done, total=total)
