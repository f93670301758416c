from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clearreel.core.errors import StorageError
from clearreel.recipes.reading import parse
from clearreel.recipes.recipe import Recipe
from clearreel.runners.inline import InlineRunner
from clearreel.runners.local import LocalRunner
from clearreel.stores.packs import clear

# A stage of another package: it does what the footage's name asks for.
TROUBLE = '''
import os
import signal
import time
from dataclasses import dataclass
from typing import ClassVar

from clearreel.core.errors import StorageError
from clearreel.core.facts import Fact
from clearreel.stages.contract import Measure


@dataclass(frozen=True)
class Trouble(Measure):
    """Ends badly."""

    name: ClassVar[str] = "trouble"
    adds: ClassVar[tuple[Fact, ...]] = (Fact("trouble", "int", "1", "How much."),)

    def measure(self, clip):
        match clip.facts["path"].split("/")[-1]:
            case "abort.mp4":
                os.abort()
            case "segfault.mp4":
                os.kill(os.getpid(), signal.SIGSEGV)
            case "exit.mp4":
                os._exit(9)
            case "killed.mp4":
                os.kill(os.getpid(), signal.SIGKILL)
            case "hang.mp4":
                signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
                while True:
                    time.sleep(60)
            case "defect.mp4":
                raise ZeroDivisionError("oh")
            case "memory.mp4":
                bytearray(1 << 60)
            case "full.mp4":
                raise StorageError("the disk is full")
        return {"trouble": 0}
'''
REASONS = {
    "abort": "SIGABRT",
    "segfault": "SIGSEGV",
    "exit": "exit code 9",
    "killed": "SIGKILL, out of memory or ended from outside",
    "hang": "no progress for 6 s: the decoder hangs",
    "defect": "internal error: ZeroDivisionError: oh",
    "memory": "internal error: MemoryError",
}


@pytest.fixture
def troubled(tmp_path: Path, quick: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recipe]:
    """A recipe whose last measure does harm."""
    folder = tmp_path / "other_package"
    folder.mkdir()
    (folder / "trouble_stage.py").write_text(TROUBLE)
    monkeypatch.syspath_prepend(folder)
    stage = importlib.import_module("trouble_stage").Trouble()
    recipe = parse(quick, "test")
    yield replace(recipe, measures=(*recipe.measures, stage))
    sys.modules.pop("trouble_stage")


@pytest.fixture
def footage(films: Path, tmp_path: Path) -> Any:
    """Makes a folder with files of these names, each with other bytes."""

    def make(*names: str) -> Path:
        folder = tmp_path / "footage"
        folder.mkdir()
        film = (films / "a.mp4").read_bytes()
        for number, name in enumerate(names):
            # A free box at the end is footage's own way to hold bytes that mean nothing.
            box = (9).to_bytes(4, "big") + b"free" + bytes([number])
            (folder / f"{name}.mp4").write_bytes(film + box)
        return folder

    return make


def outcomes(bench: Any) -> dict[str, str]:
    return {Path(row["path"]).stem: row["reason"] for row in bench.rows("sources")}


def leftovers(bench: Any) -> list[str]:
    return [p.name for p in (bench.into / "packs").iterdir() if len(p.name) != 2]


def test_it_makes_what_a_run_in_this_process_makes(bench: Any, films: Path, tmp_path: Path) -> None:
    bench.run(films, runner=LocalRunner(2))
    inline = type(bench)(tmp_path / "inline")
    inline.run(films, runner=InlineRunner())
    assert bench.rows("clips") == inline.rows("clips")
    assert bench.rows("sources") == inline.rows("sources")
    assert bench.packs() == inline.packs()


def test_trouble_takes_down_its_worker_only(bench: Any, footage: Any, troubled: Recipe) -> None:
    folder = footage("a_good", *REASONS, "z_good")
    produced = bench.run(folder, recipe=troubled, runner=LocalRunner(2, stall_seconds=6))
    assert (produced.visited, produced.set_aside) == (len(REASONS) + 2, len(REASONS))
    found = outcomes(bench)
    assert found.pop("a_good") == found.pop("z_good") == ""
    for name, reason in REASONS.items():
        assert reason in found[name]
    assert {r["status"] for r in bench.rows("sources", "reason != ''")} == {"failed"}
    [defect] = bench.rows("sources", "path like '%defect.mp4'")
    assert "trouble_stage.py" in defect["note"], "the trace is kept for whoever mends the stage"
    assert {Path(clip["path"]).stem for clip in bench.rows("clips")} == {"a_good", "z_good"}
    assert leftovers(bench) == []


def test_what_failed_is_tried_again(bench: Any, footage: Any, troubled: Recipe) -> None:
    folder = footage("abort", "good")
    runner = LocalRunner(1)
    bench.run(folder, recipe=troubled, runner=runner)
    again = bench.run(folder, recipe=troubled, runner=runner)
    assert (again.visited, again.unchanged, again.set_aside) == (1, 1, 1)


def test_a_full_disk_ends_the_run(bench: Any, footage: Any, troubled: Recipe) -> None:
    with pytest.raises(StorageError, match="the disk is full"):
        bench.run(footage("full", "good"), recipe=troubled, runner=LocalRunner(2))
    assert leftovers(bench) == []
    assert children() == set()


def test_closing_it_ends_the_workers(bench: Any, films: Path, quick: str) -> None:
    from clearreel.production.admitting import Door
    from clearreel.production.planning import plan
    from clearreel.production.rights import policy_of
    from clearreel.rights.grants import grant_from_flags
    from clearreel.sources.folder import expand

    bench.run(films / "a.mp4")
    grants = [grant_from_flags("CC0-1.0", "Ada", "her own")]
    work = plan(
        bench.catalog,
        expand([str(films)]),
        Door(bench.catalog.use, grants, policy_of(bench.into)),
        parse(quick, "test"),
        "kept",
    )
    results = LocalRunner(2).run(work.assignments)
    assert next(results).source["status"] == "done"
    assert children()
    results.close()
    assert children() == set()
    clear(bench.catalog.packs)


def test_no_more_workers_than_there_is_work_for(bench: Any, films: Path) -> None:
    class Counting(LocalRunner):
        most = 0

        def run(self, assignments: Any, moved: Any = None) -> Any:
            for visited in super().run(assignments, lambda share: None):
                self.most = max(self.most, len(children()))
                yield visited

    runner = Counting(8)
    bench.run(films / "a.mp4", runner=runner)
    assert runner.most == 1


def test_it_tells_how_far_the_sources_at_hand_are(bench: Any, films: Path) -> None:
    told: list[float] = []

    class Telling(LocalRunner):
        def run(self, assignments: Any, moved: Any = None) -> Any:
            return super().run(assignments, told.append)

    bench.run(films, runner=Telling(1))
    assert told and max(told) <= sum(path.stat().st_size for path in films.iterdir())


def children() -> set[str]:
    """The processes that this one started and that are alive."""
    found = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    alive = (child for child in found if "clearreel.runners.worker" in command(child))
    return set(alive)


def command(process: str) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text()
    except OSError:
        return ""


def test_workers_start_without_what_only_tables_need() -> None:
    """Lance and what it brings takes half of the time that a worker needs to start."""
    code = (
        "import sys, clearreel.runners.worker, clearreel.visit.visiting\n"
        "print({'lance', 'pandas', 'onnxruntime'} & set(sys.modules))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "set()"
