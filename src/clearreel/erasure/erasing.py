"""Erase a person's name: what stands for it stays, and verifies; who that was, nobody can tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from clearreel.core.errors import DatasetError, UsageError
from clearreel.erasure.forms import release_forms
from clearreel.erasure.known import KnownName, known_names
from clearreel.erasure.name import Name
from clearreel.erasure.search import Search, search
from clearreel.erasure.texts import texts
from clearreel.report.wording import counted
from clearreel.rights.people import called
from clearreel.stores.catalog import PAGE, Catalog
from clearreel.stores.ledger import ERASURE, Ledger

_BEYOND = (
    "backups of the data set, snapshots of its disk, and what the disk has not written over yet",
    "releases that were delivered, moved or copied",
    "the footage itself, its sidecars and rights files, where they lie: a run with a rights file "
    "that has the name of a person shown brings it back into people.json",
)


@dataclass(frozen=True, slots=True)
class Erased:
    """What came of erasing a name."""

    name: str
    erased: int
    """Texts of `people.json` that had it."""
    rows: int
    """Of the ledger, that spoke of it."""
    pseudonyms: tuple[str, ...]
    """Of those who are shown in footage, as a rights file may call them from now on."""
    page_removed: bool
    """Whether the data set's report had it. `clearreel report` makes another."""
    older_removed: bool
    """Whether there were older versions of tables: they are gone, whatever was in them."""
    search: Search

    def to_json(self) -> dict[str, Any]:
        """All of it in JSON types."""
        return {**asdict(self), "search": asdict(self.search), "beyond": list(_BEYOND)}

    def lines(self) -> Iterator[str]:
        """All of it for a person, a line each."""
        yield (
            f"erased: {counted(self.erased, 'text')} with {self.name}; the ledger, of which "
            f"{counted(self.rows, 'row')} spoke of it, holds as before"
        )
        if self.pseudonyms:
            yield (
                "in rights files, write this in the place of the name, in [[people]] and "
                f"[[consents]] alike: {', '.join(map(repr, self.pseudonyms))}"
            )
        if self.page_removed:
            yield f"removed: {PAGE}, which had it; make another with: clearreel report"
        if self.older_removed:
            yield "removed: older versions of the tables, whatever was in them"
        looked = self.search
        yield (
            f"searched: {counted(looked.rows, 'row')} of tables and "
            f"{counted(looked.files, 'file')} of the data set and its releases; not searched: "
            f"{counted(looked.unread, 'file')} of pictures, sound and scans"
        )
        for path, why in looked.damaged.items():
            yield f"! {path} cannot be read: {why}"
        if looked.left:
            yield "left, for a person to decide:"
        for one in looked.left:
            rows = f" ({counted(one.count, 'row')})" if one.count > 1 else ""
            yield f"  - {one.where}{rows}: {one.why}"
        yield "beyond the reach of this command, for a person:"
        yield from (
            f"  - the release {folder}, which is there no more" for folder in looked.missing
        )
        yield from (f"  - {line}" for line in _BEYOND)


def meant(catalog: Catalog, name: str) -> list[KnownName]:
    """The names and texts with this name in them, in any case.

    Raises `UsageError` for what is no name, and what `known_names` raises.
    """
    wanted = _name(name)
    return [one for one in known_names(catalog) if wanted.is_in(one.name)]


def erase(catalog: Catalog, name: str) -> Erased:
    """Erase every text of `people.json` with this name, and old versions of all tables.

    No row of the ledger and no proof changes; a row is added that says what nobody can name any
    more. Where else the name is, is told and left. Can be done again at any time.

    Raises `UsageError` when the name is nowhere and there were no old versions, and `DatasetError`
    when the ledger or a recorded decision is damaged, or a run is writing: in that case the texts
    are erased all the same.
    """
    wanted, ledger = _name(name), Ledger(catalog.folder)
    gone = [one for one in ledger.people() if wanted.is_in(one.name)]
    seen = {one.commitment for one in known_names(catalog) if one.sources}
    shown = tuple(sorted(called(one.commitment) for one in gone if one.commitment in seen))
    forms = release_forms(catalog, {one.commitment for one in gone})  # nobody could tell after
    if gone:  # the row first: after a crash the names are still there, and are erased then
        ledger.append(ERASURE, {"commitments": sorted(one.commitment for one in gone)})
    for one in gone:
        ledger.erase(one.name)
    try:
        with catalog.writing():
            older = bool(catalog.hidden_rows())
            catalog.purge()
            page = _remove_page(catalog, wanted)
    except DatasetError as error:
        raise DatasetError(
            f"{counted(len(gone), 'text')} of people.json went, and older versions of the tables "
            f"are still there: {error.message}"
            + "".join(f"; left: {form.where}: {form.why}" for form in forms),
            hint=error.again,
        ) from error
    found = search(catalog, wanted)
    found.left = [*forms, *(one for one in found.left if one.where not in {f.where for f in forms})]
    if not (gone or page or older or found.left or found.damaged):
        raise UsageError(
            f"{wanted.text!r} is nowhere in {catalog.folder} or its releases: nothing was erased",
            hint=f"clearreel people {catalog.folder} lists the names",
        )
    rows = sum(one.rows for one in gone)
    return Erased(wanted.text, len(gone), rows, shown, page, older, found)


def _name(text: str) -> Name:
    try:
        return Name(text)
    except ValueError as error:
        raise UsageError(str(error), hint='give it as it is written: --erase "Ada Film"') from error


def _remove_page(catalog: Catalog, name: Name) -> bool:
    """Remove the data set's report if it has the name: it tells of rows as they were."""
    page = catalog.folder / PAGE
    if not page.is_file() or not any(name.is_in(text) for text in texts(page, name.longest)):
        return False
    page.unlink()
    return True
