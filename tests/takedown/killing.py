"""Kill a takedown at any of its writes, and see that the same command ends as if it had not been.

A kill is simulated: from the chosen write on, every write raises, so that nothing that runs on the
way out can put anything in order.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from filmset import believed, grep, hashes, held, source_named
from lance.dataset import DatasetOptimizer, LanceDataset, MergeInsertBuilder

from clearreel.core.errors import ClearreelError
from clearreel.disclosures import disclose
from clearreel.lookalike.fingerprint import Fingerprint
from clearreel.proofs.keys import SigningKey
from clearreel.proofs.verifying import verify, verify_release
from clearreel.stores.catalog import Catalog
from clearreel.stores.ledger import Ledger
from clearreel.stores.takedowns import Takedowns
from clearreel.takedown.carrying_out import take_down
from clearreel.takedown.demand import Demand
from clearreel.takedown.receipts import problems
from clearreel.visit import stored_looks

WRITES: tuple[tuple[Any, str], ...] = (
    *((os, name) for name in ("replace", "link", "unlink", "rmdir", "mkdir", "fsync", "write")),
    *((os, name) for name in ("ftruncate", "rename")),
    *((LanceDataset, name) for name in ("delete", "merge_insert", "cleanup_old_versions")),
    (DatasetOptimizer, "compact_files"),
    (MergeInsertBuilder, "execute"),
)
"""Where a takedown can be killed: before each call of one of these."""


DISCLOSED = "croissant.json"
"""Where a disclosure lies in the data set."""


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Writes:
    """Counts writes, and dies at one."""

    dies_at: int | None = None
    count: int = 0

    def counted(self, write: Callable[..., Any]) -> Callable[..., Any]:
        """The same, one more write."""

        def call(*given: Any, **named: Any) -> Any:
            number, self.count = self.count, self.count + 1
            if self.dies_at is not None and number >= self.dies_at:
                raise Killed
            return write(*given, **named)

        return call


class Scene:
    """A data set with releases of every format, put back as it was before each takedown."""

    def __init__(self, catalog: Catalog, releases: list[Path], key: SigningKey) -> None:
        self._folders = [catalog.folder, *releases]
        disclose(catalog, "croissant", datetime.now(UTC)).write(catalog.folder / DISCLOSED)
        self._key = key
        self._kept = catalog.folder.with_name("kept")
        for folder in self._folders:
            shutil.copytree(folder, self._kept / folder.name)
        self.source = source_named(catalog, "b")
        self.what = held(catalog, self.source)
        self.others = {n: sha for n, sha in self._packs().items() if self.source not in n}

    def reset(self) -> None:
        """Put everything back."""
        for folder in self._folders:
            for path in folder.parent.glob(f"{folder.name}*"):
                shutil.rmtree(path)
            shutil.copytree(self._kept / folder.name, folder)

    def take_down(self, dies_at: int | None = None) -> int:
        """How many writes there were. Dies at one if so wished."""
        writes = Writes(dies_at)
        with pytest.MonkeyPatch.context() as patch:
            # How footage looks is not what is tested here, and takes most of the time.
            patch.setattr(stored_looks, "of_file", lambda path: Fingerprint())
            for owner, name in WRITES:
                patch.setattr(owner, name, writes.counted(getattr(owner, name)))
            catalog = Catalog(self._folders[0])
            take_down(catalog, Demand("source", self.source), "a letter", key=self._key)
        return writes.count

    def kill(self, dies_at: int) -> None:
        """Take down from the start, to be killed at a write. Nothing that is denied goes out."""
        try:
            self.take_down(dies_at)
        except (Killed, ClearreelError):
            pass
        else:
            raise AssertionError(f"there is no write {dies_at}")

    def check(self) -> None:
        """What holds after a takedown that is through."""
        catalog = Catalog(self._folders[0])
        assert grep(self.what, *self._folders) == {}
        assert self._packs() == self.others
        assert catalog.rows("clips", where=f"source_id = '{self.source}'") == []
        assert catalog.hidden_rows() == {}
        [takedown] = Takedowns(catalog.folder).all()
        path = Takedowns(catalog.folder).receipt(takedown.id)
        receipt = dict(verify(path, believed(self._key)).receipt.value)
        assert problems(receipt) == [], problems(receipt)
        assert receipt["removed"][self.source]["clips"] == len(self.what.clips)
        assert len(receipt["proofs"]) == len(self._folders) - 1
        assert [row["version"] for row in receipt["releases"]] == ["2.0.0"] * len(receipt["proofs"])
        assert all(row["revoked"] and row["clips"] for row in receipt["releases"])
        touched = [name for row in receipt["releases"] for name in row["touched"]]
        assert len([name for name in touched if name.endswith(".tar")]) > 1, "it was in one shard"
        for release in self._folders[1:]:
            verify_release(release, believed(self._key))
        assert not (catalog.folder / DISCLOSED).exists()
        assert any(DISCLOSED in line for line in receipt["by_hand"]), "its going is told"
        told = [row["detail"] for row in Ledger(catalog.folder).rows() if row["kind"] == "takedown"]
        assert [row["step"] for row in told] == ["demanded", "carried out"]
        leftovers = [path for path in self._folders[0].parent.iterdir() if path.suffix]
        assert leftovers == [], leftovers
        assert not list(catalog.folder.rglob("*.samples"))
        assert not list(catalog.folder.rglob("*.partial"))

    def _packs(self) -> dict[str, str]:
        return hashes(self._folders[0] / "packs")
