"""From footage and a rights file to a signed release, and which frames are stored anywhere."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from clearreel.exports import export, selection
from clearreel.exports.webdataset import WebDataset
from clearreel.proofs.approval import Approval
from clearreel.proofs.approvals import keep
from clearreel.proofs.keyring import KeyRing
from clearreel.proofs.keys import SigningKey, new_key
from clearreel.stores.clock import now
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import reel
from clearreel.testing.sound import Sound

sys.path.insert(0, str(Path(__file__).parent))  # for build.py
sys.path.insert(0, str(Path(__file__).parents[1] / "proofs"))  # for smallrelease.py

from build import FRAMES, Build, grant
from smallrelease import Verifiers


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return new_key(tmp_path_factory.mktemp("keys") / "a.key")


@pytest.fixture(scope="session")
def filmed(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Footage of one numbered shot, made once: `gop` frames a group of pictures, with `sound`."""
    folder = tmp_path_factory.mktemp("filmed")

    def make(gop: int = 12, sound: bool = False, seed: int = 5) -> Path:
        path = folder / f"{gop}-{sound}-{seed}.mp4"
        if not path.exists():
            heard = Sound() if sound else None
            write(path, reel(FRAMES, seed=seed), video=Video(gop=gop), sound=heard)
        return path

    return make


@pytest.fixture
def build(tmp_path: Path, key: SigningKey) -> Build:
    """A data set in the making, of a folder that is empty yet."""
    return Build(tmp_path, key)


@pytest.fixture(scope="session")
def verifiers(key: SigningKey) -> Verifiers:
    return Verifiers(key.public)


@pytest.fixture(scope="session")
def built(
    tmp_path_factory: pytest.TempPathFactory, filmed: Callable[..., Path], key: SigningKey
) -> Build:
    """A data set of three films, one of which has a caption. Not to be changed."""
    made = Build(tmp_path_factory.mktemp("built"), key)
    for seed, name in ((5, "a.mp4"), (9, "b.mp4"), (14, "c.mp4")):
        made.add(filmed(sound=seed == 5, seed=seed), name)
    (made.footage / "a.txt").write_text("a caption")
    made.run(grant(), grant("CC-BY-4.0", "b.mp4"))
    return made


@pytest.fixture(scope="session")
def signed(
    built: Build, key: SigningKey, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Path]:
    """A release in a format, made once: approved, signed, of several shards. Not to be changed."""
    made: dict[str, Path] = {}

    def make(name: str) -> Path:
        folder = tmp_path_factory.mktemp("signed")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CLEARREEL_KEYS", str(folder / "keys.json"))
            patch.setattr(WebDataset.__init__, "__defaults__", (1 << 30, 2))
            patch.setattr(selection, "split_sources", _one_for_validation)
            KeyRing.default().trust(key.public, "us")
            sources = selection.select(built.catalog).hashes
            keep(built.into, Approval("rights", built.catalog.use, now(), sources), key)
            out = folder / "out"
            return export(built.catalog, name, out, key=key, approved_by=["rights"]).folder

    def get(name: str) -> Path:
        if name not in made:
            made[name] = make(name)
        return made[name]

    return get


@pytest.fixture
def released(signed: Callable[[str], Path], tmp_path: Path) -> Callable[[str], Path]:
    """A copy of such a release, to be changed."""
    return lambda name: Path(shutil.copytree(signed(name), tmp_path / "out"))


def _one_for_validation(counts: dict[str, int]) -> dict[str, str]:
    return {name: "validation" if n == 0 else "train" for n, name in enumerate(sorted(counts))}
