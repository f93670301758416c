"""Write a takedown's receipt: what is gone, what is shown of that, and what is left to a person."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from clearreel.core.errors import DatasetError, VerificationError
from clearreel.proofs.layout import STATEMENT
from clearreel.proofs.proving import Release
from clearreel.proofs.receipt import RECEIPT_TYPE, Receipt
from clearreel.report.wording import counted
from clearreel.stores.catalog import Catalog
from clearreel.stores.clock import now
from clearreel.stores.releases import Releases
from clearreel.stores.takedowns import Takedown
from clearreel.stores.written import write_whole
from clearreel.takedown.demand import LAY_THERE, told_amount

_NOT_DONE = "not done: "
_ELSEWHERE = (
    "backups of the data set and its releases, and snapshots of the disks they lie on",
    "older versions that a bucket keeps of what was copied there",
    "copies that were delivered or published: tell whoever has one of the statements that are "
    "revoked, and give them this receipt",
    "models that were trained on it",
    "pages written by `clearreel report --to` outside of the data set",
    "disclosures written by `clearreel disclose -o` outside of the data set, and copies of any",
)


def body(catalog: Catalog, takedown: Takedown) -> dict[str, Any]:
    """The receipt without the ledger's place, in JSON types."""
    done = takedown.done
    proofs, unproven = _proofs(catalog, takedown)
    removed = {name: dict(had) for name, had in done["removed"].items()}
    return {
        "type": RECEIPT_TYPE,
        "id": takedown.id,
        "kind": takedown.kind,
        "demanded": takedown.at,
        "carried_out": now(),
        "denied": {
            "sources": sorted(takedown.sources),
            "addresses": sorted(takedown.addresses),
            "looks": len(takedown.looks),
        }
        | ({"lay_there": done[LAY_THERE]} if LAY_THERE in done else {}),
        "removed": removed,
        "releases": [row for _, row in sorted(done["rewritten"].items())],
        "look_up": _look_up(takedown),
        "near": {name: asdict(miss) for name, miss in sorted(takedown.near.items())},
        "search": done["bytes"] | {"hidden_rows": done["compact"]},
        "by_hand": [*_by_hand(takedown), *unproven],
        "proofs": proofs,
    }


def sha256_of_body(value: Mapping[str, Any]) -> str:
    """What the ledger holds of a receipt."""
    return Receipt(value).body_sha256


def write(path: Path, value: Mapping[str, Any], ledger: str) -> None:
    """Write the receipt, with the ledger's checkpoint after its row. Raises `StorageError`."""
    write_whole(path, Receipt({**value, "ledger": ledger}).written())


def read(path: Path) -> dict[str, Any]:
    """A receipt that was written. Raises `DatasetError` when it is gone or damaged."""
    try:
        return dict(Receipt.read(path.read_bytes()).value)
    except (OSError, ValueError) as error:
        raise DatasetError(
            f"the receipt {path} cannot be read: {error}",
            hint="put back a copy of it; the ledger has its SHA-256",
        ) from error


def problems(receipt: Mapping[str, Any]) -> list[str]:
    """What was not carried out, as opposed to what no software can reach."""
    found = [
        f"{path} still has bytes of {', '.join(names)}"
        for path, names in receipt["search"]["found"].items()
    ]
    found += [
        f"the table {table} still has {counted(rows, 'row')} that it does not show"
        for table, rows in receipt["search"]["hidden_rows"].items()
    ]
    return found + [line for line in receipt["by_hand"] if line.startswith(_NOT_DONE)]


