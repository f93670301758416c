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

A file that several grants cover needs the permission of all of them; `uses = []` excludes.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from clearreel.core.errors import UsageError
from clearreel.rights.grants import Grant
from clearreel.rights.licences import normal_form
from clearreel.rights.scope import Scope, check_pattern
from clearreel.rights.times import begins, expires
from clearreel.rights.uses import use_named

REQUIRED = ("files", "license", "holder", "basis")
KEYS = (
    *REQUIRED,
    *("attribution", "uses", "evidence", "verified_by", "verified_on", "valid_from", "valid_until"),
)


def read_rights(path: Path) -> tuple[Grant, ...]:
    """The grants of the rights file at `path`, in its order; evidence files are hashed.

    Raises `UsageError`, with the line and the key, for whatever is malformed, unknown or missing.
    """
    text = _read_text(path)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(path, text, error) from error
    lines = _Lines(path, text)
    for key in document:
        if key != "grant":
            hint = "write each permission as a [[grant]] table"
            raise lines.error(None, key, "is not known here; allowed is grant", hint)
    tables = document.get("grant", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise lines.error(None, "grant", "is not a list of tables", "write it as [[grant]]")
    folder = path.absolute().parent.resolve()
    return tuple(_Table(lines, i, table, folder).grant() for i, table in enumerate(tables))


@dataclass(frozen=True, slots=True)
class _Lines:
    """Where the keys are, which the TOML reader does not tell."""

    path: Path
    text: str

    def error(self, table: int | None, key: str, problem: str, hint: str) -> UsageError:
        """An error about `key` of the grant number `table`, counted from 0."""
        where = f"{self.path}, line {self._line(table, key)}"
        of_grant = "" if table is None else f" of grant {table + 1}"
        return UsageError(f"{where}: {key}{of_grant} {problem}", hint=hint)

    def _line(self, table: int | None, key: str) -> int:
        """The key's line; that of its table's header where the key is missing."""
        count, header, quotes = -1, 1, ""
        written = re.compile(rf"""\s*(\[\s*)?["']?{re.escape(key)}["']?\s*[=.\]]""")
        for number, line in enumerate(self.text.splitlines(), start=1):
            inside, quotes = quotes, _open_quotes(line, quotes)
            if inside:
                continue
            if re.match(r"""\s*\[\[\s*["']?grant["']?\s*\]\]""", line):
                count += 1
                header = number if count == table else header
            elif (table is None or count == table) and written.match(line):
                return number
        return header


def _open_quotes(line: str, quotes: str) -> str:
    """The quotes of a multi-line string that is open after `line`, or ""."""
    for found in re.findall(r'"""|' + r"'''", line):
        if not quotes:
            quotes = found
        elif quotes == found:
            quotes = ""
    return quotes


@dataclass(frozen=True, slots=True)
class _Table:
    """One [[grant]] table as it is being read."""

    lines: _Lines
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
            self._checked("uses", lambda name: use_named(name).name, name)
            for name in self._texts("uses")
        )

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
        return self.lines.error(self.number, key, problem, hint)


def _read_text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"the rights file {path} cannot be read: {error.strerror}",
            hint="--rights takes a TOML file with [[grant]] tables",
        ) from error
    try:
        # TOML knows CRLF as a line's end; a byte order mark is what some editors add.
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"{path}, line {line}: the text is not UTF-8", hint="save it as UTF-8"
        ) from error


def _syntax_error(path: Path, text: str, error: tomllib.TOMLDecodeError) -> UsageError:
    lines = text.splitlines()
    told = re.search(r"\(at line (\d+), column \d+\)", str(error))
    number = int(told[1]) if told else len(lines)
    line = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    return UsageError(
        f"{path}, line {number}: {error}, in {line!r}",
        hint='TOML wants key = "text", key = ["text", "text"], key = 2026-11-20',
    )
