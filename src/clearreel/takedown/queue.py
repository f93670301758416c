"""Near misses of takedowns: sources that may be what was demanded, until a person has looked."""

from __future__ import annotations

from typing import Any

from clearreel.core.errors import UsageError
from clearreel.proofs.keys import SigningKey
from clearreel.stores.catalog import Catalog
from clearreel.stores.takedowns import Takedown, Takedowns
from clearreel.stores.wholeness import check_deny_list
from clearreel.takedown.carrying_out import Progress, carry_out, forget_from


def waiting(catalog: Catalog) -> list[dict[str, Any]]:
    """Every near miss that nobody has decided on: `id`, `takedown`, `source_id`, `why`, `path`."""
    paths = {
        row["source_id"]: row["path"] or ""
        for row in catalog.rows("sources", columns=["source_id", "path"])
    }
    return [
        {
            "id": f"{takedown.id}/{name}",
            "takedown": takedown.id,
            "source_id": name,
            "path": paths.get(name, ""),
            "why": miss.why,
        }
        for takedown in Takedowns(catalog.folder).all()
        for name, miss in sorted(takedown.near.items())
        if miss.state == "open"
    ]


def accept(
    catalog: Catalog,
    id: str,
    *,
    key: SigningKey | None = None,
    progress: Progress = lambda step: None,
) -> dict[str, Any]:
    """Take a near miss out as well: a person says that it is the same. The new receipt.

    Raises `UsageError` when there is no such near miss, and `DatasetError` when the ledger, or what
    denies, is not what it was.
    """
    check_deny_list(catalog.folder)
    takedown, name = _find(catalog, id)
    if takedown.near[name].state != "accepted":
        takedown.near[name].state = "accepted"
        takedown.sources.append(name)
        forget_from(takedown, "before")
        Takedowns(catalog.folder).save(takedown)
    return carry_out(catalog, takedown, key=key, progress=progress)


def dismiss(catalog: Catalog, id: str) -> None:
    """Let a source in again: a person says that it is another. The next run takes it up.

    Raises `UsageError` when there is no such near miss, or it was accepted and is gone, and
    `DatasetError` when the ledger, or what denies, is not what it was.
    """
    check_deny_list(catalog.folder)
    takedown, name = _find(catalog, id)
    if takedown.near[name].state == "accepted":
        raise UsageError(
            f"{id} was accepted, and what was taken down does not come back",
            hint=f"clearreel takedown {catalog.folder} --queue",
        )
    takedown.near[name].state = "dismissed"
    Takedowns(catalog.folder).save(takedown)


def _find(catalog: Catalog, id: str) -> tuple[Takedown, str]:
    takedown_id, _, name = id.partition("/")
    takedown = Takedowns(catalog.folder).find(takedown_id)
    if takedown is None or name not in takedown.near:
        raise UsageError(
            f"there is no near miss {id!r} in {catalog.folder}",
            hint=f"clearreel takedown {catalog.folder} --queue",
        )
    return takedown, name
