"""What a data set knows before a run: its rows, or nothing where it is yet to be made."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from clearreel.core.errors import DatasetError
from clearreel.rights.uses import DEFAULT_USE, use_named
from clearreel.sources import hashing
from clearreel.sources.hashing import Hashed, known_from
from clearreel.stores.catalog import Catalog
from clearreel.stores.packs import Packs


class Known(Protocol):
    """What a plan asks a data set for. A `Catalog` is one."""

    @property
    def folder(self) -> Path:
        """Where it lies, or will."""

    @property
    def packs(self) -> Packs:
        """Its packs."""

    @property
    def use(self) -> str:
        """The one use that it is declared for."""

    def rows(
        self, name: str, *, columns: Sequence[str] | None = None, where: str | None = None
    ) -> list[dict[str, Any]]:
        """The rows of a table, as `Catalog.rows` gives them."""


@dataclass(frozen=True, slots=True)
class Unmade:
    """A data set that no run has made yet. Nothing of it is on disk."""

    folder: Path
    use: str

    @property
    def packs(self) -> Packs:
        """Where its packs will lie."""
        return Packs(self.folder / "packs", None)

    def rows(
        self, name: str, *, columns: Sequence[str] | None = None, where: str | None = None
    ) -> list[dict[str, Any]]:
        """None, in every table."""
        return []


def known_at(into: Path, use: str | None) -> Catalog | Unmade:
    """The data set at `into`; an unmade one where there is none and room for one.

    Raises `UsageError` for a use that does not exist, and `DatasetError` for a folder with anything
    else in it and for a data set for another use.
    """
    declared = use_named(use or DEFAULT_USE)
    if Catalog.vacant(into):
        return Unmade(into, declared.name)
    catalog = Catalog(into)
    if use is not None and use != catalog.use:
        raise DatasetError(
            f"{into} is declared for {catalog.use}, not for {use}: a data set has one use",
            hint=f"give --into another folder, or leave out --use {use}",
        )
    return catalog


def hashed_places(catalog: Known) -> hashing.Known:
    """The hashes of an earlier run, for files that have not changed since."""
    return known_from(
        {
            row["path"]: Hashed(row["sha256"], row["bytes"], row["mtime_ns"], row["inode"])
            for row in catalog.rows("places")
        }
    )


def work_of(source: Mapping[str, Any]) -> dict[str, Any]:
    """What was done of a source, by the settings it was done with, as its row has it."""
    work: dict[str, Any] = json.loads(source["work"] or "{}")
    return work
