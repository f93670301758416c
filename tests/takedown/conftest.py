"""Data sets and releases to take things out of."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from clearreel.exports import export, selection
from clearreel.exports.webdataset import WebDataset
from clearreel.production.producing import Produced, open_or_create, produce
from clearreel.proofs.keys import SigningKey, new_key
from clearreel.recipes.reading import parse
from clearreel.rights.grants import grant_from_flags
from clearreel.runners.inline import InlineRunner
from clearreel.sources.folder import expand
from clearreel.stores.catalog import Catalog
from clearreel.testing.encode import Video, write

sys.path.insert(0, str(Path(__file__).parent))  # for filmset.py

from filmset import caption, film


@pytest.fixture(scope="session")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four films with captions. Not to be changed."""
    folder = tmp_path_factory.mktemp("footage")
    for seed, name in enumerate("abcd"):
        write(folder / f"{name}.mp4", film(seed), video=Video(gop=25))
        (folder / f"{name}.txt").write_text(caption(name))
    return folder


RECIPE = """
name = "short"
shots = { stage = "scout" }
clips = { min_seconds = 0.2, max_seconds = 1.0 }
[measures.light]
"""


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory, footage: Path) -> Path:
    """A data set of the films, with embeddings that were made up. Not to be changed."""
    into = tmp_path_factory.mktemp("whole") / "set"
    grant = grant_from_flags("CC0-1.0", "Ada", "her own")
    catalog = open_or_create(into, None)
    produce(catalog, expand([str(footage)]), [grant], parse(RECIPE, "test"), InlineRunner())
    rng = np.random.default_rng(1)
    vectors = {
        row["clip_id"]: (row["source_id"], rng.random(64, np.float32))
        for row in catalog.rows("clips")
    }
    catalog.put_vectors("embedding", vectors)
    return into


@pytest.fixture
def catalog(whole: Path, tmp_path: Path) -> Catalog:
    """A copy of it, to be changed."""
    return Catalog(Path(shutil.copytree(whole, tmp_path / "set")))


@pytest.fixture(scope="session")
def run() -> Callable[..., Produced]:
    """Runs over footage again."""

    def run(catalog: Catalog, *inputs: Path) -> Produced:
        grant = grant_from_flags("CC0-1.0", "Ada", "her own")
        listing = expand([str(path) for path in inputs])
        return produce(catalog, listing, [grant], parse(RECIPE, "test"), InlineRunner())

    return run


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return new_key(tmp_path_factory.mktemp("keys") / "a.key")


@pytest.fixture
def released(catalog: Catalog, tmp_path: Path, key: SigningKey) -> Callable[[str], Path]:
    """Makes a signed release in a format, with two sources for validation.

    Each source is in several shards, one of which it shares with another.
    """

    def make(name: str) -> Path:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(WebDataset.__init__, "__defaults__", (1 << 30, 3))
            patch.setattr(
                selection,
                "split_sources",
                lambda counts: {
                    source: "validation" if place % 2 else "train"
                    for place, source in enumerate(sorted(counts))
                },
            )
            return export(catalog, name, tmp_path / f"release-{name}", key=key).folder

    return make
