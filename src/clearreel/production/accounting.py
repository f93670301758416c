"""What a run writes into the ledger: commitments to what was decided, and no names."""

from __future__ import annotations

import hashlib

from clearreel.rights.policy import Policy
from clearreel.stores.canonical import canonical
from clearreel.stores.catalog import Catalog
from clearreel.stores.ledger import Ledger


def enter_run(catalog: Catalog, policy: Policy) -> None:
    """Add a row about the sources as they are now, unless the last row about a run says the same.

    Raises `DatasetError` when the ledger is damaged, and `StorageError` when it cannot be written.
    """
    sources = catalog.rows("sources", columns=["source_id", "sha256", "status", "decision"])
    decided = sorted(
        [
            row["source_id"],
            row["sha256"],
            row["status"],
            hashlib.sha256((row["decision"] or "").encode()).hexdigest(),
        ]
        for row in sources
    )
    detail = {
        "use": catalog.use,
        "policy_sha256": policy.sha256,
        "sources": len(decided),
        "decisions_sha256": hashlib.sha256(canonical(decided)).hexdigest(),
    }
    ledger = Ledger(catalog.folder)
    last = None
    for row in ledger.rows():
        last = row["detail"] if row["kind"] == "run" else last
    if detail != last:
        ledger.append("run", detail)
