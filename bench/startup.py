"""How long it takes to import what a verb needs, and until the first clip is on disk."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from bench.contestants.contract import ONE_THREAD, Task
from bench.contestants.running import RunFast
from bench.goals import FIRST_CLIP_GOAL, IMPORT_GOAL
from bench.measuring import measure
from bench.section import GoalRow
from bench.statistics import Spread, spread
from clearreel.pinned.samples import fetch_sample

NO_MODEL, MAIN = "clearreel shots, scout", "clearreel run, main process"
IMPORTS = {
    "python, nothing imported": "pass",
    "clearreel --version": "import clearreel.cli.main",
    NO_MODEL: "import clearreel.stages.scout, clearreel.visit.source",
    MAIN: "import clearreel.production.producing, clearreel.runners.local",
    "clearreel run, worker": "import clearreel.runners.worker, clearreel.visit.visiting",
}
FIRST_CLIP_OF = "bbb-scene"
WAIT_SECONDS = 60.0


def imports(rounds: int) -> dict[str, Spread]:
    """Wall seconds from the start of the interpreter to its end."""
    walls: dict[str, list[float]] = {what: [] for what in IMPORTS}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            for what, code in IMPORTS.items():
                walls[what].append(measure([sys.executable, "-c", code], Path(folder)).wall)
    return {what: spread(values) for what, values in walls.items()}


def first_clip(rounds: int) -> Spread:
    """Wall seconds from the start of `clearreel run` until a pack with a clip is there."""
    return spread([_first_clip() for _ in range(rounds)])


def _first_clip() -> float:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        task = Task(fetch_sample(FIRST_CLIP_OF), folder)
        started = time.perf_counter()
        process = subprocess.Popen(
            RunFast().command(task),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | dict(ONE_THREAD),
        )
        try:
            while time.perf_counter() - started < WAIT_SECONDS:
                with suppress(FileNotFoundError):  # a folder that went while it was searched
                    if any((folder / "set" / "packs").glob("*/*.tar")):
                        return time.perf_counter() - started
                time.sleep(0.005)
        finally:
            process.wait()
    raise TimeoutError(f"no clip of {FIRST_CLIP_OF} after {WAIT_SECONDS:.0f} s")


def goals(imports_took: Mapping[str, Spread], first: Spread) -> list[GoalRow]:
    """What imports and the first clip say of the goals: medians of wall seconds."""
    verb = imports_took[NO_MODEL].median
    after = first.median - imports_took[MAIN].median
    return [
        GoalRow(
            "imports of a verb that needs no model",
            f"{IMPORT_GOAL} s",
            f"{verb:.2f} s",
            NO_MODEL,
            verb <= IMPORT_GOAL,
        ),
        GoalRow(
            "first clip on disk, after imports",
            f"{FIRST_CLIP_GOAL} s",
            f"{after:.2f} s",
            FIRST_CLIP_OF,
            after <= FIRST_CLIP_GOAL,
        ),
    ]
