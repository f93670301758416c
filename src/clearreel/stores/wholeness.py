"""Whether what a data set has on record is still there: its ledger, and its deny-list.

Files can be lost, put back from before, or changed. The ledger shows rows that are missing at its
end against the checkpoint beside it and against the receipts of takedowns, each of which has one;
and it tells of every takedown, whose file has to be there and deny what the ledger says. While one
of these does not hold, nothing is let in, signed or let out. What is demanded is denied at any
time.

A takedown's file is written before the ledger's row of it, and only ever denies more, so that no
crash leaves a row without its file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from clearreel.core.errors import DatasetError, UsageError
from clearreel.stores.checkpoint import Checkpoint
from clearreel.stores.clock import check_clock
from clearreel.stores.ledger import LEDGER, Ledger
from clearreel.stores.takedowns import Takedown, Takedowns, takedown_id

TAKEDOWN = "takedown"
"""The kind of the ledger's rows of takedowns."""
DEMANDED, CARRIED_OUT = "demanded", "carried out"
"""The `step` in their detail."""
_SAID_WHOLE = "checkpoint"
"""Of the row in which a person says that no row is missing, though the checkpoint is."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that is missing, or is another than the ledger says."""

    path: str
    """Below the data set."""
    error: DatasetError

    def __str__(self) -> str:
        return f"{self.error.message}; {self.error.hint}"


@dataclass(slots=True)
class Told:
    """What the ledger tells of one takedown."""

    kind: str = ""
    named_sha256: str = ""
    """Of what was demanded; empty in rows of versions that did not record it."""
    sources: set[str] = field(default_factory=set)
    near: set[str] = field(default_factory=set)
    looks_sha256: str = ""
    """Of the fingerprints; empty until it is carried out, as with `named_sha256`."""
    step: str = ""
    """Of its last row."""


def check_whole(dataset: Path) -> None:
    """Raises `DatasetError` for the first thing that is lost, and for a clock that was set back."""
    check_clock(Ledger(dataset))
    check_ledger(dataset)
    for loss in _lost_takedowns(dataset):
        raise loss.error


def check_deny_list(dataset: Path) -> None:
    """The same, whatever the clock shows: what is denied is carried out at any time."""
    for loss in losses(dataset):
        raise loss.error


def check_ledger(dataset: Path) -> None:
    """Raises `DatasetError` when the ledger does not hold, or rows are missing at its end."""
    for loss in _lost_rows(dataset):
        raise loss.error


def losses(dataset: Path, against: Checkpoint | None = None) -> Iterator[Loss]:
    """All that is missing, or is another than the ledger says; `against`: what it once had."""
    yield from _lost_rows(dataset, against)
    yield from _lost_takedowns(dataset)


def told(dataset: Path) -> dict[str, Told]:
    """What the ledger tells of takedowns, as far as its rows hold: id → what is told of it."""
    found: dict[str, Told] = {}
    try:
        for row, _ in Ledger(dataset).history():
            if row["kind"] == TAKEDOWN:
                detail = row["detail"]
                known = found.setdefault(detail["id"], Told())
                known.step = detail["step"]
                known.sources.update(detail.get("sources", ()))
                known.near.update(detail.get("near", ()))
                known.looks_sha256 = detail.get("looks_sha256", "")
                known.kind = detail.get("kind", known.kind)
                known.named_sha256 = detail.get("named_sha256", known.named_sha256)
    except DatasetError:
        pass  # `_lost_rows` tells of it
    return found


def say_ledger_is_whole(dataset: Path) -> None:
    """Record that a person says so: the checkpoint beside it is gone, and no row is missing.

    Raises `UsageError` when it is not gone, and `DatasetError` when a row does not hold, or a
    receipt shows that rows are missing.
    """
    ledger = Ledger(dataset)
    if not ledger.is_without_checkpoint():
        raise UsageError(
            f"the checkpoint beside {ledger.path} is not gone, and decides whether rows are",
            hint="leave out --ledger-is-whole",
        )
    rows = sum(1 for _ in ledger.history())
    for loss in _lost_since(dataset):
        raise loss.error
    ledger.append(_SAID_WHOLE, {"whole": True, "rows": rows}, is_whole=True)


def _lost_rows(dataset: Path, against: Checkpoint | None = None) -> Iterator[Loss]:
    try:
        Ledger(dataset).verify()
    except DatasetError as error:
        yield Loss(LEDGER, error)
    yield from _lost_since(dataset, against)


