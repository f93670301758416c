"""Data sets whose rights are decided as a run decides them, and questions about their tables."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import duckdb

from clearreel.core.facts import Fact
from clearreel.production.rights import decide_everywhere, rights_columns
from clearreel.rights.grants import Grant, grant_from_flags
from clearreel.rights.policy import default_policy
from clearreel.rights.scope import EVERYTHING
from clearreel.rights.signals.heard import Heard
from clearreel.stores.catalog import Catalog

AT = datetime(2026, 11, 26, 12, tzinfo=UTC)
FACTS = (Fact("faces", "int", "faces", ""), Fact("speech_share", "float", "share", ""))


class Writing:
    """A data set in the making whose rights are decided as a run decides them."""

    def __init__(self, builder: Any) -> None:
        self.builder = builder
        self.catalog: Catalog = builder.catalog
        self.catalog.add_fact_columns(FACTS)
        self._places: list[dict[str, Any]] = []

    def source(
        self,
        name: str,
        license: str = "CC-BY-4.0",
        holder: str = "Ada",
        *,
        attested: bool = False,
        granting: dict[str, Any] | None = None,
        status: str = "done",
        heard: Heard | None = None,
        **more: Any,
    ) -> str:
        """A source under one grant, which a person verified or the operator attests."""
        grant = granted(license, holder, attested, **(granting or {}))
        path = f"/somewhere/on/this/machine/{name}.mp4"
        decision = decide_everywhere([path], [grant], self.catalog.use, AT, default_policy())
        row = {"sha256": name.ljust(64, "0"), "visited": "2026-10-02T10:00:00Z", "audio": "aac"}
        row |= {"path": path} | rights_columns(decision, [grant], heard)
        self.builder.source(name, status, **(row | more))
        place = {"path": path, "relative": f"{name}.mp4", "source_id": name}
        self._places.append(place)
        return name

    def clip(self, source: str, seconds: float = 6.0, rule: str = "", **more: Any) -> None:
        """A clip, kept when no rule dropped it."""
        reason = f"{rule} is out of bounds" if rule else ""
        self.builder.clip(source, seconds, rule, reason, **more)

    def run(self, **more: Any) -> None:
        """A run of the default recipe."""
        self.builder.run(**more)

    def write(self, backwards: bool = False) -> Catalog:
        """The catalog, with all rows."""
        self.catalog.put_places(self._places)
        catalog: Catalog = self.builder.write(backwards)
        return catalog


def granted(license: str, holder: str, attested: bool, **more: Any) -> Grant:
    """A grant that permits commercial training."""
    if attested:
        return grant_from_flags(license, holder, "her own word", "tester")
    uses = ("commercial-training",) if license.startswith("LicenseRef-") else None
    verified = {"verified_by": "Eve", "verified_on": date(2026, 9, 1)}
    return Grant(
        EVERYTHING,
        license,
        holder,
        "stated",
        uses=uses,
        evidence="https://example.org/licence",
        **(verified | more),
    )


def asked(catalog: Catalog, query: str) -> list[tuple[Any, ...]]:
    """The rows that DuckDB gives for a query over the data set's tables and files."""
    connection = duckdb.connect()
    connection.sql(f"SET file_search_path = '{catalog.folder}'")
    for table in ("sources", "clips", "places", "events"):
        connection.register(table, catalog.table(table))
    rows: list[tuple[Any, ...]] = connection.sql(query).fetchall()
    return rows
