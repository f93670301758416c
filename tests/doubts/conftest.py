"""From footage and a rights file to a signed release, and which frames are stored anywhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from clearreel.proofs.keys import SigningKey, new_key
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import reel
from clearreel.testing.sound import Sound

sys.path.insert(0, str(Path(__file__).parent))  # for build.py

from build import FRAMES, Build


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
