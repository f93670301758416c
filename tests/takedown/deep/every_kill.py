"""A takedown is killed at each of its writes, and killed again while it goes on. `make deep`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from filmset import grep, source_named
from killing import Killed, Scene

from clearreel.core.errors import ClearreelError
from clearreel.exports import export, formats
from clearreel.proofs.keys import SigningKey
from clearreel.stores.catalog import Catalog
from clearreel.stores.takedowns import Takedowns
from clearreel.takedown.carrying_out import take_down
from clearreel.takedown.demand import Demand

pytestmark = pytest.mark.timeout(3600)


@pytest.fixture
def scene(catalog: Catalog, released: Callable[[str], Path], key: SigningKey) -> Scene:
    return Scene(catalog, [released(name) for name in formats()], key)


def test_at_each_write(scene: Scene) -> None:
    for number in range(scene.take_down()):
        scene.reset()
        scene.kill(number)
        scene.take_down()
        scene.check()


@pytest.mark.parametrize("first", [0.2, 0.5, 0.8])
def test_again_and_again(scene: Scene, first: float) -> None:
    """Every attempt gets a little farther than the one before."""
    writes = scene.take_down()
    scene.reset()
    scene.kill(int(first * writes))
    for number in range(0, writes, 7):
        try:
            scene.take_down(number)
        except (Killed, ClearreelError):
            continue
        break
    scene.take_down()
    scene.check()


def test_a_release_of_nothing_else_at_each_write(
    catalog: Catalog, key: SigningKey, tmp_path: Path
) -> None:
    """All of a release goes: what was revoked is still known when a crash came in between."""
    for name in "acd":
        take_down(catalog, Demand("source", source_named(catalog, name)), "a letter")
    release = export(catalog, "webdataset", tmp_path / "release", key=key).folder
    scene = Scene(catalog, [release], key)
    for number in range(scene.take_down()):
        scene.reset()
        scene.kill(number)
        scene.take_down()
        assert grep(scene.what, catalog.folder) == {} and not release.exists()
        receipt = json.loads(
            Takedowns(catalog.folder).receipt(Demand("source", scene.source).id).read_bytes()
        )
        [row] = receipt["releases"]
        assert row["version"] == "" and row["revoked"]
        assert not list(tmp_path.glob("release*"))
