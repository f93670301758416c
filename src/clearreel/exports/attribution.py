"""Who made what, as the licences of works ask to be told: title, holder, licence, changes made.

What Creative Commons asks for: <https://wiki.creativecommons.org/wiki/Recommended_practices_for_attribution>.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any, Protocol

from clearreel.exports.markdown import escaped, table_head, table_line
from clearreel.proofs.layout import CREDITS
from clearreel.rights.licence_addresses import licence_addresses

_HEADER = ("Work", "Holder", "Licence", "Attribution", "Stated at", "Changes", "Source", "Clips")

_CHANGES = {
    "copy": "with frames as they were",
    "exact": "with edges encoded anew",
    "trim": "shortened, with frames as they were",
    "transcode": "encoded anew",
    "": "not stored",
}
"""What each cut mode does to a work."""


class File(Protocol):
    """Anything that bytes can be appended to."""

    def write(self, content: bytes, /) -> object:
        """Append bytes."""

    def close(self) -> None:
        """There is nothing more to come."""


class Folder(Protocol):
    """Where files can be made, as in `clearreel.exports.output.Output`."""

    def open(self, name: str) -> File:
        """A new file."""


@dataclass(frozen=True, slots=True)
class Credit:
    """A work and what a release has to print of it."""

    title: str
    """Where it lay below its input."""
    holder: str
    license: str
    attribution: str
    """The credit that the holder asks for, or one made of holder and licence."""
    address: str
    """Where the holder states the licence; empty where the grant rests on no address."""
    changes: str
    source_id: str
    clips: int


def credit_of(title: str, source: Mapping[str, Any], cuts: Mapping[str, int]) -> Credit:
    """The credit of a source, whose row it is. `cuts`: its clips by the way they were cut."""
    return Credit(
        title=title,
        holder=source["holder"] or "",
        license=source["license"] or "",
        attribution=source["attribution"] or "",
        address=" ".join(_addresses(source)),
        changes=_changes(cuts),
        source_id=source["source_id"],
        clips=sum(cuts.values()),
    )


def read_credits(table: Path) -> list[Credit]:
    """The rows of an `ATTRIBUTION.csv`. Raises `ValueError`, `KeyError` or `OSError`."""
    names = [field.name for field in fields(Credit) if field.name != "clips"]
    with table.open(encoding="utf-8", newline="") as file:
        return [
            Credit(**{name: row[name] for name in names}, clips=int(row["clips"]))
            for row in csv.DictReader(file)
        ]


class Attribution:
    """`ATTRIBUTION.csv` and `ATTRIBUTION.md`: a row for each work that any clip comes from."""

    def __init__(self, folder: Folder) -> None:
        self._table = folder.open(CREDITS)
        self._page = folder.open("ATTRIBUTION.md")
        self._licenses: dict[str, str] = {}
        self._write_table(tuple(field.name for field in fields(Credit)))
        self._write_page("# Attribution\n\nThe works that clips of this data set come from.\n\n")
        for line in table_head(_HEADER, numbers=1):
            self._write_page(f"{line}\n")

    def add(self, credit: Credit) -> None:
        """A work of which there are clips."""
        row = astuple(credit)
        self._write_table(row)
        self._write_page(f"{table_line(map(escaped, row))}\n")
        self._licenses |= licence_addresses(credit.license) if credit.license else {}

    def finish(self) -> None:
        """Say where the licences can be read, and close both."""
        known = {name: address for name, address in self._licenses.items() if address}
        if known:
            self._write_page("\nThe licences can be read here:\n\n")
        for name, address in sorted(known.items()):
            self._write_page(f"- {escaped(name)}: <{address}>\n")
        self._table.close()
        self._page.close()

    def _write_table(self, row: tuple[object, ...]) -> None:
        line = io.StringIO()
        csv.writer(line).writerow(row)
        self._table.write(line.getvalue().encode())

    def _write_page(self, text: str) -> None:
        self._page.write(text.encode())


def _addresses(source: Mapping[str, Any]) -> list[str]:
    """The addresses that the grants on a source rest on, sorted."""
    decision = json.loads(source["decision"] or "{}")
    stated = [finding.get("evidence") or "" for finding in decision.get("findings", ())]
    stated += [grant.get("machine_read") or "" for grant in decision.get("given", ())]
    return sorted({text for text in stated if text.startswith(("https://", "http://"))})


def _changes(cuts: Mapping[str, int]) -> str:
    count = sum(cuts.values())
    ways = {mode: number for mode, number in sorted(cuts.items()) if number}
    said = ", ".join(f"{number} {_CHANGES.get(mode, mode)}" for mode, number in ways.items())
    return f"cut into {count:,} {'clip' if count == 1 else 'clips'}: {said}"
