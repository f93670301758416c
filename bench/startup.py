"""How long it takes to import what a verb needs, and until the first clip is on disk."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.contestants.contract import ONE_THREAD, Task
from bench.contestants.running import RunFast
from bench.measuring import measure
from bench.statistics import Spread, spread
from clearreel.pinned.samples import fetch_sample

IMPORTS = {
    "python, nothing imported": "pass",
    "clearreel --version": "import clearreel.cli.main",
    "clearreel shots, scout": "import clearreel.stages.scout, clearreel.visit.source",
    "clearreel run, main process": "import clearreel.production.producing, clearreel.runners.local",
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
                if any((folder / "set" / "packs").glob("*/*.tar")):
                    return time.perf_counter() - started
                time.sleep(0.005)
        finally:
            process.wait()
    raise TimeoutError(f"no clip of {FIRST_CLIP_OF} after {WAIT_SECONDS:.0f} s")
