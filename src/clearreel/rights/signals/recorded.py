"""The record beside a file that was fetched: what servers answered on the way, kept to be read.

Whoever fetches a file writes `clip.mp4.signals.json` beside `clip.mp4`. The bodies of answers lie
in files of their own, below the record's folder, so that the files of one site can share them (in
a hidden folder they are not taken for captions):

    {"sha256": "9f86…",                           of clip.mp4 as it was received
     "address": "https://example.org/v/clip.mp4",
     "page": "https://example.org/v/",            not needed
     "exchanges": [
       {"address": "https://example.org/v/clip.mp4", "time": "2026-11-22T10:00:04Z", "status": 200,
        "redirects": [], "headers": [["Content-Type", "video/mp4"]]},
       {"address": "https://example.org/robots.txt", "time": "2026-11-22T10:00:01Z", "status": 200,
        "headers": [["Content-Type", "text/plain"]],
        "body": ".signals/example.org/robots.txt", "sha256": "2c26…"}]}

Answers whose body was not kept (a 404, and the work itself) have neither `body` nor `sha256`; what
would stand in it is unknown then.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from clearreel.core.errors import UsageError
from clearreel.rights.signals.embedded import Embedded
from clearreel.rights.signals.evidence import Evidence, Exchange, check_address
from clearreel.rights.signals.text import strict_json

SUFFIX = ".signals.json"
MAX_RECORD_BYTES = 16 * 2**20
MAX_BODY_BYTES = 16 * 2**20

_RECORD = {"sha256": True, "address": True, "page": False, "exchanges": True}
_EXCHANGE = dict.fromkeys(("address", "time", "status", "headers"), True) | dict.fromkeys(
    ("redirects", "body", "sha256"), False
)
_HINT = "docs/signals.md shows a whole record"


@dataclass(frozen=True, slots=True)
class Record:
    """What a record holds."""

    sha256: str
    """Of the file that it is about, in hex. It says nothing about other bytes."""
    address: str
    page: str
    exchanges: tuple[Exchange, ...]

    def evidence(self, media: Embedded | None) -> Evidence:
        """The evidence, with what stands inside the file."""
        return Evidence(self.address, self.page, self.exchanges, media)


def record_beside(path: Path) -> Path:
    """Where the record of the file at `path` lies, if there is one."""
    return path.with_name(path.name + SUFFIX)


def read_record(path: Path) -> Record:
    """The record at `path`, with the bodies that it names.

    Raises `UsageError`, with the file and the key, for whatever is malformed, unknown or missing,
    and for a body that is not the one that was recorded.
    """
    where = _Where(path, "")
    try:
        document = strict_json(_read(path, MAX_RECORD_BYTES))
    except (OSError, ValueError) as error:
        raise where.error(f"cannot be read: {_words(error)}", _HINT) from error
    table = where.table(document, _RECORD)
    entries = table["exchanges"]
    if not isinstance(entries, list):
        raise where.key("exchanges").error("is not a list", _HINT)
    return Record(
        sha256=where.key("sha256").digest(table["sha256"]),
        address=where.key("address").address(table["address"]),
        page=where.key("page").address(table["page"]) if "page" in table else "",
        exchanges=tuple(
            _exchange(_Where(path, f"exchanges[{i}]"), entry) for i, entry in enumerate(entries)
        ),
    )


def _exchange(where: _Where, entry: object) -> Exchange:
    table = where.table(entry, _EXCHANGE)
    redirects = table.get("redirects", [])
    if not isinstance(redirects, list):
        raise where.key("redirects").error("is not a list of addresses", _HINT)
    return Exchange(
        address=where.key("address").address(table["address"]),
        status=where.key("status").status(table["status"]),
        read_at=where.key("time").time(table["time"]),
        headers=where.key("headers").headers(table["headers"]),
        body=_body(where, table),
        redirects=tuple(where.key("redirects").address(address) for address in redirects),
    )


def _body(where: _Where, table: Mapping[str, Any]) -> bytes | None:
    if "body" not in table:
        if "sha256" in table:
            raise where.key("sha256").error("has no body to be of", "add the key body")
        return None
    name, at = table["body"], where.key("body")
    folder = where.path.absolute().parent.resolve()
    if not isinstance(name, str) or not name or "\0" in name:
        raise at.error(f"is {name!r}, not the name of a file", _HINT)
    path = (folder / name).resolve()
    if not path.is_relative_to(folder):
        raise at.error(f"is {name!r}, outside of the record's folder", "keep bodies below it")
    if "sha256" not in table:
        raise at.error("has no sha256", "add the key sha256, of the body's bytes in hex")
    digest = where.key("sha256").digest(table["sha256"])
    try:
        data = _read(path, MAX_BODY_BYTES)
    except (OSError, ValueError) as error:
        raise at.error(f"is {name!r}, which cannot be read: {_words(error)}", _HINT) from error
    received = hashlib.sha256(data).hexdigest()
    if received != digest:
        raise at.error(
            f"is {name!r}, whose SHA-256 is {received}, not {digest} as recorded",
            "the file was changed since; fetch it again",
        )
    return data


@dataclass(frozen=True, slots=True)
class _Where:
    """A place in a record, for messages."""

    path: Path
    keys: str

    def key(self, name: str) -> _Where:
        return _Where(self.path, f"{self.keys}.{name}" if self.keys else name)

    def error(self, problem: str, hint: str) -> UsageError:
        place = f"{self.path}: {self.keys}" if self.keys else f"the record {self.path}"
        return UsageError(f"{place} {problem}", hint=hint)

    def table(self, value: object, keys: Mapping[str, bool]) -> Mapping[str, Any]:
        """`value` as an object with these keys, of which some are needed."""
        if not isinstance(value, dict):
            raise self.error(f"is {value!r:.80}, not an object", _HINT)
        for key in value:
            if key not in keys:
                raise self.key(key).error(
                    f"is not known; allowed are {', '.join(keys)}", _closest(key, keys)
                )
        for key, needed in keys.items():
            if needed and key not in value:
                raise self.key(key).error("is missing", _HINT)
        return value

    def address(self, value: object) -> str:
        try:
            check_address(value if isinstance(value, str) else "")
        except ValueError as error:
            raise self.error(
                f"is {value!r:.200}, not an http or https address", "write all of it: https://…"
            ) from error
        return str(value)

    def digest(self, value: object) -> str:
        if not isinstance(value, str) or not re.fullmatch("[0-9a-fA-F]{64}", value):
            raise self.error(f"is {value!r:.80}, not a SHA-256", "64 hex digits, as of sha256sum")
        return value.lower()

    def status(self, value: object) -> int:
        if type(value) is not int or not 100 <= value <= 599:
            raise self.error(f"is {value!r:.80}, not a status", "write status: 200")
        return value

    def time(self, value: object) -> datetime:
        try:
            moment = datetime.fromisoformat(value if isinstance(value, str) else "")
            if moment.tzinfo is not None:
                return moment
        except ValueError:
            pass
        raise self.error(
            f"is {value!r:.80}, not a time with its offset", 'write "2026-11-22T10:00:00Z"'
        )

    def headers(self, value: object) -> tuple[tuple[str, str], ...]:
        """Pairs, because a name may come more than once."""
        if not isinstance(value, list):
            raise self.error(f"is {value!r:.80}, not a list of names with their values", _HINT)
        for pair in value:
            two = isinstance(pair, list) and len(pair) == 2
            if not two or not all(isinstance(text, str) for text in pair):
                raise self.error(f"has {pair!r:.80}, not a name with its value", _HINT)
        return tuple((name, text) for name, text in value)


def _read(path: Path, limit: int) -> bytes:
    """The bytes of a file. Raises `OSError`, and `ValueError` for more than `limit`."""
    if not path.is_file():
        raise ValueError("there is no such file")
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise ValueError(f"it is larger than {limit // 2**20} MiB")
    return data


def _words(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)


def _closest(key: str, keys: Collection[str]) -> str:
    near = get_close_matches(key, keys, n=1)
    return f"did you mean {near[0]}?" if near else "take it out"
