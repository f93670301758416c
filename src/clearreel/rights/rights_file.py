"""The rights file: TOML with one `[[grant]]` table for each permission.

    [[grant]]
    files = ["bunny/**", "trailer.mp4"]       # relative to this file's folder; see `rights.scope`
    license = "CC-BY-3.0"
    holder = "Blender Foundation"
    basis = "stated on the film's site"
    attribution = "(c) 2008, Blender Foundation, www.bigbuckbunny.org"
    evidence = "evidence/about-page.pdf"      # a file, hashed when read; or an address, as text
    verified_by = "Ada Lovelace"
    verified_on = 2026-11-20
    valid_until = 2028-01-01                  # not given: no end
    uses = ["research-training"]              # not given: whatever the licence permits

Rarer keys, none of which has to be given:

    intervals = [[0, 12.5], [60, 90]]         # seconds of each file; not given: all of it
    layers = ["audio"]                        # not given: footage and audio; see `rights.layers`
    territory = ["DE", "FR"]                  # countries; not given: anywhere
    permission = ["reproduce", "derive"]      # ODRL actions; not given: as the licence says
    prohibition = ["distribute"]              # ODRL actions; see `rights.odrl`
    duty = ["attribute"]                      # ODRL duties beyond the licence's
    evidence_on = 2026-11-01                  # when the evidence was made
    valid_from = 2026-12-01

A file that several grants cover needs the permission of all of them; `uses = []` excludes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from typing import Any

from clearreel.core.errors import UsageError
from clearreel.rights import odrl
from clearreel.rights.grants import Grant
from clearreel.rights.intervals import Interval
from clearreel.rights.layers import DEFAULT_LAYERS, Layer, layers_named
from clearreel.rights.licences import normal_form
from clearreel.rights.scope import Scope, check_pattern
from clearreel.rights.times import begins, expires
from clearreel.rights.toml_lines import Lines, read_toml
from clearreel.rights.uses import GRANTED_USES, use_named

REQUIRED = ("files", "license", "holder", "basis")
KEYS = (
    *REQUIRED,
    *("attribution", "uses", "evidence", "verified_by", "verified_on", "valid_from", "valid_until"),
    *("intervals", "layers", "territory", "permission", "prohibition", "duty", "evidence_on"),
)
_FINEST, _LONGEST = -20, 10
"""No file has a time of more digits than these, before or behind the point."""


def read_rights(path: Path) -> tuple[Grant, ...]:
    """The grants of the rights file at `path`, in its order; evidence files are hashed.

    Raises `UsageError`, with the line and the key, for whatever is malformed, unknown or missing.
    """
    lines, document = read_toml(
        path, "the rights file", "--rights takes a TOML file with [[grant]] tables"
    )
    for key in document:
        if key != "grant":
            hint = "write each permission as a [[grant]] table"
            raise lines.error("", 0, key, " is not known here; allowed is grant", hint)
    tables = document.get("grant", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise lines.error("", 0, "grant", " is not a list of tables", "write it as [[grant]]")
    folder = path.absolute().parent.resolve()
    return tuple(_Table(lines, i, table, folder).grant() for i, table in enumerate(tables))


@dataclass(frozen=True, slots=True)
class _Table:
    """One [[grant]] table as it is being read."""

    lines: Lines
    number: int
    table: Mapping[str, Any]
    folder: Path

    def grant(self) -> Grant:
        self._check_keys()
        start, end = self._moment("valid_from"), self._moment("valid_until")
        self._check_validity(start, end)
        evidence = self._text("evidence")
        return Grant(
            scope=Scope(str(self.folder), self._patterns()),
            license=self._checked("license", normal_form, self._text("license")),
            holder=self._text("holder"),
            basis=self._text("basis"),
            attribution=self._text("attribution"),
            uses=self._uses(),
            evidence=evidence,
            evidence_sha256=self._evidence_hash(evidence),
            verified_by=self._text("verified_by"),
            verified_on=self._moment("verified_on"),
            valid_from=start,
            valid_until=end,
            layers=self._layers(),
            intervals=self._intervals(),
            territory=self._territory(),
            permission=self._actions("permission", odrl.ACTIONS)
            if "permission" in self.table
            else None,
            prohibition=self._actions("prohibition", odrl.ACTIONS),
            duty=self._actions("duty", odrl.DUTIES),
            evidence_on=self._moment("evidence_on"),
        )

    def _check_keys(self) -> None:
        for key in self.table:
            if key not in KEYS:
                near = get_close_matches(key, KEYS, n=1)
                hint = f"did you mean {near[0]}?" if near else "take it out"
                raise self._error(key, f"is not known; allowed are {', '.join(KEYS)}", hint)
        for key in REQUIRED:
            if key not in self.table:
                raise self._error(key, "is missing", f"needed are {', '.join(REQUIRED)}")

    def _text(self, key: str) -> str:
        value = self.table.get(key, "")
        if not isinstance(value, str) or (key in self.table and not value.strip()):
            raise self._error(key, f"is {value!r}, not a text", f'write {key} = "…"')
        return value.strip()

    def _texts(self, key: str) -> tuple[str, ...]:
        value = self.table[key]
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(text, str) for text in values):
            raise self._error(key, f"is {value!r}, not a list of texts", f'write {key} = ["…"]')
        return tuple(values)

    def _patterns(self) -> tuple[str, ...]:
        patterns = self._texts("files")
        if not patterns:
            raise self._error("files", "is empty", 'for all below this folder: files = ["**"]')
        for pattern in patterns:
            if problem := check_pattern(pattern):
                hint = 'write it as in "drone/**" or "*.mp4", relative to the rights file'
                raise self._error("files", f"holds {pattern!r}, which {problem}", hint)
        return patterns

    def _uses(self) -> tuple[str, ...] | None:
        if "uses" not in self.table:
            return None
        return tuple(
            name if name in GRANTED_USES else self._checked("uses", _declarable, name)
            for name in self._texts("uses")
        )

    def _layers(self) -> tuple[Layer, ...]:
        if "layers" not in self.table:
            return DEFAULT_LAYERS
        named = self._texts("layers")
        if not named:
            raise self._error("layers", "is empty", "leave it out for footage and audio")
        try:
            return layers_named(named)
        except UsageError as error:
            raise self._error("layers", f"is wrong: {error.message}", error.hint) from error

    def _intervals(self) -> tuple[Interval, ...] | None:
        if "intervals" not in self.table:
            return None
        values = self.table["intervals"]
        if not isinstance(values, list) or not values:
            raise self._error("intervals", f"is {values!r}, no list of stretches", _STRETCHES)
        return tuple(self._interval(value) for value in values)

    def _interval(self, value: Any) -> Interval:
        ends = value if isinstance(value, list) else []
        if len(ends) != 2 or not all(_is_time(end) for end in ends):
            raise self._error("intervals", f"holds {_shown(value)}, not [start, end]", _STRETCHES)
        start, end = Fraction(ends[0]), Fraction(ends[1])
        if start >= end:
            raise self._error("intervals", f"holds {_shown(value)}, which is empty", _STRETCHES)
        return start, end

    def _territory(self) -> tuple[str, ...] | None:
        if "territory" not in self.table:
            return None
        countries = self._texts("territory")
        for country in countries:
            if not re.fullmatch("[A-Z]{2}", country):
                hint = 'write two letters of ISO 3166-1, as in territory = ["DE"]'
                raise self._error("territory", f"holds {country!r}, no country", hint)
        return tuple(sorted(set(countries)))

    def _actions(self, key: str, known: Mapping[str, object]) -> tuple[str, ...]:
        actions = self._texts(key) if key in self.table else ()
        for action in actions:
            if action not in known:
                hint = f"allowed are {', '.join(known)}"
                raise self._error(key, f"holds {action!r}, which is not understood here", hint)
        return tuple(sorted(set(actions)))

    def _moment(self, key: str) -> date | None:
        value = self.table.get(key)
        if value is None:
            return None
        if not isinstance(value, date) or (isinstance(value, datetime) and value.tzinfo is None):
            hint = f"write {key} = 2026-11-20, or 2026-11-20T12:00:00Z"
            raise self._error(key, f"is {value!s}, not a date or a time with its offset", hint)
        return value

    def _check_validity(self, start: date | None, end: date | None) -> None:
        if start is not None and end is not None and expires(end) <= begins(start):
            raise self._error(
                "valid_until",
                f"is {end.isoformat()}, and leaves no time after valid_from {start.isoformat()}",
                "the day of valid_until is itself outside",
            )

    def _evidence_hash(self, evidence: str) -> str:
        if not evidence or "://" in evidence:
            return ""
        try:
            with (self.folder / evidence).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise self._error(
                "evidence",
                f"is {evidence!r}, a file that cannot be read: {error.strerror}",
                "a file is sought from the rights file's folder; an address begins with https://",
            ) from error

    def _checked(self, key: str, check: Callable[[str], str], value: str) -> str:
        try:
            return check(value)
        except UsageError as error:
            raise self._error(key, f"is wrong: {error.message}", error.hint) from error

    def _error(self, key: str, problem: str, hint: str) -> UsageError:
        of_grant = f" of grant {self.number + 1} {problem}"
        return self.lines.error("grant", self.number, key, of_grant, hint)


_STRETCHES = "write seconds, the end not included, as in intervals = [[0, 12.5], [60, 90]]"


def _declarable(name: str) -> str:
    return use_named(name).name


def _is_time(value: object) -> bool:
    """Whether it is a number of seconds that footage can have."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return False
    number = Decimal(value)
    # The digits are bounded first, or 1e-999999999 would become a fraction of a billion digits.
    return number.is_finite() and _FINEST < number.adjusted() < _LONGEST


def _shown(value: object) -> str:
    return f"[{', '.join(map(str, value))}]" if isinstance(value, list) else str(value)
