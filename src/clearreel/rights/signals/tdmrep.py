"""TDMRep: a reservation of text and data mining, in a site's file, in headers, in metadata.

W3C Community Group report of 10 May 2024, <https://www.w3.org/community/reports/tdmrep/>. What is
nearer to the work supersedes what is farther: the file, then the answer's header, then metadata,
the page's for the page and XMP for the work; what says nothing leaves standing what was said.
Within one of them, where two statements disagree, the stricter counts. 1 with a policy is an offer
of terms, 1 without is a no.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from xml.etree.ElementTree import Element

from clearreel.rights.signals.evidence import Evidence, Exchange, not_read
from clearreel.rights.signals.media import xmp_signals
from clearreel.rights.signals.page import is_page, read_page
from clearreel.rights.signals.robots_file import matches
from clearreel.rights.signals.signal import (
    MINING,
    Activity,
    Signal,
    Statement,
    nearest,
    unknown,
)
from clearreel.rights.signals.text import strict_json
from clearreel.rights.signals.wellknown import read_files
from clearreel.rights.signals.xmp import values

PATH = "/.well-known/tdmrep.json"
NAMESPACES = ("http://www.w3.org/ns/tdmrep/", "http://www.w3.org/ns/tdmrep#")
"""In XMP: as the report gives it, and the vocabulary's own, which is written too."""

_STANDARD = "tdmrep"
_PREFIXES = ("tdm-", "tdm:")
"""Of the names in a page. The report has the former; what it has for EPUB is found there too."""


@dataclass(frozen=True, slots=True)
class TdmRep:
    """Reads TDMRep of sites."""

    standard: str = _STANDARD

    def read(self, evidence: Evidence) -> tuple[Signal, ...]:
        """The signals that stand in the end, for the work and for its page.

        What the file itself says clearly supersedes what its site says of it.
        """
        clearly = frozenset[Activity]().union(
            *(
                signal.activities
                for signal in evidence.inside
                if signal.standard == self.standard and signal.stance not in ("absent", "unknown")
            )
        )
        signals: list[Signal] = []
        for shown in evidence.shown_at:
            found = self._of(shown, evidence)
            signals += _without(found, clearly) if shown == evidence.address else found
        return tuple(dict.fromkeys(signals))

    def _of(self, shown: str, evidence: Evidence) -> list[Signal]:
        answers = evidence.answers(shown)
        if not answers:
            return not_read(self.standard, shown, "its answer was not kept")
        alone = Evidence(shown, exchanges=evidence.exchanges)
        files = list(read_files(self.standard, alone, (PATH,), _file))
        signals: list[Signal] = []
        for answer in answers:
            if doubt := evidence.doubt(shown, answer):
                signals += answer.signals(self.standard, [unknown(doubt)])
                continue
            said = nearest([_metadata(answer), _header(answer)])
            spoken: frozenset[Activity] = frozenset().union(*(one.activities for one in said))
            if said:
                signals += answer.signals(self.standard, said)
            signals += _without(files, spoken)
        return signals


@dataclass(frozen=True, slots=True)
class EmbeddedTdmRep:
    """Reads TDMRep in the file itself: `tdm:reservation` and `tdm:policy` in XMP."""

    standard: str = _STANDARD

    def read(self, evidence: Evidence) -> tuple[Signal, ...]:
        """The signals of all XMP packets in the file."""
        return xmp_signals(self.standard, evidence, _reserved)


def _reserved(root: Element) -> Iterator[Statement]:
    reservations, policies = (
        [value for namespace in NAMESPACES for value in values(root, namespace, name)]
        for name in ("reservation", "policy")
    )
    yield from _texts(reservations, policies)


def _without(signals: Iterable[Signal], spoken: frozenset[Activity]) -> list[Signal]:
    """What farther signals still say, where nearer ones speak of some activities."""
    return [
        replace(signal, activities=signal.activities - spoken)
        for signal in signals
        if signal.activities - spoken
    ]


def _file(answer: Exchange, target: str) -> list[Statement]:
    try:
        rows = strict_json(answer.content)
    except ValueError as error:
        return [unknown(str(error))]
    if not isinstance(rows, list):
        return [unknown("it is not a list of rules")]
    first = None
    said: list[Statement] = []
    for row in rows:
        location = row.get("location") if isinstance(row, dict) else None
        if not isinstance(location, str):
            # It may have been meant for this work, and come first.
            said += [unknown(f"not understood: {row}")] if first is None else []
        elif (first is None and matches(location, target)) or location == first:
            first = location
            said.append(_statement(row.get("tdm-reservation"), row.get("tdm-policy"), (0, 1)))
    return said


def _header(answer: Exchange) -> list[Statement]:
    written = answer.values("tdm-reservation")
    reservations = [value.strip() for line in written for value in line.split(",")]
    return _texts(reservations, answer.values("tdm-policy"))


def _metadata(answer: Exchange) -> list[Statement]:
    if not is_page(answer):
        return []
    try:
        page = read_page(answer.content)
    except ValueError as error:
        return [unknown(str(error))]
    reservations, policies = (
        [value.strip() for prefix in _PREFIXES for value in page.contents(prefix + name)]
        for name in ("reservation", "policy")
    )
    return _texts(reservations, policies)


def _texts(reservations: Iterable[str], policies: list[str]) -> list[Statement]:
    return [_statement(value, next(iter(policies), None), ("0", "1")) for value in reservations]


def _statement(value: Any, policy: Any, known: tuple[Any, Any]) -> Statement:
    """`known` are the two values as they are written here."""
    words = f"tdm-reservation: {value}"
    if type(value) is not type(known[0]) or value not in known:
        return Statement("unknown", MINING, f"not understood: {words}")
    if value == known[0]:
        return Statement("allows", MINING, words)
    if policy:
        return Statement("constrains", MINING, f"{words}, tdm-policy: {policy}")
    return Statement("denies", MINING, words)
