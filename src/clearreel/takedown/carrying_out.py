"""Carry out a takedown, step by step; after a crash the same command goes on where it was.

The takedown's file is the journal: a step is written down there when it is through, and each can
be done again without harm. The deny-list comes first, before anything is looked for; then the packs
and the rows, the releases, the old versions of the tables, and the search for what may be left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from clearreel.core.errors import DatasetError, UsageError, VerificationError
from clearreel.proofs.keys import SigningKey
from clearreel.stores.catalog import Catalog
from clearreel.stores.clock import is_behind
from clearreel.stores.ledger import Ledger
from clearreel.stores.releases import Releases
from clearreel.stores.schema import path_text
from clearreel.stores.takedowns import NearMiss, Takedown, Takedowns
from clearreel.stores.wholeness import (
    CARRIED_OUT,
    DEMANDED,
    TAKEDOWN,
    Told,
    check_deny_list,
    check_ledger,
    told,
)
from clearreel.takedown import receipts
from clearreel.takedown.demand import LAY_THERE, Demand, told_amount
from clearreel.takedown.releases import statement_sha256
from clearreel.takedown.steps import ORDER, Steps

Progress = Callable[[str], None]
"""Called with the step that begins, and with what there is to know before the first."""


def take_down(
    catalog: Catalog,
    demand: Demand,
    reason: str,
    *,
    releases: Sequence[Path] = (),
    key: SigningKey | None = None,
    progress: Progress = lambda step: None,
) -> dict[str, Any]:
    """Take out what is demanded, and all that looks the same; the receipt, as `receipts` has it.

    `reason` is kept where it can be erased (`people.json`); the ledger has a commitment. `releases`
    are folders beyond those that the data set knows of. Signed releases are signed anew with `key`.

    What is demanded is denied before anything else is done, also when this raises `DatasetError`
    because a run is writing. Raises `StorageError` when the disk is full; type the same again.
    """
    takedown = deny(catalog, demand, reason, releases, progress)
    with still_denied(takedown):
        return carry_out(catalog, takedown, demand.file, key=key, progress=progress)


def deny(
    catalog: Catalog,
    demand: Demand,
    reason: str,
    releases: Sequence[Path] = (),
    progress: Progress = lambda step: None,
) -> Takedown:
    """Deny what is demanded from now on, and record that it was: the takedown to be carried out.

    Of an address it is told first how much of the data set comes from there. Raises `DatasetError`
    when the data set's list of releases or its ledger is damaged, and `StorageError`.
    """
    takedowns = Takedowns(catalog.folder)
    takedown = takedowns.find(demand.id)
    if takedown is None:
        takedown = demand.takedown(catalog)
        _restore(takedown, told(catalog.folder).get(demand.id, Told()))
        if LAY_THERE in takedown.done:
            progress(f"{demand.value}: {told_amount(takedown.done[LAY_THERE])} of this data set")
        takedowns.save(takedown)
    check_ledger(catalog.folder)
    listed = Releases(catalog.folder)
    new = {path.resolve() for path in releases} - set(listed.folders())
    for folder in releases:
        listed.add(folder)
    if new or _is_another_now(takedown, listed.folders()):
        forget_from(takedown, "before")
        takedowns.save(takedown)
    _record_demand(catalog, takedown, reason)
    return takedown


@contextmanager
def still_denied(takedown: Takedown) -> Iterator[None]:
    """Have errors tell that the takedown denies all the same, also one of the key to sign with."""
    try:
        yield
    except (DatasetError, UsageError, VerificationError) as error:
        raise type(error)(
            f"takedown {takedown.id} denies from now on, and is not carried out yet: "
            f"{error.message}",
            hint=error.again,
        ) from error


def carry_out(
    catalog: Catalog,
    takedown: Takedown,
    file: Path | None = None,
    *,
    key: SigningKey | None = None,
    progress: Progress = lambda step: None,
) -> dict[str, Any]:
    """Do what is left to do of a takedown, under the data set's lock.

    Nothing is signed while the clock is behind the ledger: a key that is over would count. Raises
    `DatasetError` when the ledger, or what denies, is not what it was.
    """
    check_deny_list(catalog.folder)
    if key is not None and is_behind(Ledger(catalog.folder)):
        key = None
    with catalog.writing():
        if catalog.seal is not None:
            Takedowns(catalog.folder).seal_looks(catalog.seal)
        # A run that was writing until now may have found near misses.
        takedown = Takedowns(catalog.folder).find(takedown.id) or takedown
        steps = Steps(catalog, takedown, file, key)
        for name, step in steps.by_name().items():
            if name not in takedown.done:
                progress(name)
                takedown.done[name] = step()
                steps.takedowns.save(takedown)
        return receipts.read(steps.takedowns.receipt(takedown.id))


def _restore(takedown: Takedown, known: Told) -> None:
    """Have it deny all that the ledger tells of it, where its file was lost."""
    takedown.sources += sorted(known.sources.difference(takedown.sources))
    for name in sorted(known.near.difference(takedown.sources)):
        takedown.near[name] = NearMiss("it was, and the file that told why was lost")


def forget_from(takedown: Takedown, step: str) -> None:
    """Have a step and all after it done once more. What was removed stays written down."""
    names = list(ORDER)
    for name in names[names.index(step) :]:
        takedown.done.pop(name, None)


def _is_another_now(takedown: Takedown, listed: Sequence[Path]) -> bool:
    """Whether a release that was out of reach is back or listed no more, or is signed since."""
    there = {path_text(folder): folder.exists() for folder in listed}
    rewritten = takedown.done.get("rewritten", {}).values()
    unsigned = [row["folder"] for row in rewritten if row["version"] and not row["statement"]]
    return any(there.get(name, True) for name in takedown.done.get("releases", ())) or any(
        statement_sha256(Path(folder)) for folder in unsigned
    )


def _record_demand(catalog: Catalog, takedown: Takedown, reason: str) -> None:
    known = told(catalog.folder).get(takedown.id)
    # Carried out, and nothing looked at: its file was lost, and it is demanded once more.
    if known is None or (known.step == CARRIED_OUT and "looks" not in takedown.done):
        detail = {
            "id": takedown.id,
            "step": DEMANDED,
            "kind": takedown.kind,
            "sources": takedown.named,
            "named_sha256": takedown.named_sha256,
        }
        Ledger(catalog.folder).append(TAKEDOWN, detail, {"reason": reason})
