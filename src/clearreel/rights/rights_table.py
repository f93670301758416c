"""One table of the rights file as it is being read: its values, and what is wrong with them."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from typing import Any

from clearreel.core.errors import UsageError
from clearreel.rights.intervals import Interval
from clearreel.rights.scope import Scope, check_pattern
from clearreel.rights.times import begins, expires
from clearreel.rights.toml_lines import Lines

_FINEST, _LONGEST = -20, 10
"""No file has a time of more digits than these, before or behind the point."""
_SHOWS = "name what the holder wrote, published or signed, as a file or an address"
_STRETCHES = "write seconds, the end not included, as in intervals = [[0, 12.5], [60, 90]]"


@dataclass(frozen=True, slots=True)
class Table:
    """A `[[name]]` table. Whatever is asked of it raises `UsageError`, with the line and the key,
    for what is malformed."""

    lines: Lines
    name: str
    number: int
    """Among the tables of this name, from 0."""
    table: Mapping[str, Any]
    folder: Path
    """The rights file's, absolute, with symbolic links resolved."""

    def check_keys(self, allowed: Sequence[str], required: Sequence[str]) -> None:
        """That all `required` keys are there, and none that is not `allowed`."""
        for key in self.table:
            if key not in allowed:
                near = get_close_matches(key, allowed, n=1)
                hint = f"did you mean {near[0]}?" if near else "take it out"
                raise self.error(key, f"is not known; allowed are {', '.join(allowed)}", hint)
        for key in required:
            if key not in self.table:
                raise self.error(key, "is missing", f"needed are {', '.join(required)}")

    def text(self, key: str) -> str:
        """A text without space around it; empty where the key is not there."""
        value = self.table.get(key, "")
        if not isinstance(value, str) or (key in self.table and not value.strip()):
            raise self.error(key, f"is {value!r}, not a text", f'write {key} = "…"')
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; one alone may stand without its brackets."""
        value = self.table[key]
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(text, str) for text in values):
            raise self.error(key, f"is {value!r}, not a list of texts", f'write {key} = ["…"]')
        return tuple(values)

    def among(self, key: str, known: Sequence[str], what: str) -> tuple[str, ...]:
        """A list of texts that are all among `known`, in its order and at least one."""
        named = self.texts(key)
        hint = f"allowed are {', '.join(known)}"
        if not named:
            raise self.error(key, "is empty", hint)
        for name in named:
            if name not in known:
                raise self.error(key, f"holds {name!r}, no {what}", hint)
        return tuple(name for name in known if name in named)

    def scope(self) -> Scope:
        """The files that it speaks of."""
        patterns = self.texts("files")
        if not patterns:
            raise self.error("files", "is empty", 'for all below this folder: files = ["**"]')
        for pattern in patterns:
            if problem := check_pattern(pattern):
                hint = 'write it as in "drone/**" or "*.mp4", relative to the rights file'
                raise self.error("files", f"holds {pattern!r}, which {problem}", hint)
        return Scope(str(self.folder), patterns)

    def intervals(self) -> tuple[Interval, ...] | None:
        """The stretches of each file that it speaks of; None for all of it."""
        if "intervals" not in self.table:
            return None
        values = self.table["intervals"]
        if not isinstance(values, list) or not values:
            raise self.error("intervals", f"is {values!r}, no list of stretches", _STRETCHES)
        return tuple(self._interval(value) for value in values)

    def _interval(self, value: Any) -> Interval:
        ends = value if isinstance(value, list) else []
        if len(ends) != 2 or not all(_is_time(end) for end in ends):
            raise self.error("intervals", f"holds {_shown(value)}, not [start, end]", _STRETCHES)
        start, end = Fraction(ends[0]), Fraction(ends[1])
        if start >= end:
            raise self.error("intervals", f"holds {_shown(value)}, which is empty", _STRETCHES)
        return start, end

    def moment(self, key: str) -> date | None:
        """A date, or a time with its offset; None where the key is not there."""
        value = self.table.get(key)
        if value is None:
            return None
        if not isinstance(value, date) or (isinstance(value, datetime) and value.tzinfo is None):
            hint = f"write {key} = 2026-11-20, or 2026-11-20T12:00:00Z"
            raise self.error(key, f"is {value!s}, not a date or a time with its offset", hint)
        return value

    def validity(self) -> tuple[date | None, date | None]:
        """`valid_from` and `valid_until`, which leave some time between them."""
        start, end = self.moment("valid_from"), self.moment("valid_until")
        if start is not None and end is not None and expires(end) <= begins(start):
            raise self.error(
                "valid_until",
                f"is {end.isoformat()}, and leaves no time after valid_from {start.isoformat()}",
                "the day of valid_until is itself outside",
            )
        return start, end

    def evidence_hash(self, evidence: str) -> str:
        """SHA-256 of an evidence file, in hex; empty for an address, which is never opened.

        A file without content shows nothing, and nor does the rights file, which is what is to be
        shown.
        """
        if not evidence or "://" in evidence:
            return ""
        try:
            with (self.folder / evidence).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
                is_empty = not file.tell()
        except OSError as error:
            raise self.error(
                "evidence",
                f"is {evidence!r}, a file that cannot be read: {error.strerror}",
                "a file is sought from the rights file's folder; an address begins with https://",
            ) from error
        if is_empty:
            problem = f"is {evidence!r}, which is empty: it shows nothing"
            raise self.error("evidence", problem, f"save it once more, or {_SHOWS}")
        if found in self._own_hashes():
            problem = f"is {evidence!r}, the rights file itself: what it says is to be shown"
            raise self.error("evidence", problem, _SHOWS)
        return found

    def _own_hashes(self) -> set[str]:
        """Of the rights file, with and without the mark that some editors begin it with."""
        text = self.lines.text.encode()
        return {hashlib.sha256(start + text).hexdigest() for start in (b"", codecs.BOM_UTF8)}

    def checked(self, key: str, check: Callable[[str], str], value: str) -> str:
        """What `check` makes of a value; what it raises is told with the line."""
        try:
            return check(value)
        except UsageError as error:
            raise self.error(key, f"is wrong: {error.message}", error.hint) from error

    def error(self, key: str, problem: str, hint: str) -> UsageError:
        """An error about a key of this table, or about one that is missing."""
        of_table = f" of {self.name} {self.number + 1} {problem}"
        return self.lines.error(self.name, self.number, key, of_table, hint)


def _is_time(value: object) -> bool:
    """Whether it is a number of seconds that footage can have."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return False
    number = Decimal(value)
    # The digits are bounded first, or 1e-999999999 would become a fraction of a billion digits.
    return number.is_finite() and _FINEST < number.adjusted() < _LONGEST


def _shown(value: object) -> str:
    return f"[{', '.join(map(str, value))}]" if isinstance(value, list) else str(value)
