"""A run that is killed, wherever that happens, and started again ends where one run would have."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from clearreel.core.errors import DatasetError
from clearreel.stores.catalog import Catalog
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import reel
from clearreel.testing.sound import Sound

# The quantile drops clips that the visits keep, so that packs are written a second time.
RECIPE = """
name = "kill"
shots = { stage = "scout" }
clips = { min_seconds = 0.2, max_seconds = 0.6 }
[measures.light]
[measures.motion]
[[rules]]
fact = "brightness"
min_quantile = 0.4
"""
# A stage that adds vectors and needs no model, and a detector with short segments.
STAGE = """
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from clearreel.core.facts import Fact
from clearreel.stages.contract import Measure
from clearreel.stages.scout import Scout


class Short(Scout):
    segment_seconds: ClassVar[Fraction] = Fraction(2)


@dataclass(frozen=True)
class Tint(Measure):
    name: ClassVar[str] = "tint"
    needs: ClassVar[tuple[str, ...]] = ("stills",)
    adds: ClassVar[tuple[Fact, ...]] = (Fact("tint", "vector", "1", "Mean colour."),)

    def measure(self, clip):
        colour = clip.stills[0].rgb.mean(axis=(0, 1))
        return {"tint": (colour / (colour**2).sum() ** 0.5).tolist()}
"""
RUN = """
import sys
from dataclasses import replace
from pathlib import Path

from clearreel.production.producing import open_or_create, produce
from clearreel.recipes.reading import load
from clearreel.recipes.recipe import Duplicates
from clearreel.rights.grants import grant_from_flags
from clearreel.runners.local import LocalRunner
from clearreel.sources.folder import expand
from tint import Short, Tint

here, into = Path(__file__).parent, Path(sys.argv[1])
recipe = load(str(here / "recipe.toml"))
recipe = replace(
    recipe,
    detector=Short(),
    measures=(*recipe.measures, Tint()),
    duplicates=Duplicates("tint", cosine=0.9995),
)
grants = [grant_from_flags("CC0-1.0", "Ada", "her own")]
listing = expand([str(here / "*.mp4")])
produce(open_or_create(into, None), listing, grants, recipe, LocalRunner(2))
"""
TEMPORARY = ("visited", "cpu_seconds")


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six short sources, two of which have sound, and one that cannot be used."""
    folder = tmp_path_factory.mktemp("sources")
    for seed in range(6):
        sound = Sound() if seed < 2 else None
        frames = reel(45, width=96, height=64, seed=seed)
        write(folder / f"{seed}.mp4", frames, video=Video(gop=15), sound=sound)
    (folder / "broken.mp4").write_text("no footage")
    (folder / "2.txt").write_text("a caption")
    return programmed(folder)


@pytest.fixture(scope="module")
def long_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One source of fifteen segments; a shot in it is longer than two."""
    folder = tmp_path_factory.mktemp("long")
    frames = reel(*[35] * 9, 130, *[35] * 9, width=96, height=64)
    write(folder / "long.mp4", frames, video=Video(gop=25), sound=Sound())
    return programmed(folder)


def programmed(folder: Path) -> Path:
    """A folder with all that a run needs besides footage."""
    (folder / "recipe.toml").write_text(RECIPE)
    (folder / "tint.py").write_text(STAGE)
    (folder / "run.py").write_text(RUN)
    return folder


def start(sources: Path, into: Path) -> subprocess.Popen[bytes]:
    """A run in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, sources / "run.py", into], start_new_session=True, stderr=subprocess.PIPE
    )


def finish(sources: Path, into: Path) -> None:
    process = start(sources, into)
    _, errors = process.communicate()
    assert process.returncode == 0, errors.decode()


def state(into: Path) -> dict[str, Any]:
    """All that a data set holds, without times."""
    catalog = Catalog(into)
    tables = {
        table: sorted(
            (
                {key: value for key, value in row.items() if key not in TEMPORARY}
                for row in catalog.rows(table)
            ),
            key=lambda row: (row["path"], row.get("clip_id", "")),
        )
        for table in ("sources", "places", "clips")
    }
    names, vectors = catalog.vectors("tint")
    packs = into / "packs"
    found = {str(p.relative_to(packs)): p.read_bytes() for p in packs.rglob("*") if p.is_file()}
    return tables | {
        "vectors": dict(zip(names, vectors.tolist(), strict=True)),
        "packs": found,
        "files": sorted(path.name for path in into.iterdir()),
    }


