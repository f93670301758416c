"""noai: `X-Robots-Tag: noai, noimageai`, and the same as `<meta name="robots">`.

A convention without a specification, begun by DeviantArt in 2022; `noml` is Mojeek's. Other
directives of these headers are about search and say nothing here. A directive for another crawler
alone counts too: it is the purpose that is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from clearreel.rights.signals.answers import read_answers
from clearreel.rights.signals.evidence import Evidence, Exchange
from clearreel.rights.signals.page import is_page, read_page
from clearreel.rights.signals.signal import MINING, Signal, Statement, unknown

_DENIALS = frozenset({"noai", "noimageai", "noml"})
_KIN = re.compile(r"no-?\w*(ai|ml)\b.*|(ai|ml)\b.*|.*(no|-)(ai|ml)(-.*)?")
"""Directives that must be about AI, whatever exactly they mean."""


@dataclass(frozen=True, slots=True)
class NoAi:
    """Reads noai."""

    standard: str = "noai"

    def read(self, evidence: Evidence) -> tuple[Signal, ...]:
        """The signals of the answers with the work and its page, and of the page's metadata."""
        return read_answers(self.standard, evidence, _header, _metadata)


def _header(answer: Exchange) -> Iterator[Statement]:
    for value in answer.values("x-robots-tag"):
        yield from _directives("X-Robots-Tag", value)


def _metadata(answer: Exchange) -> Iterator[Statement]:
    if not is_page(answer):
        return
    try:
        page = read_page(answer.content)
    except ValueError as error:
        yield unknown(str(error))
        return
    for name, content in page.metas:
        if name in ("robots", "x-robots-tag") or name.endswith("bot"):
            yield from _directives(f"meta {name}", content)


def _directives(where: str, value: str) -> Iterator[Statement]:
    for part in re.split(r"[,;]", value.lower()):
        directive = part.rpartition(":")[2].strip()
        if directive in _DENIALS:
            yield Statement("denies", MINING, f"{where}: {directive}")
        elif _KIN.fullmatch(directive):
            yield unknown(f"{where}: not understood: {directive}")
