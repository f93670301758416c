"""A takedown is killed at each of its writes, and killed again while it goes on. `make deep`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from killing import Killed, Scene

from clearreel.core.errors import ClearreelError
from clearreel.exports import formats
from clearreel.proofs.keys import SigningKey
from clearreel.stores.catalog import Catalog

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
