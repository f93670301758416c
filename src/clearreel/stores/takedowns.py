"""Takedowns of a data set: what is denied for ever, and how far each is carried out.

    takedowns/ID.json            what was demanded, what it denies, and the steps that are through
    takedowns/ID.receipt.json    what was done

A takedown denies from the moment its file is there: all of them together are the deny-list, which
every run, export and audit asks. Files hold ids, fingerprints and addresses; who demanded it and
why is in `people.json`, where it can be erased, and in the ledger as a commitment.

Fingerprints are made of footage, so those of a sealed data set are sealed with its key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from clearreel.core.errors import DatasetError
from clearreel.core.identity import fingerprint
from clearreel.stores.canonical import canonical
from clearreel.stores.schema import path_text
from clearreel.stores.seal import Cells, Seal
from clearreel.stores.written import write_whole

Kind = Literal["source", "file", "address"]
State = Literal["open", "accepted", "dismissed"]

TAKEN_DOWN = "taken down: "
"""How the reason of a source begins that a takedown names."""
LOOKS_ALIKE = "it may be what takedown "
"""How the reason of a source begins that waits for a person to look."""

_FOLDER = "takedowns"
RECEIPT_SUFFIX = ".receipt.json"
_SEALED = "sealed:"
"""How the text of a sealed fingerprint begins."""
_CELLS = "takedowns.looks"


@dataclass
class NearMiss:
    """A source that may be what was demanded: a person has to look. Denied until then."""

    why: str
    state: State = "open"


@dataclass
class Takedown:
    """One takedown, as it is on disk."""

    id: str
    at: str
    """When it was demanded: RFC 3339, UTC."""
    kind: Kind
    sources: list[str] = field(default_factory=list)
    """Ids of sources that are denied."""
    addresses: list[str] = field(default_factory=list)
    """Paths and URLs where nothing is taken from, and nothing below them."""
    looks: dict[str, str] = field(default_factory=dict)
    """Fingerprints of what is denied, as they are on disk: name of the file or clip → Base64 of
    what `add_look` was given, or of that under the data set's seal."""
    near: dict[str, NearMiss] = field(default_factory=dict)
    """Source id → why it may be the same."""
    done: dict[str, Any] = field(default_factory=dict)
    """Step → what came of it, in JSON types."""

    @property
    def denied(self) -> set[str]:
        """Sources that are named, and those that look alike until a person has said otherwise."""
        return {*self.sources, *self.alike}

    @property
    def named(self) -> list[str]:
        """The source that was demanded, if it was one: those that were found come after it."""
        return [] if self.kind == "address" else self.sources[:1]

    @property
    def named_sha256(self) -> str:
        """SHA-256 (hex) of what was demanded, which nothing that is done later changes."""
        return _sha256([self.id, self.kind, sorted(self.addresses), self.named])

    @property
    def looks_sha256(self) -> str:
        """SHA-256 (hex) of the fingerprints, as they are on disk."""
        return _sha256(self.looks)

    @property
    def alike(self) -> set[str]:
        """Sources that look alike, without those that a person has dismissed."""
        return {name for name, miss in self.near.items() if miss.state != "dismissed"}

    def prints(self, seal: Seal | None) -> dict[str, bytes]:
        """Name → fingerprint, as `lookalike.fingerprint` writes it; `seal` is the data set's.

        Raises `DatasetError` for one that is sealed and does not open.
        """
        cells = None if seal is None else seal.cells(_CELLS)
        return {name: self._opened(name, text, cells) for name, text in self.looks.items()}

    def add_look(self, name: str, written: bytes, seal: Seal | None) -> None:
        """Deny what looks like this fingerprint. It is sealed where the data set is."""
        if seal is None:
            self.looks[name] = base64.b64encode(written).decode()
        else:
            content = seal.cells(_CELLS).seal(self._row(name), written)
            self.looks[name] = _SEALED + base64.b64encode(content).decode()

    def _opened(self, name: str, text: str, cells: Cells | None) -> bytes:
        content = _content(text)
        if not text.startswith(_SEALED):
            return content  # in a sealed data set, of a version that did not seal them
        if cells is None:
            raise DatasetError(
                f"the fingerprint {name} of takedown {self.id} is sealed, and the data set is not",
                hint="put back the dataset.json that the data set was made with",
            )
        return cells.open(self._row(name), content)

    def _row(self, name: str) -> str:
        """What a sealed fingerprint is bound to, so that none can take the place of another."""
        return f"{self.id}/{name}"


