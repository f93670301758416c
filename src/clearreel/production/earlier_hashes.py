"""The sources of earlier runs, asked about by the hashes that are known of them.

Nothing is decoded. Files are read where MD5 is asked for, or where footage has to be looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence
from dataclasses import dataclass
from typing import Any

from clearreel.production.known import Known, hashed_places, work_of
from clearreel.production.recorded import places_of
from clearreel.production.screening import Screen
from clearreel.sources.hashing import in_threads, still_at
from clearreel.sources.place import Place
from clearreel.stores.takedowns import DenyList

Row = dict[str, Any]

SCREENED = "screening"
"""Of a row's work: the lists that all of a source was held against."""
HELD = ("done", "started")
"""How sources stand of which the data set has clips; of the others it has nothing to look at."""
GONE = "its footage is not where it was"
NO_MD5 = f"its MD5 is asked for, and {GONE}"


@dataclass(frozen=True)
class Asked:
    """What is known of one source without decoding anything."""

    row: Row
    listed: str | None
    """As `Screen.listed` tells it."""
    footage: Place | None
    """Where its bytes lie, if that was asked for and they do."""

    @property
    def held(self) -> bool:
        """Whether the data set has clips of it."""
        return self.row["status"] in HELD


def to_ask(catalog: Known, screen: Screen, found: Collection[str]) -> list[Row]:
    """The sources that have not been held against these lists, without those of `found` by id."""
    taken = {name for one in DenyList.of(catalog.folder).takedowns for name in one.sources}
    return [
        row
        for row in catalog.rows("sources")
        if row["sha256"]
        and row["status"] != "quarantined"
        and row["source_id"] not in taken | set(found)
        and work_of(row).get(SCREENED) != screen.lists.fingerprint
    ]


def by_hash(catalog: Known, screen: Screen, rows: Sequence[Row]) -> Generator[Asked, None, None]:
    """What the lists say of each row's bytes, in order."""
    known, places = hashed_places(catalog), places_of(catalog)

    def ask(row: Row) -> Asked:
        footage = None
        if screen.wants_md5 or (screen.wants_looks and row["status"] in HELD):
            paths = places.get(row["source_id"], {row["path"]})
            footage = still_at(row["sha256"], paths, known)
        listed = screen.listed(row["sha256"], footage.path if footage else None)
        return Asked(row, listed, footage)

    return in_threads(ask, rows)
