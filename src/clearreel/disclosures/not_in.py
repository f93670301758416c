"""Sources that were offered and are not in the data set, told apart by what keeps them out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from clearreel.disclosures.figures import Figure, Row, number_of
from clearreel.stores.catalog import Catalog
from clearreel.stores.takedowns import LOOKS_ALIKE, TAKEN_DOWN, Takedowns

_BY_TAKEDOWN = " OR ".join(
    f"starts_with(coalesce(reason, ''), '{words}')" for words in (TAKEN_DOWN, LOOKS_ALIKE)
)
_SOURCES = "SELECT count(*) FROM sources WHERE status"


@dataclass(frozen=True, slots=True)
class NotIn:
    """How many sources, and by how many takedowns and lists. Never which, and never why one is."""

    refused: Figure
    """Sources that no grant permits, or that something reserves."""
    taken_down: Figure
    """Sources that takedowns deny; what was in of them was taken out."""
    takedowns: Figure
    """All of the data set, those included whose footage was never offered."""
    quarantined: Figure
    """Sources that a screening list of the operator has set aside."""
    screened: Figure
    """Runs that were given screening lists; runs of earlier versions did not record it."""
    unused: Figure
    """Sources that could not be read, failed, or are not finished yet."""


def not_in(catalog: Catalog, sources: Sequence[Row]) -> NotIn:
    """Count them. Raises `DatasetError` when a takedown cannot be read."""
    status = [row["status"] for row in sources]
    denied = sum(row["status"] == "refused" and _by_takedown(row) for row in sources)
    takedowns = len(Takedowns(catalog.folder).all())
    runs = catalog.rows("events", columns=["detail"], where="kind = 'run'")
    screened = sum(json.loads(row["detail"]).get("screening", 0) > 0 for row in runs)
    settled = ("done", "refused", "quarantined")
    return NotIn(
        refused=number_of(
            status.count("refused") - denied,
            "source",
            f"{_SOURCES} = 'refused' AND NOT ({_BY_TAKEDOWN})",
        ),
        taken_down=number_of(denied, "source", f"{_SOURCES} = 'refused' AND ({_BY_TAKEDOWN})"),
        takedowns=number_of(
            takedowns,
            "takedown",
            "SELECT count(*) FROM glob('takedowns/*.json') "
            "WHERE NOT ends_with(file, '.receipt.json')",
        ),
        quarantined=number_of(status.count("quarantined"), "source", f"{_SOURCES} = 'quarantined'"),
        screened=number_of(
            screened,
            "run",
            "SELECT count(*) FROM events "
            "WHERE kind = 'run' AND CAST(detail->>'screening' AS INTEGER) > 0",
        ),
        unused=number_of(
            sum(one not in settled for one in status),
            "source",
            f"{_SOURCES} NOT IN {settled}",
        ),
    )


def _by_takedown(row: Row) -> bool:
    return (row["reason"] or "").startswith((TAKEN_DOWN, LOOKS_ALIKE))
