"""Screening lists: what an operator, or a trusted body, has named as never to be shipped.

A list is a text file in UTF-8, one entry a line; what follows a `#` at a line's beginning or after
white space is a comment, and is kept as the entry's note:

    d41d8cd98f00b204e9800998ecf8427e                                      # 32 hex digits: MD5
    sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
    looks Y3JsawECAAA…                                                    # `Fingerprint.to_bytes`

MD5 (`md5`) and SHA-256 (`sha256`) are told by their length where no kind is given, as in the lists
that hash-sharing programmes hand out; `looks` is a fingerprint of ours in Base64 (RFC 4648), which
names what looks or sounds like it too. The lists hold hashes alone, never footage.

Whatever is hit is to be set aside and never shipped, a near match too, until a person has looked.
MD5 can be forged, but only by whoever wants to be found.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from clearreel.core.errors import UsageError
from clearreel.lookalike.fingerprint import Fingerprint
from clearreel.lookalike.index import Index
from clearreel.lookalike.matching import Verdict

Kind = Literal["md5", "sha256", "looks"]
_DIGITS: dict[int, Kind] = {32: "md5", 64: "sha256"}
_HINT = "write `sha256 HEX`, `md5 HEX`, `looks BASE64`, or the hex digits alone, one entry a line"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list."""

    list: str
    """The list's file name."""
    line: int
    """Counted from 1."""
    kind: Kind
    note: str


@dataclass(frozen=True, slots=True)
class Hit:
    """Why something is set aside: the record that goes into quarantine with it."""

    entry: Entry
    verdict: Verdict
    """`same` for equal hashes and for what looks the same, `near` for what a person has to see."""

    @property
    def reason(self) -> str:
        """One line for the record. It names the list and the line, and nothing that was on it."""
        where = f"on {self.entry.list}, line {self.entry.line}"
        if self.entry.kind != "looks":
            return f"set aside: its {self.entry.kind} is {where}"
        how = "the same as" if self.verdict == "same" else "much like"
        return f"set aside: it looks or sounds {how} what is {where}"


class ScreeningList:
    """Entries of one or several lists, ready to be asked."""

    def __init__(
        self, hashes: dict[tuple[Kind, str], Entry], looks: list[tuple[Entry, Fingerprint]]
    ) -> None:
        self._hashes = hashes
        self._looks = {str(place): entry for place, (entry, _) in enumerate(looks)}
        self._index = Index({str(place): one for place, (_, one) in enumerate(looks)})

    def __len__(self) -> int:
        return len(self._hashes) + len(self._looks)

    @property
    def wants_md5(self) -> bool:
        """Whether any entry is an MD5, so that files must be hashed by it too."""
        return any(kind == "md5" for kind, _ in self._hashes)

    @property
    def wants_looks(self) -> bool:
        """Whether any entry is a fingerprint, so that files must be decoded as well."""
        return bool(self._looks)

    def check(
        self, *, sha256: str, md5: str | None = None, fingerprints: Iterable[Fingerprint] = ()
    ) -> list[Hit]:
        """Every entry that a file hits; empty only if nothing speaks against it.

        `sha256` and `md5` are of its bytes, in hex; `fingerprints` of the whole of it or its clips.

        Raises `ValueError` when entries are MD5s and none is given: not to ask is no answer.
        """
        if md5 is None and self.wants_md5:
            raise ValueError("the list holds MD5s, so the file's own is needed")
        asked: list[tuple[Kind, str]] = [("sha256", sha256.lower())]
        if md5 is not None:
            asked.append(("md5", md5.lower()))
        hits = [Hit(self._hashes[key], "same") for key in asked if key in self._hashes]
        seen: dict[str, Hit] = {}
        for one in fingerprints:
            for found in self._index.search(one):
                known = seen.get(found.name)
                if known is None or known.verdict != "same":
                    verdict = found.comparison.verdict
                    seen[found.name] = Hit(self._looks[found.name], verdict)
        return hits + list(seen.values())


def read_screening(paths: Iterable[Path]) -> ScreeningList:
    """The entries of all the lists together.

    Raises `UsageError`, with file and line, for what is malformed, and for a list without entries:
    a list that says nothing is more likely lost than empty.
    """
    hashes: dict[tuple[Kind, str], Entry] = {}
    looks: list[tuple[Entry, Fingerprint]] = []
    for path in paths:
        known = 0
        for number, line in enumerate(_text(path).splitlines(), start=1):
            content, _, note = re.sub(r"(^|\s)#", "\\1\0", line, count=1).partition("\0")
            if not content.strip():
                continue
            known += 1
            kind, value = _parsed(path, number, content.split())
            entry = Entry(path.name, number, kind, note.strip())
            if kind == "looks":
                looks.append((entry, _fingerprint(path, number, value)))
            else:
                hashes.setdefault((kind, value), entry)
        if not known:
            raise UsageError(f"the screening list {path} holds no entry", hint=_HINT)
    return ScreeningList(hashes, looks)


def _parsed(path: Path, number: int, words: list[str]) -> tuple[Kind, str]:
    """The kind, and the value: hex digits in lower case, or Base64."""
    named, value = (words[0].lower(), words[1]) if len(words) == 2 else ("", words[0])
    if len(words) > 2 or named not in ("", "md5", "sha256", "looks"):
        raise _error(path, number, f"{' '.join(words)[:40]!r} is no entry")
    if named == "looks":
        return "looks", value
    kind = _DIGITS.get(len(value)) if re.fullmatch(r"[0-9a-fA-F]+", value) else None
    if kind is None or named not in ("", kind):
        wanted = f"a {named}" if named else "a hash"
        raise _error(path, number, f"{value[:16]!r} of {len(value)} characters is not {wanted}")
    return kind, value.lower()


def _fingerprint(path: Path, number: int, value: str) -> Fingerprint:
    try:
        one = Fingerprint.from_bytes(base64.b64decode(value, validate=True))
    except (binascii.Error, ValueError) as error:
        raise _error(path, number, f"the fingerprint cannot be read: {error}") from error
    if not len(one.video) and not len(one.audio):
        raise _error(path, number, "the fingerprint is of nothing that can be told from others")
    return one


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(
            f"the screening list {path} cannot be read: {error.strerror}",
            hint="nothing is screened until it can: check the path and its mode",
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"the screening list {path} is not UTF-8", hint=_HINT) from error


def _error(path: Path, number: int, problem: str) -> UsageError:
    return UsageError(f"{path}, line {number}: {problem}", hint=_HINT)