class Takedowns:
    """All takedowns of a data set folder: its deny-list."""

    def __init__(self, dataset: Path) -> None:
        self._folder = dataset / _FOLDER

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self._folder

    def all(self) -> list[Takedown]:
        """Every takedown, the oldest first.

        Raises `DatasetError` for one that cannot be read: not to know what is denied is no
        permission.
        """
        if not self._folder.is_dir():
            return []
        paths = self._folder.glob("*.json")
        found = [_read(path) for path in paths if not path.name.endswith(RECEIPT_SUFFIX)]
        return sorted(found, key=lambda one: (one.at, one.id))

    def find(self, id: str) -> Takedown | None:
        """The takedown with an id."""
        path = self._folder / f"{id}.json"
        return _read(path) if path.exists() else None

    def save(self, takedown: Takedown) -> None:
        """Write it, whole or not at all; on disk when this returns. Raises `StorageError`."""
        content = json.dumps(asdict(takedown), indent=1, sort_keys=True) + "\n"
        write_whole(self._folder / f"{takedown.id}.json", content.encode())

    def seal_looks(self, seal: Seal) -> None:
        """Seal what earlier versions stored of a sealed data set's footage in the plain.

        Raises `StorageError`.
        """
        for takedown in self.all():
            plain = [name for name, text in takedown.looks.items() if not text.startswith(_SEALED)]
            for name in plain:
                takedown.add_look(name, _content(takedown.looks[name]), seal)
            if plain:
                self.save(takedown)

    def receipt(self, id: str) -> Path:
        """Where the receipt of a takedown lies, once it is written."""
        return self._folder / f"{id}{RECEIPT_SUFFIX}"

    def receipts(self) -> list[Path]:
        """Where receipts lie that were written, sorted."""
        return sorted(self._folder.glob(f"*{RECEIPT_SUFFIX}"))

    def stamp(self) -> int:
        """Changes whenever any takedown does, so that what was read of them can be kept."""
        try:
            return self._folder.stat().st_mtime_ns  # a new file takes the place of the old one
        except FileNotFoundError:
            return 0


class DenyList:
    """What all takedowns of a data set deny, as of when it was read."""

    def __init__(self, takedowns: Iterable[Takedown]) -> None:
        self.takedowns = list(takedowns)

    @classmethod
    def of(cls, dataset: Path) -> DenyList:
        """The deny-list of a data set folder. Raises `DatasetError` when it cannot be read."""
        return cls(Takedowns(dataset).all())

    @property
    def has_looks(self) -> bool:
        """Whether anything is denied by how it looks, so that footage has to be looked at."""
        return any(takedown.looks for takedown in self.takedowns)

    @property
    def has_addresses(self) -> bool:
        """Whether anything is denied by where it lies."""
        return any(takedown.addresses for takedown in self.takedowns)

    def refusal(self, source_id: str, paths: Iterable[str]) -> str:
        """Why a source that lies at these places is denied, for its row; empty when it is not."""
        places = list(paths)
        for takedown in self.takedowns:
            if source_id in takedown.sources:
                return taken_down(takedown.id)
            for address in takedown.addresses:
                if any(lies_at(place, address) for place in places):
                    return f"{TAKEN_DOWN}takedown {takedown.id} names where it lies"
        for takedown in self.takedowns:
            if source_id in takedown.alike:
                return looks_alike(takedown.id, takedown.near[source_id].why)
        return ""


def taken_down(id: str) -> str:
    """The reason of a source that a takedown names."""
    return f"{TAKEN_DOWN}takedown {id} names it"


def takedown_id(kind: Kind, value: str) -> str:
    """The id, 16 hex digits, of the takedown of a source's id, a file's SHA-256 or an address."""
    return fingerprint("takedown", kind, value)[:16]


def looks_alike(id: str, why: str) -> str:
    """The reason of a source that a person has to look at."""
    return (
        f"{LOOKS_ALIKE}{id} names, and a person has to look: {why}; "
        "see: clearreel takedown DATASET --queue"
    )


def address_of(given: str) -> str:
    """An address in its one form: a URL without its fragment, or an absolute path.

    Scheme and host of a URL are in lower case; `file:` URLs are the paths that they name.
    """
    parts = urlsplit(given.strip())
    if parts.scheme.lower() == "file":
        return _path(Path(unquote(parts.path)))
    if parts.scheme and parts.netloc:
        scheme, host = parts.scheme.lower(), parts.netloc.lower()
        return parts._replace(scheme=scheme, netloc=host, fragment="").geturl()
    return _path(Path(given))


def lies_at(place: str, address: str) -> bool:
    """Whether a place is at an address (`address_of`), or below it."""
    return place == address or place.startswith(address.rstrip("/") + "/")


def _path(path: Path) -> str:
    """As places are written: links on the way are resolved, and a link at the end is kept."""
    whole = path.absolute()
    return path_text(whole.resolve() if whole.name == ".." else whole.parent.resolve() / whole.name)


def _sha256(value: Any) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def _content(text: str) -> bytes:
    """The bytes of a fingerprint's text, sealed or not. Raises `binascii.Error`."""
    return base64.b64decode(text.removeprefix(_SEALED), validate=True)


def _read(path: Path) -> Takedown:
    try:
        value = json.loads(path.read_text("utf-8"))
        value["near"] = {name: NearMiss(**miss) for name, miss in value["near"].items()}
        takedown = Takedown(**value)
        for text in takedown.looks.values():
            _content(text)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise DatasetError(
            f"the takedown {path} cannot be read: {error!r}",
            hint="nothing is let in or out until it can: put back a copy of it",
        ) from error
    return takedown
