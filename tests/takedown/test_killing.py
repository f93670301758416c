"""A takedown that was killed goes on where it was: at a few of its writes here, at all in deep."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from killing import Scene

from clearreel.proofs.keys import SigningKey
from clearreel.stores.catalog import Catalog

PLACES = 12
LAST = 16


def test_a_killed_takedown_is_carried_out_by_the_same_command(
    catalog: Catalog, released: Callable[[str], Path], key: SigningKey
) -> None:
    scene = Scene(catalog, [released("webdataset")], key)
    writes = scene.take_down()
    scene.check()
    last = range(writes - LAST, writes)  # where the ledger and the receipt are written
    for number in (*(place * writes // PLACES for place in range(PLACES)), *last):
        scene.reset()
        scene.kill(number)
        scene.take_down()
        scene.check()