def lines(receipt: Mapping[str, Any], path: Path) -> Iterator[str]:
    """The receipt for a person."""
    denied = receipt["denied"]
    clips = sum(had["clips"] for had in receipt["removed"].values())
    what = [counted(len(denied["sources"]), "source")] if denied["sources"] else []
    what += [f"whatever lies at {address}" for address in denied["addresses"]]
    yield f"takedown {receipt['id']}: denied from now on: {', and '.join(what)}"
    if lay_there := denied.get("lay_there"):
        yield f"from there, when it was demanded: {told_amount(lay_there)}"
    if receipt["removed"]:
        removed = counted(len(receipt["removed"]), "source")
        yield f"removed from the data set: {removed} with {counted(clips, 'clip')}"
    else:
        yield "nothing of it was in the data set"
    for row in receipt["releases"]:
        now_there = f"is version {row['version']} now" if row["version"] else "is gone: it was all"
        yield f"removed from {row['folder']}: {counted(row['clips'], 'clip')}; it {now_there}"
        if row["revoked"]:
            yield f"  its statement {row['revoked']} holds no more"
    looked = receipt["look_up"]
    alone = looked.get("sound_alone", [])
    if alone and len(alone) == looked["looked_for"]:
        yield "nothing of it is seen: it was compared by its sound alone"
    elif alone:
        yield f"compared by sound alone: {', '.join(alone)}"
    yield (
        f"compared with {counted(looked['compared'], 'clip')} of other sources: the same, and gone "
        f"too: {counted(len(looked['same']), 'source')}; near: {len(receipt['near'])}"
    )
    searched = receipt["search"]
    yield (
        f"searched {counted(searched['files'], 'file')} ({searched['bytes'] / 1e6:.1f} MB) for "
        f"{counted(searched['pieces'], 'piece')}; with any of them: "
        f"{counted(len(searched['found']), 'file')}"
    )
    for proven in receipt["proofs"]:
        yield f"proven absent from the release with the statement {proven}"
    waiting = sum(miss["state"] == "open" for miss in receipt["near"].values())
    if waiting:
        undecided = counted(waiting, "source")
        yield f"for a person to decide: {undecided}; see clearreel takedown DATASET --queue"
    undone = problems(receipt)
    if undone:
        yield "left to do:"
        yield from (f"  - {line.removeprefix(_NOT_DONE)}" for line in undone)
    yield "beyond the reach of this command, for a person:"
    yield from (f"  - {line}" for line in receipt["by_hand"] if line not in undone)
    yield f"receipt: {path}"


def _look_up(takedown: Takedown) -> dict[str, Any]:
    """What the perceptual look-up came to: no proof of bytes tells what looks the same."""
    search: dict[str, Any] = takedown.done["search"]
    return search | {"looked_for": len(takedown.looks), "not_looked_for": takedown.done["looks"]}


def _by_hand(takedown: Takedown) -> Iterator[str]:
    for folder, why in sorted(takedown.done["releases"].items()):
        yield f"{_NOT_DONE}the release {folder}: {why}"
    for _, row in sorted(takedown.done["rewritten"].items()):
        if row["revoked"] and row["version"] and not row["statement"]:
            yield (
                f"{_NOT_DONE}the release {row['folder']} is unsigned now, for no key was at hand, "
                "or the clock was behind the ledger; export it anew with --key"
            )
    for name in takedown.done["disclosures"]:
        yield f"the disclosure {name} is removed, for it named works: write it anew where it is due"
    if not takedown.looks and takedown.sources:
        yield (
            f"{_NOT_DONE}nothing of it could be looked at, so a copy with other bytes is not known"
        )
    if unstored := takedown.done["search"]["sources_not_stored"]:
        yield f"{counted(unstored, 'source')} could not be compared: no clip is stored"
    if unread := takedown.done["search"]["unread"]:
        clips = counted(len(unread), "clip")
        yield f"{_NOT_DONE}{clips} could not be compared, the first: {min(unread)}"
    for name, had in sorted(takedown.done["removed"].items()):
        for place in had["places"]:
            yield f"the footage of source {name} itself lies at {place}"
    yield from _ELSEWHERE


def _proofs(catalog: Catalog, takedown: Takedown) -> tuple[dict[str, Any], list[str]]:
    """For every signed release within reach: its statement's SHA-256 → source → the proof."""
    proofs: dict[str, Any] = {}
    failed: list[str] = []
    for folder in Releases(catalog.folder).folders():
        statement = folder / STATEMENT
        if not statement.is_file():
            continue
        try:
            release = Release(folder)
            shown = {name: release.prove_source(name) for name in sorted(takedown.sources)}
        except VerificationError as error:
            failed.append(f"{_NOT_DONE}{folder} proves nothing: {error.message}")
            continue
        present = sorted(name for name, proof in shown.items() if proof.absent is None)
        if present:
            failed.append(f"{_NOT_DONE}{folder} still tells of {', '.join(present)}")
            continue
        sha256 = hashlib.sha256(statement.read_bytes()).hexdigest()
        proofs[sha256] = {name: json.loads(proof.written()) for name, proof in shown.items()}
    return proofs, failed
