"""The door: a disclosure of a data set, by its kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from clearreel.core.errors import UsageError
from clearreel.disclosures import ab2013, croissant, eu_training_summary, model_card
from clearreel.disclosures.document import Document
from clearreel.disclosures.figures import Figure
from clearreel.disclosures.record import Record, read_record
from clearreel.exports.attribution import Attribution
from clearreel.stores.catalog import Catalog
from clearreel.stores.disclosed import Disclosed
from clearreel.stores.written import write_whole


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A disclosure that can be read, written to a file, and completed by a person."""

    kind: str
    dataset: str
    """Name of the data set's folder."""
    text: str
    """Markdown; for `croissant` JSON-LD."""
    blanks: tuple[str, ...] = ()
    """What only the provider knows: each is marked in the text, or missing from the JSON-LD."""
    figures: tuple[Figure, ...] = ()
    """The figures in the text and the queries that give them again."""
    table: str = ""
    """The same as CSV; for `attribution` alone."""

    def to_json(self) -> dict[str, Any]:
        """All of it in JSON types."""
        return asdict(self)

    def write(self, to: Path) -> None:
        """Write it to a file; a name that ends in `.csv` asks for the table.

        In the folder of a data set it is listed there, and goes with the next takedown. Raises
        `UsageError` when there is no table, `StorageError` when the file cannot be written, and
        `DatasetError` when that list is damaged; nothing half written remains.
        """
        content = self.text
        if to.suffix == ".csv":
            if not self.table:
                raise UsageError(
                    f"{self.kind} is no table, and {to.name} asks for one",
                    hint="give -o a name that does not end in .csv",
                )
            content = self.table
        if (listed := Disclosed.around(to)) is not None:
            listed.add(to)
        write_whole(to, content.encode())


def kinds() -> tuple[str, ...]:
    """The names of the disclosures that there are."""
    return (*_PAGES, "croissant", "attribution")


def disclose(catalog: Catalog, kind: str, at: datetime) -> Disclosure:
    """Fill a disclosure from what the data set recorded, as of the time `at`.

    The same data set, kind and time give the same text. `at` carries an offset from UTC;
    `ValueError` otherwise. Raises `UsageError` for a kind that does not exist and for a malformed
    policy, and `DatasetError` when the data set is damaged.
    """
    if kind not in kinds():
        near = get_close_matches(kind, kinds(), n=1)
        raise UsageError(
            f"{kind!r} is no disclosure; there are {', '.join(kinds())}",
            hint=f"did you mean {near[0]}?" if near else "give one of them to --as",
        )
    record = read_record(catalog, at)
    if kind == "croissant":
        text, missing = croissant.render(record, catalog.packs)
        return Disclosure(kind, record.name, text, missing)
    if kind == "attribution":
        return _attribution(record)
    page = _PAGES[kind](record)
    return Disclosure(kind, record.name, page.render(), tuple(page.blanks), tuple(page.figures))


def _attribution(record: Record) -> Disclosure:
    folder = _Memory()
    attribution = Attribution(folder)
    for credit in record.credits:
        attribution.add(credit)
    attribution.finish()
    page, table = folder.text("ATTRIBUTION.md"), folder.text("ATTRIBUTION.csv")
    return Disclosure("attribution", record.name, page, table=table)


class _Memory:
    """A folder of files that are never on a disk."""

    def __init__(self) -> None:
        self._files: dict[str, _File] = {}

    def open(self, name: str) -> _File:
        return self._files.setdefault(name, _File())

    def text(self, name: str) -> str:
        return b"".join(self._files[name].parts).decode()


@dataclass
class _File:
    parts: list[bytes] = field(default_factory=list)

    def write(self, content: bytes, /) -> None:
        self.parts.append(content)

    def close(self) -> None:
        """It needs no closing."""


_PAGES: dict[str, Callable[[Record], Document]] = {
    "eu-training-summary": eu_training_summary.render,
    "ab2013": ab2013.render,
    "model-card": model_card.render,
}
