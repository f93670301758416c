"""RSL 1.0: terms for machines, in an XML file that a site's robots.txt or an answer points to.

<https://rslstandard.org/rsl>. A `<content>` whose pattern covers the address with more letters
supersedes one with fewer. Its licences are offers side by side: a use is allowed when one of them
permits it and asks for nothing, and constrained when all that permit it ask for payment, credit,
an agreement, or something of the user. A use that any of them prohibits, or that permits leave
out, is denied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
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
from clearreel.rights.signals.page import is_page, read_page
from clearreel.rights.signals.robots_file import PATH, matches, robots_text, site_values
from clearreel.rights.signals.signal import (
    EVALUATION,
    EVERYTHING,
    GENAI,
    MINING,
    TRAINING,
    Activity,
    Signal,
    Statement,
    nearest,
    unknown,
)
from clearreel.rights.signals.wellknown import read_files, statements_of
from clearreel.rights.signals.xml import parse_xml

_NAMESPACE = "{https://rslstandard.org/rsl}"
_TYPE = "application/rsl+xml"
_NOTHING: frozenset[Activity] = frozenset()

USAGES: Mapping[str, frozenset[Activity]] = {
    "all": EVERYTHING,
    "ai-all": MINING,
    "ai-train": TRAINING,
    "train-ai": TRAINING,  # so in drafts, and in the guide to this day
    "train-genai": GENAI,
    "ai-input": EVALUATION,
    "ai-use": EVALUATION,
    "ai-index": _NOTHING,
    "search": _NOTHING,
}
"""What each usage is about."""


@dataclass(frozen=True, slots=True)
class Rsl:
    """Reads RSL."""

    standard: str = "rsl"

    def read(self, evidence: Evidence) -> tuple[Signal, ...]:
        """The signals of all licence files that are pointed to, and of the pointers."""
        signals = list(read_files(self.standard, evidence, (PATH,), self._robots))
        targets: dict[str, list[str]] = {}
        for target in evidence.visited_all:
            for answer in evidence.answers(on_same_host(target, PATH)):
                for pointer in _in_robots(answer):
                    targets.setdefault(pointer, []).append(target)
        for shown in evidence.shown_at:
            for answer in evidence.answers(shown):
                doubt = evidence.doubt(shown, answer)
                pointers, problems = ([], [doubt]) if doubt else _in_answer(answer)
                for problem in problems:
                    signals += answer.signals(self.standard, [unknown(problem)])
                for pointer in pointers:
                    targets.setdefault(pointer, []).extend(evidence.visited(shown))
        for pointer, covered in sorted(targets.items()):
            answers = evidence.answers(pointer) if _fetchable(pointer) else []
            if not answers:
                signals += not_read(self.standard, pointer, "nobody has asked for it")
            for answer in answers:
                said = [unknown("a licence is announced, and is not there")]
                if not answer.missing:
                    said = []
                    for target in dict.fromkeys(covered):
                        said += statements_of(answer, partial(_parse, target=target))
                signals += answer.signals(self.standard, said)
        return tuple(signals)

    @staticmethod
    def _robots(answer: Exchange, target: str) -> Iterator[Statement]:
        """Whether it can be told that a robots.txt points nowhere."""
        try:
            robots_text(answer)
        except ValueError as error:
            yield unknown(str(error))


def _in_robots(answer: Exchange) -> list[str]:
    if answer.trouble or answer.missing:
        return []
    try:
        return [_joined(answer, value) for value in site_values(robots_text(answer), "license")]
    except ValueError:
        return []


def _in_answer(answer: Exchange) -> tuple[list[str], list[str]]:
    """What the `Link` headers and the page point to, and why it cannot be told."""
    pointers: list[str] = []
    problems: list[str] = []
    for value in answer.values("link"):
        if _TYPE in value.lower():
            found = re.findall(r"<([^>]*)>[^<]*" + re.escape(_TYPE), value, re.IGNORECASE)
            pointers += found
            problems += [] if found else [f"not understood: {value}"]
    if is_page(answer):
        try:
            page = read_page(answer.content)
        except ValueError as error:
            return [], [str(error)]
        pointers += [href for _, kind, href in page.links if kind == _TYPE]
        if _TYPE in page.scripts:
            problems.append("terms written into the page itself are not read")
    return [_joined(answer, pointer) for pointer in pointers], problems


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


def _parse(answer: Exchange, target: str) -> list[Statement]:
    try:
        root = parse_xml(answer.content)
    except ValueError as error:
        return [unknown(str(error))]
    if root.tag != f"{_NAMESPACE}rsl":
        return [unknown(f"the root element is {root.tag}")]
    contents = list(root.iter(f"{_NAMESPACE}content"))
    if not contents:
        return [unknown("it describes no content")]
    layers: dict[int, list[Statement]] = {}
    for content in contents:
        pattern = content.get("url", "").strip()
        if not pattern:
            return [unknown("a content without an address")]
        if matches(_path_of(pattern, target), target):
            layers.setdefault(len(pattern), []).extend(_content(content))
    return nearest(layers[length] for length in sorted(layers, reverse=True))


def _path_of(pattern: str, target: str) -> str:
    """The pattern without the server, where it names the one that `target` is on."""
    server = urljoin(target, "/")[:-1]
    return pattern[len(server) :] or "/" if pattern.startswith(server) else pattern


def _content(content: Element) -> list[Statement]:
    licenses = content.findall(f"{_NAMESPACE}license")
    if not licenses:
        return [unknown("a content without a licence")]
    asks = "a licence from a server" if content.get("server") or content.get("encrypted") else ""
    said: list[Statement] = []
    free: frozenset[Activity] = _NOTHING
    on_terms: frozenset[Activity] = _NOTHING
    permitting = puzzled = False
    for license_ in licenses:
        prohibited, problems = _usages(license_, "prohibits")
        permitted, more = _usages(license_, "permits")
        said += [unknown(problem) for problem in problems + more]
        puzzled = puzzled or bool(problems or more)
        if prohibited:
            said.append(Statement("denies", prohibited, "prohibits it"))
        terms = ", ".join(filter(None, [asks, *_terms(license_)]))
        permitting = permitting or _has(license_, "permits")
        if not _has(license_, "permits") and not _has(license_, "prohibits"):
            said.append(unknown("a licence that neither permits nor prohibits"))
        if terms and permitted:
            on_terms |= permitted
            said.append(Statement("constrains", permitted, f"permits it, with {terms}"))
        elif not terms:
            free |= permitted
    if permitting and not puzzled and MINING - free - on_terms:
        said.append(Statement("denies", MINING - free - on_terms, "permits other uses alone"))
    # A free offer stands beside one that is not; a prohibition does not give way.
    said = [
        Statement(stance, of - free if stance == "constrains" else of, words)
        for stance, of, words in said
    ]
    said = [statement for statement in said if statement.activities]
    return [*said, Statement("allows", free, "permits it")] if free else said


def _has(license_: Element, name: str) -> bool:
    return any(_kind(found) == "usage" for found in license_.findall(f"{_NAMESPACE}{name}"))


def _kind(element: Element) -> str:
    return element.get("type", "").strip().lower()


def _usages(license_: Element, name: str) -> tuple[frozenset[Activity], list[str]]:
    """The activities that the licence `permits` or `prohibits`, and what is not understood."""
    found = _NOTHING
    problems: list[str] = []
    for element in license_.findall(f"{_NAMESPACE}{name}"):
        if _kind(element) != "usage":
            continue
        for usage in re.split(r"[,\s]+", (element.text or "").strip().lower()):
            if usage not in USAGES:
                problems.append(f"not understood: {name} {usage}")
            found |= USAGES.get(usage, _NOTHING)
    return found, problems


def _terms(license_: Element) -> list[str]:
    """What the licence asks for in return, or of whom it speaks."""
    terms = []
    for payment in license_.findall(f"{_NAMESPACE}payment"):
        if _kind(payment) != "free":
            terms.append(f"payment {_kind(payment)}".strip())
    for name in ("permits", "prohibits"):
        for element in license_.findall(f"{_NAMESPACE}{name}"):
            if _kind(element) != "usage":
                terms.append(f"{name} {_kind(element)}".strip())
    return terms
