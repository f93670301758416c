"""The end of a quarantine: a person has looked, and what a screening list has hit may be asked for.

Whether it comes in is asked by the next run over it, as of any source: a list that still names it
sets it aside again.
"""

from __future__ import annotations

from clearreel.core.errors import UsageError
from clearreel.stores.catalog import Catalog
from clearreel.stores.clock import now
from clearreel.stores.ledger import Ledger

KIND = "quarantine"
"""Of the ledger's rows."""


def end_quarantine(catalog: Catalog, source_id: str, reason: str) -> None:
    """Let the next run over a source take it up again. The ledger has it first.

    `reason`, and whoever it names, is kept where it can be erased; the ledger has a commitment.
    Raises `UsageError` when there is no such source or it is in no quarantine, `DatasetError` when
    a run is writing or the ledger is damaged, and `StorageError`.
    """
    with catalog.writing():
        rows = {row["source_id"]: row for row in catalog.rows("sources")}
        row = rows.get(source_id)
        if row is None or row["status"] != "quarantined":
            state = "in no quarantine" if row is not None else "not in the data set"
            raise UsageError(
                f"the source {source_id!r} is {state}",
                hint=f"clearreel sources {catalog.folder} --where \"status = 'quarantined'\"",
            )
        Ledger(catalog.folder).append(KIND, {"source": source_id, "step": "ended"}, {"for": reason})
        ended = {"status": "started", "reason": "its quarantine was ended", "visited": now()}
        catalog.put_sources([{**row, **ended}])
