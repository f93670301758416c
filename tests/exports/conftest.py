import shutil
import sys
from pathlib import Path

import pytest

from clearreel.exports import Exported, export, selection
from clearreel.production.producing import produce
from clearreel.proofs.keyring import KeyRing
from clearreel.recipes.reading import parse
from clearreel.rights.grants import grant_from_flags
from clearreel.runners.inline import InlineRunner
from clearreel.sources.folder import expand
from clearreel.stores.catalog import Catalog
from clearreel.testing.gallery import make

sys.path.insert(0, str(Path(__file__).parent))  # for readback.py

from readback import CAPTION, ODD_NAME, Export, two_for_validation

RECIPE = """
name = "short"
description = "Clips of any length."
origin = "a test"

[shots]
stage = "scout"

[clips]
min_seconds = 0.2
max_seconds = 1.2
trim_frames = 2

[measures.light]
"""


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeyRing:
    """The keys that are trusted here: none yet, and none of the user's own."""
    monkeypatch.setenv("CLEARREEL_KEYS", str(tmp_path / "keys.json"))
    return KeyRing.default()


@pytest.fixture(scope="session")
def footage(tmp_path_factory: pytest.TempPathFactory, gallery_folder: Path) -> Path:
    """Sources of all kinds that packs store: with and without hidden frames, in all containers."""
    folder = tmp_path_factory.mktemp("footage")
    names = ("cfr_h264", "long_gop", "vp8_webm", "prores_mov", "vfr_h264", "open_gop_hevc")
    for name in names:
        shutil.copy(make(name, gallery_folder).path, folder)
    shutil.copy(make("no_audio", gallery_folder).path, folder / ODD_NAME)
    (folder / "cfr_h264.txt").write_text(CAPTION, "utf-8")
    (folder / "columns.csv").write_text("file,scene\nlong_gop.mp4,indoors\n", "utf-8")
    return folder


@pytest.fixture(scope="session")
def whole(footage: Path, tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """A data set whose sources are gone: exports need its packs alone. Not to be changed."""
    catalog = Catalog.create(tmp_path_factory.mktemp("whole"), "commercial-training")
    grant = grant_from_flags("CC-BY-4.0", "Ada | Co", "a letter", "tester")
    produce(catalog, expand([str(footage)]), [grant], parse(RECIPE, "the test"), InlineRunner())
    shutil.rmtree(footage)
    return catalog


@pytest.fixture
def dataset(whole: Catalog, tmp_path: Path) -> Catalog:
    """A copy of it, to be changed. What other tests have exported of `whole` is not its own."""
    not_its_own = shutil.ignore_patterns("releases.json")
    shutil.copytree(whole.folder, tmp_path / "dataset", ignore=not_its_own)
    return Catalog(tmp_path / "dataset")


@pytest.fixture(scope="session")
def exported(whole: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Export:
    """An export of the data set in a format, made once, with two sources for validation."""
    made: dict[str, Exported] = {}

    def get(name: str) -> Exported:
        if name not in made:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(selection, "split_sources", two_for_validation)
                made[name] = export(whole, name, tmp_path_factory.mktemp("export") / name)
        return made[name]

    return get
