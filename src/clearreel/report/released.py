"""Releases within reach that still hold what may not be used any more."""

from __future__ import annotations

import csv
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from clearreel.proofs.layout import CREDITS
from clearreel.report.wording import counted
from clearreel.stores.catalog import Catalog
from clearreel.stores.releases import Releases
from clearreel.stores.schema import path_text


@dataclass(frozen=True, slots=True)
class StillReleased:
    """One release, and the sources in it that are out now."""

    folder: str
    sources: tuple[str, ...]
    """Their ids, sorted; none where it cannot be read which it holds."""

    def __str__(self) -> str:
        if not self.sources:
            return f"{self.folder} may hold what is out now: its {CREDITS} cannot be read"
        many = "sources that are out now, the first"
        held = counted(len(self.sources), "source that is out now:", many)
        return (
            f"{self.folder} holds {held} {self.sources[0]}; take out what has to go with: "
            "clearreel takedown"
        )


def still_released(catalog: Catalog, out: Collection[str]) -> tuple[StillReleased, ...]:
    """Which of the `out` sources lie in which release that the data set knows of.

    Those that a stretch of is out are not told apart from others, as a list of credits names works.
    Raises `DatasetError` when the list of releases is damaged.
    """
    found = []
    for folder in Releases(catalog.folder).folders() if out else ():
        if not folder.is_dir():
            continue
        try:
            held = sorted(_sources(folder).intersection(out))
        except (OSError, ValueError, KeyError):
            found.append(StillReleased(path_text(folder), ()))
            continue
        if held:
            found.append(StillReleased(path_text(folder), tuple(held)))
    return tuple(found)


def _sources(release: Path) -> set[str]:
    with (release / CREDITS).open(encoding="utf-8", newline="") as file:
        return {row["source_id"] for row in csv.DictReader(file)}