def _lost_since(dataset: Path, against: Checkpoint | None = None) -> Iterator[Loss]:
    """What the ledger had at a checkpoint, one that was given or a receipt's, and has no more."""
    seen = [] if against is None else [("the checkpoint that was given", against)]
    for path in Takedowns(dataset).receipts():
        try:
            line = json.loads(path.read_bytes())["ledger"]
            seen.append((f"the receipt {path}", Checkpoint.parse(line)))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, UsageError) as error:
            yield Loss(
                f"{path.parent.name}/{path.name}",
                DatasetError(
                    f"the receipt {path} cannot be read, and it tells how many rows the ledger "
                    f"had: {error!r}",
                    hint="put back a copy of it, or move it away if you know what damaged it; "
                    f"look with: clearreel audit {dataset}",
                ),
            )
    if not seen:
        return
    wanted = {checkpoint.rows for _, checkpoint in seen}
    heads: dict[int, str] = {}
    reached = 0
    try:
        for _, at in Ledger(dataset).history():
            reached = at.rows
            if reached in wanted:
                heads[reached] = at.head
    except DatasetError:
        return  # `_lost_rows` tells of it, and of what comes after it nothing is known
    for shows, checkpoint in seen:
        if checkpoint.rows > reached or heads.get(checkpoint.rows) != checkpoint.head:
            missing = checkpoint.rows - reached
            how = f"{missing} are missing at its end" if missing > 0 else "they were written anew"
            yield Loss(
                LEDGER,
                DatasetError(
                    f"{dataset / LEDGER} has {reached} rows, and {shows} is of one that had "
                    f"{checkpoint.rows}: {how}",
                    hint="put back the ledger from before, with its checkpoint, and look with: "
                    f"clearreel audit {dataset}",
                ),
            )


def _lost_takedowns(dataset: Path) -> Iterator[Loss]:
    takedowns = Takedowns(dataset)
    known = told(dataset)  # first: files only ever come to deny more
    there: dict[str, Takedown] = {}
    gone = []
    for id in known:
        try:
            found = takedowns.find(id)
        except DatasetError as error:
            yield Loss(_name(id), error)
            continue
        if found is None:
            gone.append(id)
        else:
            there[id] = found
    for id, found in there.items():
        if wrong := _another(found, known[id]):
            yield Loss(_name(id), _refused(dataset, id, known[id], f"is not what it was: {wrong}"))
    denied = {name for one in there.values() for name in one.sources}
    for id in gone:
        said = known[id]
        # Whoever has no copy and no footage any more demands the sources themselves.
        if said.kind == "address" or not said.sources or said.sources - denied:
            yield Loss(_name(id), _refused(dataset, id, said, "is gone"))


def _another(takedown: Takedown, said: Told) -> str:
    """What a takedown's file says other than the ledger; empty where it says the same."""
    if missing := sorted(said.sources.difference(takedown.sources)):
        return f"the ledger has it deny {', '.join(missing)}"
    if missing := sorted(said.near.difference(takedown.near, takedown.sources)):
        return f"the ledger has {', '.join(missing)} near to it"
    if said.kind not in ("", takedown.kind):
        return f"the ledger has it as one of a {said.kind}"
    if said.named_sha256:
        if said.named_sha256 != takedown.named_sha256:
            return "what was demanded is another"
    elif not _follows(takedown):
        return "its id is of another demand"
    if said.looks_sha256 not in ("", takedown.looks_sha256):
        return "its fingerprints are others"
    return ""


def _follows(takedown: Takedown) -> bool:
    """Whether the id can be of what is denied; of a file the hash is not known any more."""
    given = {"source": takedown.sources, "address": takedown.addresses}.get(takedown.kind)
    return given is None or any(takedown_id(takedown.kind, one) == takedown.id for one in given)


def _refused(dataset: Path, id: str, said: Told, how: str) -> DatasetError:
    named = [f"--source {name}" for name in sorted(said.sources)]
    again = next(
        (one for one in named if takedown_id("source", one.split()[1]) == id),
        {"file": "--file FILE", "address": "--address URL"}.get(said.kind, "--source ID"),
    )
    instead = ""
    if said.kind == "file" and named:
        instead = f"; without the file, demand what it denied: {', '.join(named)}"
    return DatasetError(
        f"{Takedowns(dataset).folder / f'{id}.json'}, which denies what was taken down, {how}",
        hint=f"put back a copy of it; or have it away, and demand the same once more: clearreel "
        f"takedown {dataset} {again} --reason TEXT{instead}; all that is lost: clearreel audit "
        f"{dataset}",
    )


def _name(id: str) -> str:
    return f"takedowns/{id}.json"