@pytest.fixture(scope="module")
def undisturbed(
    sources: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], float]:
    """What one run makes, and how many seconds it takes."""
    into = tmp_path_factory.mktemp("undisturbed") / "set"
    began = time.monotonic()
    finish(sources, into)
    seconds = time.monotonic() - began
    made = state(into)
    assert len(made["sources"]) == 7 and len(made["clips"]) == len(made["vectors"]) == 18
    rules = {clip["rule"] for clip in made["clips"]}
    assert rules == {"", "brightness", "duplicate"}, "something is to be packed twice"
    return made, seconds


# Every tenth of a run once, in an order and at a moment in it that the seed decides.
MOMENTS = [(tenth + random.Random(tenth).random()) / 10 for tenth in range(10)]


@pytest.mark.parametrize("moment", MOMENTS, ids=[f"{moment:.2f}" for moment in MOMENTS])
def test_a_killed_run_goes_on(
    sources: Path, undisturbed: tuple[dict[str, Any], float], tmp_path: Path, moment: float
) -> None:
    made, seconds = undisturbed
    into = tmp_path / "set"
    process = start(sources, into)
    time.sleep(moment * seconds)
    if round(moment * 10) % 2:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()  # the workers are left to themselves
    process.communicate()
    finish(sources, into)
    assert state(into) == made


def test_a_run_is_killed_again_and_again(
    sources: Path, undisturbed: tuple[dict[str, Any], float], tmp_path: Path
) -> None:
    """As where a machine is taken away from time to time: what was finished stays finished."""
    made, seconds = undisturbed
    into = tmp_path / "set"
    for moment in (0.5, 0.8):
        process = start(sources, into)
        time.sleep(moment * seconds)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    finish(sources, into)
    assert state(into) == made


@pytest.fixture(scope="module")
def long_undisturbed(long_source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What one run makes of it."""
    into = tmp_path_factory.mktemp("undisturbed") / "set"
    finish(long_source, into)
    made = state(into)
    assert made["sources"][0]["status"] == "done" and len(made["clips"]) > 30
    return made


@pytest.mark.parametrize("alone", [False, True], ids=["all", "runner"])
def test_a_long_source_goes_on_where_it_was(
    long_source: Path, long_undisturbed: dict[str, Any], tmp_path: Path, alone: bool
) -> None:
    """Killed several times in the middle of its one source, with its worker or without."""
    into = tmp_path / "often"
    kept = [0]
    for _ in range(3):
        process = start(long_source, into)
        # Not before it has got further than the run before.
        while (size := journal_bytes(into)) < kept[-1] + 20_000:
            assert process.poll() is None, "it was through before it was killed"
            time.sleep(0.002)
        kept.append(size)
        if alone:
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert Catalog(into).rows("sources") == []
        assert journal_bytes(into) >= size
    finish(long_source, into)
    assert state(into) == long_undisturbed


def journal_bytes(into: Path) -> int:
    """How much is kept of a source that is not complete."""
    return sum(path.stat().st_size for path in (into / "packs/.segments").glob("*.journal"))


def test_workers_end_with_their_runner(sources: Path, tmp_path: Path) -> None:
    process = start(sources, tmp_path / "set")
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    workers: list[str] = []
    while len(workers) < 2:
        assert process.poll() is None
        workers = children.read_text().split()
        time.sleep(0.02)
    process.kill()
    process.communicate()
    limit = time.monotonic() + 5
    while any(Path(f"/proc/{worker}").exists() for worker in workers):
        assert time.monotonic() < limit, "a worker outlives its runner"
        time.sleep(0.05)
    try:
        rows = Catalog(tmp_path / "set").rows("sources")
    except DatasetError:
        rows = []
    assert len(rows) < 7, "it was through before it was killed"
