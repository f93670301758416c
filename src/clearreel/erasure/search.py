"""Where a name is, in all that the software manages of a data set: tables, files, releases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from clearreel.erasure.name import Name
from clearreel.erasure.texts import is_media, is_scan, texts
from clearreel.exports.output import leftovers
from clearreel.proofs.keyring import KeyRing
from clearreel.stores.catalog import Catalog
from clearreel.stores.ledger import PEOPLE
from clearreel.stores.releases import Releases
from clearreel.stores.schema import TABLES, path_text

Why = Callable[[Path], str]
"""Gives, for a file's path below its folder, why a name stays in it."""

_RIGHTS = (
    "the right to use these sources rests on it, and whoever has to show that needs it; it goes "
    "with the sources (clearreel takedown), or when a run decides anew on grants without it"
)
_PATH = "it is in where the footage lies; move that, and run again over its new place"
_TOLD = "it came with the footage, in a sidecar; change that and run again, or take the source down"
_FACT = "a measure read it out of the footage; it goes with the source: clearreel takedown"
_COLUMNS = {
    **dict.fromkeys(("holder", "attribution", "decision", "license"), _RIGHTS),
    "reason": "it is in why a source or clip is out; a run that decides anew says it anew",
    **dict.fromkeys(("path", "relative"), _PATH),
    **dict.fromkeys(("caption", "columns", "note"), _TOLD),
    "detail": "the recipe of a run names it",
}
"""Column → why it stays."""
_EVIDENCE, _PACK = "evidence", ".tar"
_FILES = {
    _EVIDENCE: "grants rest on it, and it is known by its hash, so it cannot be changed; where "
    "it is needed no more, take down the sources, and remove it",
    "approvals": "it is signed, and releases rest on it",
    "takedowns": "without it the footage that was taken down could come back",
    "policy.toml": "it is yours to change",
    "releases.json": "it is in where a release lies; rename that folder, and export to it anew",
    "ledger.jsonl": "rows of the ledger cannot change; it is in a word that is no person's there",
    "packs": "a source is not finished; run the same command again, and it goes",
    _PACK: "it is stored with the clips of a source, and goes with it: clearreel takedown",
}
"""First part of a file's path in the data set, or the ending of a pack → why it stays."""
_OTHER = (
    "a person has put it there, or had it written (clearreel disclose); write it anew, or remove it"
)
_RELEASE = (
    "a release is what was signed and delivered, and licences ask for credits; export it anew once "
    "the name is out of the data set, and tell whoever has the old one"
)
_LEFTOVER = "an export that was killed has left it; export there again, and it goes, or remove it"
_TRUSTED = (
    "it says whose key it is, on this machine; give it another name with: clearreel keys trust "
    "FILE.pub --name NAME"
)


@dataclass(frozen=True, slots=True)
class Left:
    """A place where a name still is, for a person to decide on."""

    where: str
    """TABLE.COLUMN, or a file."""
    count: int
    """Rows of the table; 1 for a file."""
    why: str
    """Why it was left, and how it can go."""


@dataclass
class Search:
    """All places, and what was looked at."""

    left: list[Left] = field(default_factory=list)
    files: int = 0
    """That were read."""
    rows: int = 0
    """Of tables."""
    unread: int = 0
    """Files of pictures, sound, scans or what is sealed: a name in them is not found."""
    missing: list[str] = field(default_factory=list)
    """Folders of releases that are not there any more, and were not searched."""
    damaged: dict[str, str] = field(default_factory=dict)
    """File → why it could not be read."""


def search(catalog: Catalog, name: Name) -> Search:
    """Look through everything but `people.json`."""
    found = Search()
    found.left += _in_tables(catalog, name, found)
    found.left += _in_folder(catalog.folder, name, found, _why_in_data_set)
    releases = Releases(catalog.folder)
    for folder in releases.folders():
        if folder.is_dir():
            found.left += _in_folder(folder, name, found, lambda below: _RELEASE)
        elif not releases.is_unfinished(folder):  # else there never was one
            found.missing.append(path_text(folder))
        for leftover in leftovers(folder):
            found.left += _in_folder(leftover, name, found, lambda below: _LEFTOVER)
    ring = KeyRing.default()
    found.left += [
        Left(f"{path_text(ring.path)}: key {key.id[:16]}", 1, _TRUSTED)
        for key in ring.keys().values()
        if name.is_in(key.name) or name.is_in(key.reason)
    ]
    return found


def _in_tables(catalog: Catalog, name: Name, found: Search) -> Iterator[Left]:
    for table in TABLES:
        rows = catalog.table(table)
        found.rows += len(rows)
        for column in rows.schema:
            if not _is_text(column.type):
                continue
            known: dict[str, bool] = {}
            count = 0
            for cell in rows[column.name].to_pylist():
                text = "\n".join(cell) if isinstance(cell, list) else cell or ""
                if text not in known:  # most rows of a source say the same
                    known[text] = name.is_in(text)
                count += known[text]
            if count:
                why = _COLUMNS.get(column.name, _FACT)
                yield Left(f"{table}.{column.name}", count, why)


def _in_folder(folder: Path, name: Name, found: Search, why: Why) -> Iterator[Left]:
    for path in sorted(folder.rglob("*")):
        below = path.relative_to(folder)
        if path.is_symlink() or not path.is_file() or below == Path(PEOPLE):
            continue
        if any(part.endswith(".lance") for part in below.parts):
            continue  # the tables, which were read as such
        if is_media(path.name):
            found.unread += 1
            continue
        try:
            if below.parts[0] == _EVIDENCE and is_scan(path):
                found.unread += 1
            else:
                found.files += 1
            if any(name.is_in(text) for text in texts(path, name.longest)):
                yield Left(path_text(path), 1, why(below))
        except (OSError, ValueError) as error:
            found.damaged[path_text(path)] = str(error)


def _why_in_data_set(below: Path) -> str:
    pack = below.parts[0] == "packs" and below.suffix == _PACK
    return _FILES.get(_PACK if pack else below.parts[0], _OTHER)


def _is_text(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind) or (pa.types.is_list(kind) and pa.types.is_string(kind.value_type))
    )
