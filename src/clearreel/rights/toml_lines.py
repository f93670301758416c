"""TOML files of people: read with exact numbers, and every mistake told with its line."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from clearreel.core.errors import UsageError

_HEADER = re.compile(r"""\s*\[\[?\s*["']?([\w-]+)["']?\s*\]""")


@dataclass(frozen=True, slots=True)
class Lines:
    """Where the keys are, which the TOML reader does not tell."""

    path: str
    text: str

    def error(self, table: str, number: int, key: str, problem: str, hint: str) -> UsageError:
        """An error about `key` of the `number`th [table], from 0; "" is the top of the file."""
        line = self._line(table, number, key)
        return UsageError(f"{self.path}, line {line}: {key}{problem}", hint=hint)

    def _line(self, table: str, number: int, key: str) -> int:
        """The key's line; that of its table's header where the key is missing."""
        count, inside, header, quotes = -1, not table, 1, ""
        name = re.escape(key)
        written = re.compile(rf"""\s*(\[\s*)?["']?{name}["']?\s*[=.\]]""")
        for place, line in enumerate(self.text.splitlines(), start=1):
            quoted, quotes = quotes, _open_quotes(line, quotes)
            if quoted:
                continue
            if table and (found := _HEADER.match(line)):
                count += found[1] == table
                inside = found[1] == table and count == number
                header = place if inside else header
            elif inside and written.match(line):
                return place
        return header


def read_toml(path: Path, what: str, hint: str) -> tuple[Lines, dict[str, Any]]:
    """The document at `path`, with where its lines are. Numbers with a point are `Decimal`s.

    Raises `UsageError`; `what` the file is and a `hint` for one that cannot be read go into it.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{what} {path} cannot be read: {error.strerror}", hint=hint) from error
    try:
        # TOML knows CRLF as a line's end; a byte order mark is what some editors add.
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"{path}, line {line}: the text is not UTF-8", hint="save it as UTF-8"
        ) from error
    return parse_toml(text, str(path))


def parse_toml(text: str, where: str) -> tuple[Lines, dict[str, Any]]:
    """The same for a text; `where` names it in errors."""
    try:
        return Lines(where, text), tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(where, text, error) from error


def _syntax_error(where: str, text: str, error: tomllib.TOMLDecodeError) -> UsageError:
    lines = text.splitlines()
    told = re.search(r"\(at line (\d+), column \d+\)", str(error))
    number = int(told[1]) if told else len(lines)
    line = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    return UsageError(
        f"{where}, line {number}: {error}, in {line!r}",
        hint='TOML wants key = "text", key = ["text", "text"], key = 2026-11-20',
    )


def _open_quotes(line: str, quotes: str) -> str:
    """The quotes of a multi-line string that is open after `line`, or ""."""
    for found in re.findall(r'"""|' + r"'''", line):
        if not quotes:
            quotes = found
        elif quotes == found:
            quotes = ""
    return quotes
