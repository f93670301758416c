from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from clearreel.production.producing import Produced, open_or_create, produce
from clearreel.recipes.reading import parse
from clearreel.recipes.recipe import Recipe
from clearreel.rights.grants import Grant, grant_from_flags
from clearreel.rights.statements import NOTHING_STATED, Statements
from clearreel.runners.contract import Runner
from clearreel.runners.inline import InlineRunner
from clearreel.sources.folder import expand
from clearreel.stores.catalog import Catalog
from clearreel.stores.data_keys import VARIABLE
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import reel
from clearreel.visit.assignment import Store

# On a busy machine the time that one example takes says nothing of the code.
settings.register_profile("unhurried", settings.default, deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="session", autouse=True)
def data_keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the keys of the tests' sealed data sets lie: never among the user's own."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("data-keys")
        patch.setenv(VARIABLE, str(folder))
        yield folder


@pytest.fixture(scope="session")
def gallery_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `gallery.make` writes: each file once a session, for all tests."""
    return tmp_path_factory.mktemp("gallery")


@pytest.fixture(scope="session")
def broken_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `broken.make` writes."""
    return tmp_path_factory.mktemp("broken")


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a.mp4, b.mp4 and c.mp4: 60 numbered frames each, 2.4 s. Not to be changed."""
    folder = tmp_path_factory.mktemp("films")
    for seed, name in enumerate("abc"):
        write(folder / f"{name}.mp4", reel(60, seed=seed), video=Video(gop=20))
    return folder


QUICK = """
name = "quick"
shots = { stage = "scout" }
clips = { min_seconds = 0.2, max_seconds = 0.5 }
[measures.light]
[measures.motion]
"""


@pytest.fixture(scope="session")
def quick() -> str:
    """A recipe without models or rules, which makes five clips of each film."""
    return QUICK


class Bench:
    """A data set in the making, without processes around it."""

    def __init__(self, into: Path) -> None:
        self.into = into

    def run(
        self,
        *inputs: Path,
        recipe: str | Recipe = QUICK,
        grants: Sequence[Grant] | None = None,
        store: Store = "kept",
        runner: Runner | None = None,
        screening: Sequence[Path] = (),
        said: Statements = NOTHING_STATED,
    ) -> Produced:
        """One run. Without grants, everything may be used."""
        given = (grant_from_flags("CC0-1.0", "Ada", "her own"),) if grants is None else grants
        return produce(
            open_or_create(self.into, None),
            expand([str(path) for path in inputs], exclude=[self.into]),
            given,
            parse(recipe, "test") if isinstance(recipe, str) else recipe,
            runner or InlineRunner(),
            store,
            screening=screening,
            said=said,
        )

    @property
    def catalog(self) -> Catalog:
        """Its catalog, as it is now."""
        return Catalog(self.into)

    def rows(self, table: str, where: str | None = None) -> list[dict[str, Any]]:
        """The rows of a table, without what differs from run to run, in a fixed order."""
        timings = ("visited", "cpu_seconds")
        rows = self.catalog.rows(table, where=where)
        return sorted(
            ({k: v for k, v in row.items() if k not in timings} for row in rows),
            key=lambda row: (row["path"], row.get("start_tick") or 0),
        )

    def packs(self) -> dict[str, bytes]:
        """Every file below packs/ and its bytes."""
        packs = self.into / "packs"
        files = (path for path in packs.rglob("*") if path.is_file())
        return {str(path.relative_to(packs)): path.read_bytes() for path in files}


@pytest.fixture(scope="session")
def bench_type() -> type[Bench]:
    """For data sets that many tests share."""
    return Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A new data set."""
    return Bench(tmp_path / "set")
