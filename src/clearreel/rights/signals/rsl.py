"""RSL 1.0: terms for machines, in a file that is pointed to, in a page, a feed or the work itself.

<https://rslstandard.org/rsl>, section 4. A licence file is pointed to by a site's robots.txt, a
`Link` header or a page; there, a `<content>` whose pattern covers the address with more letters
supersedes one with fewer. Licences also stand in a page (`<script type="application/rsl+xml">`), in
the items of an RSS feed that lists the work, and in XMP. Between these places nothing gives way:
the strictest counts (section 4.9). What part of a page its licence is put into is not told, so it
is about all that the page shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from clearreel.rights.signals.evidence import (
    Evidence,
    Exchange,
    check_address,
    not_read,
    on_same_host,
)
from clearreel.rights.signals.media import xmp_signals
from clearreel.rights.signals.page import Page, is_feed, is_page, read_page
from clearreel.rights.signals.robots_file import PATH, robots_text, site_values
from clearreel.rights.signals.rsl_terms import NAMESPACE, feed_terms, file_terms, own_terms
from clearreel.rights.signals.signal import Signal, Statement, unknown
from clearreel.rights.signals.wellknown import read_files, statements_of
from clearreel.rights.signals.xml import parse_xml

_STANDARD = "rsl"
_TYPE = "application/rsl+xml"


@dataclass(frozen=True, slots=True)
class Rsl:
    """Reads RSL of sites."""

    standard: str = _STANDARD

    def read(self, evidence: Evidence) -> tuple[Signal, ...]:
        """The signals of all licences that are pointed to, of the pointers, the page and a feed."""
        signals = list(read_files(self.standard, evidence, (PATH,), self._robots))
        # pointer → address that it is about → whether the answer from there points to it
        targets: dict[str, dict[str, bool]] = {}
        for target in evidence.visited_all:
            for answer in evidence.answers(on_same_host(target, PATH)):
                for pointer in _in_robots(answer):
                    targets.setdefault(pointer, {})[target] = False
        for shown in evidence.shown_at:
            for answer in evidence.answers(shown):
                doubt = evidence.doubt(shown, answer)
                pointers, said = ([], [unknown(doubt)]) if doubt else _in_answer(answer, evidence)
                if said:
                    signals += answer.signals(self.standard, said)
                for pointer in pointers:
                    covered = dict.fromkeys(evidence.visited(shown), True)
                    targets.setdefault(pointer, {}).update(covered)
        for pointer, about in sorted(targets.items()):
            signals += self._licence(pointer, about, evidence)
        return tuple(signals)

    def _licence(self, pointer: str, about: dict[str, bool], evidence: Evidence) -> list[Signal]:
        """The signals of the licence file that is pointed to."""
        answers = evidence.answers(pointer) if _fetchable(pointer) else []
        if not answers:
            return not_read(self.standard, pointer, "nobody has asked for it")
        signals: list[Signal] = []
        for answer in answers:
            said = [unknown("a licence is announced, and is not there")]
            if not answer.missing:
                said = []
                for target, announced in about.items():
                    parse = partial(_file, target=target, announced=announced)
                    said += statements_of(answer, parse)
            signals += answer.signals(self.standard, said)
        return signals

    @staticmethod
    def _robots(answer: Exchange, target: str) -> Iterator[Statement]:
        """Whether it can be told that a robots.txt points nowhere."""
        try:
            robots_text(answer)
        except ValueError as error:
            yield unknown(str(error))


@dataclass(frozen=True, slots=True)
class EmbeddedRsl:
    """Reads RSL in the file itself: `<rsl:rsl>` in XMP."""

    standard: str = _STANDARD

    def read(self, evidence: Evidence) -> tuple[Signal, ...]:
        """The signals of all XMP packets in the file."""
        return xmp_signals(self.standard, evidence, _licences)


def _licences(root: Element) -> Iterator[Statement]:
    licences = list(root.iter(f"{NAMESPACE}rsl"))
    for licence in licences:
        yield from own_terms(licence)
    inside = [element for licence in licences for element in licence.iter()]
    for element in root.iter():
        names = (element.tag, *element.attrib)
        if element not in inside and any(name.startswith(NAMESPACE) for name in names):
            yield unknown("not understood: something of RSL outside of a licence")


def _file(answer: Exchange, target: str, announced: bool) -> list[Statement]:
    return file_terms(answer.content, target, announced=announced)


def _in_robots(answer: Exchange) -> list[str]:
    if answer.trouble or answer.missing:
        return []
    try:
        return [_joined(answer, value) for value in site_values(robots_text(answer), "license")]
    except ValueError:
        return []


def _in_answer(answer: Exchange, evidence: Evidence) -> tuple[list[str], list[Statement]]:
    """What the `Link` headers and the page point to, and what the page or feed itself says."""
    pointers: list[str] = []
    said: list[Statement] = []
    for value in answer.values("link"):
        if _TYPE in value.lower():
            found = re.findall(r"<([^>]*)>[^<]*" + re.escape(_TYPE), value, re.IGNORECASE)
            pointers += found
            said += [] if found else [unknown(f"not understood: {value}")]
    try:
        if is_feed(answer):
            feed = parse_xml(answer.content)
            for target in evidence.visited_all:
                said += feed_terms(feed, target)
        if is_page(answer):
            page = read_page(answer.content)
            pointers += [href for _, kind, href in page.links if kind == _TYPE]
            said += _inline(page)
    except ValueError as error:
        said.append(unknown(str(error)))
    return [_joined(answer, pointer) for pointer in pointers], said


def _inline(page: Page) -> Iterator[Statement]:
    """What the licences say that are written into a page."""
    for kind, text in page.scripts:
        if kind == _TYPE:
            try:
                licence: Element = parse_xml(text.strip().encode())
            except ValueError as error:
                yield unknown(f"terms in the page: {error}")
            else:
                yield from own_terms(licence)


def _joined(answer: Exchange, pointer: str) -> str:
    """The address that is pointed to; as it was written where it is none."""
    try:
        return urljoin((answer.address, *answer.redirects)[-1], pointer)
    except ValueError:
        return pointer


def _fetchable(address: str) -> bool:
    try:
        check_address(address)
    except ValueError:
        return False
    return True
