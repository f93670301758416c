"""Every bit of every small file of signed releases, and many of their shards. `make deep`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from damage import files, flip, places
from smallrelease import Verifiers

from clearreel.exports import formats
from clearreel.proofs.layout import STATEMENT

SMALL = 8192
"""Bytes of a file of which every one is changed."""
MANY = 3000
"""Places in a larger one."""

pytestmark = pytest.mark.timeout(3600)


@pytest.mark.parametrize("name", formats())
def test_one_changed_bit_at_every_place(
    released: Callable[[str], Path], verifiers: Verifiers, name: str
) -> None:
    """All eight bits of each byte of the statement, which no hash covers; else one of them."""
    release, rng, tried = released(name), Random(name), 0
    for path in files(release):
        size = path.stat().st_size
        footage = path.suffix in (".mp4", ".tar", ".parquet")
        every = size <= SMALL and not footage
        for offset in range(size) if every else places(size, MANY // len(files(release)), rng):
            for bit in range(8) if path.name == STATEMENT else [rng.randrange(8)]:
                flip(path, offset, bit)
                assert not verifiers.hold(release), f"{path.name}, byte {offset}, bit {bit}"
                flip(path, offset, bit)
                tried += 1
    assert verifiers.hold(release)
    assert tried > 10_000
