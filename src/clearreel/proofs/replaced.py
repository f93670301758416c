"""Whether a release that holds was replaced by a takedown, so that nobody may use it any more.

A signature holds for ever. That what it is of must not be used is told elsewhere: by the receipt of
the takedown, by the manifest of the release that took its place, and by the data set's ledger.
They are believed without a signature: whoever makes one up can only keep a release from being used.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from clearreel.core.errors import ClearreelError, VerificationError
from clearreel.proofs.layout import MANIFEST, STATEMENT
from clearreel.proofs.receipt import is_receipt
from clearreel.proofs.verified import VerifiedRelease
from clearreel.stores.ledger import LEDGER, Ledger
from clearreel.stores.takedowns import RECEIPT_SUFFIX, Takedowns


@dataclass(frozen=True, slots=True)
class Replaced:
    """What says that a release was replaced."""

    takedown: str
    """The takedown's id."""
    by: str
    """What took its place, in words; empty where that is not told."""
    told_by: str
    """The file that says so."""

    def __str__(self) -> str:
        by = f"by {self.by} " if self.by else ""
        return f"holds, but was replaced {by}after takedown {self.takedown}: do not use it"


class ReplacedError(VerificationError):
    """Every byte is as it was signed, and it must not be used any more."""

    def __init__(self, verified: VerifiedRelease, replaced: Replaced) -> None:
        super().__init__(
            f"{verified.folder} {replaced}",
            hint=f"get the newest from its publisher; {replaced.told_by} says so",
        )
        self.verified = verified
        self.replaced = replaced

    def to_json(self) -> dict[str, Any]:
        """What is added to what a verified release says of itself."""
        return {"replaced": asdict(self.replaced), "problem": self.message, "next": self.hint}

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.verified, self.replaced)


def check_not_replaced(verified: VerifiedRelease, named: Iterable[Path] = ()) -> None:
    """Raise `ReplacedError` where anything that is known says that a release was replaced.

    Asked are receipts, releases and data sets that are `named`, and those that lie beside the
    release. What cannot be read there tells nothing.
    """
    folder = verified.folder.resolve()
    sha256 = hashlib.sha256((verified.folder / STATEMENT).read_bytes()).hexdigest()
    for path in dict.fromkeys([*(one.resolve() for one in named), *_siblings(folder)]):
        if path == folder:
            continue
        for revoked, replaced in _told(path):
            if revoked == sha256:
                raise ReplacedError(verified, replaced)


def _siblings(folder: Path) -> list[Path]:
    try:
        beside = sorted(folder.parent.iterdir())
        return [one for one in beside if one.is_dir() or one.name.endswith(RECEIPT_SUFFIX)]
    except OSError:
        return []


def _told(path: Path) -> Iterator[tuple[str, Replaced]]:
    """What one path says: SHA-256 of a statement that holds no more, and by what."""
    try:
        if (path / LEDGER).is_file():
            yield from _of_ledger(path)
            for receipt in sorted(Takedowns(path).folder.glob(f"*{RECEIPT_SUFFIX}")):
                yield from _of_receipt(receipt)
        elif (path / MANIFEST).is_file():
            yield from _of_manifest(path)
        elif path.is_file():
            yield from _of_receipt(path)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ClearreelError):
        return


def _of_receipt(path: Path) -> Iterator[tuple[str, Replaced]]:
    receipt: Any = json.loads(path.read_bytes())
    if is_receipt(receipt):
        for row in receipt["releases"]:
            by = f"version {row['version']} in {row['folder']}" if row["version"] else "nothing"
            yield row["revoked"], Replaced(str(receipt["id"]), by, str(path))


def _of_manifest(folder: Path) -> Iterator[tuple[str, Replaced]]:
    about: Any = json.loads((folder / MANIFEST).read_bytes())
    by = f"version {about.get('version', '')} in {folder}"
    for row in about.get("taken_out", ()):
        yield row["revokes_sha256"], Replaced(str(row["takedown"]), by, str(folder / MANIFEST))


def _of_ledger(dataset: Path) -> Iterator[tuple[str, Replaced]]:
    ledger = Ledger(dataset)
    signed: dict[str, str] = {}
    for row in ledger.rows():
        detail = row["detail"]
        if row["kind"] == "release" and "revokes_sha256" in detail:
            new = f"the release with the statement {detail['statement_sha256']}"
            signed[detail["revokes_sha256"]] = new
        elif row["kind"] == "takedown":
            for revoked in detail.get("revokes_sha256", ()):
                told = Replaced(str(detail["id"]), signed.get(revoked, ""), str(ledger.path))
                yield revoked, told
