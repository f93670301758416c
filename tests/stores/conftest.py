from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from subprocess import run
from typing import Any

import pytest

from clearreel.stores.catalog import Catalog


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog.create(tmp_path / "set", "commercial-training")


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of half a megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if run(["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", folder], check=False).returncode:
        pytest.skip("only root can mount a small file system")
    yield folder
    run(["umount", folder], check=True)


@pytest.fixture
def clip() -> Any:
    """Makes the row of a clip; what is not given is empty."""

    def make(clip_id: str, source_id: str, **columns: Any) -> dict[str, Any]:
        return {"clip_id": clip_id, "source_id": source_id, "kept": True, **columns}

    return make
