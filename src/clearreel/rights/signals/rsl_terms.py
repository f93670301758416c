"""RSL 1.0: what a licence says, wherever it stands.

Its licences are offers side by side: a use is allowed when one of them permits it and asks for
nothing, and constrained when all that permit it ask for payment, credit, an agreement, or something
of the user. A use that any of them prohibits, or that permits leave out, is denied.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from clearreel.rights.signals.robots_file import matches
from clearreel.rights.signals.signal import (
    EVALUATION,
    EVERYTHING,
    GENAI,
    MINING,
    TRAINING,
    Activity,
    Statement,
    nearest,
    unknown,
)
from clearreel.rights.signals.xml import parse_xml

NAMESPACE = "{https://rslstandard.org/rsl}"
"""As it stands before the names of elements."""

_CONTENT = f"{NAMESPACE}content"
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


def file_terms(data: bytes, target: str, *, announced: bool) -> list[Statement]:
    """What a licence file, or a feed, says of the work at the address `target`.

    `announced`: whether the answer with the work or its page points to it. An empty address stands
    for what it points from then.
    """
    try:
        root = parse_xml(data)
    except ValueError as error:
        return [unknown(str(error))]
    if root.tag == "rss":
        return feed_terms(root, target)
    if root.tag != f"{NAMESPACE}rsl":
        return [unknown(f"the root element is {root.tag}")]
    contents = list(root.iter(_CONTENT))
    if not contents:
        return [unknown("it describes no content")]
    meant = [content for content in contents if announced and content.get("url") == ""]
    said = [one for content in meant for one in _statements(content)]
    return [*said, *_matching((one for one in contents if one not in meant), target)]


def feed_terms(root: Element, target: str) -> list[Statement]:
    """What the items of an RSS feed say of the work at the address `target`.

    An item that links or encloses it means it, whatever address its licence names.
    """
    meant = [
        content
        for item in root.iter("item")
        if target in _named(item)
        for content in item.iter(_CONTENT)
    ]
    others = (content for content in root.iter(_CONTENT) if content not in meant)
    said = [one for content in meant for one in _statements(content)]
    return [*said, *_matching(others, target)]


def own_terms(root: Element) -> list[Statement]:
    """What the licence at `root` says that stands in the work, or in the page, that it is about.

    The address that it names is the original's, and means this copy of it too.
    """
    contents = list(root.iter(_CONTENT))
    said = [one for content in contents for one in _statements(content)]
    if root.tag != f"{NAMESPACE}rsl":
        said.append(unknown(f"the root element is {root.tag}"))
    if len(contents) != 1:
        said.append(unknown(f"a licence with {len(contents)} contents, not one"))
    return said


def _named(item: Element) -> set[str]:
    """The addresses that a feed's item is about."""
    texts = [element.text or "" for name in ("link", "guid") for element in item.iter(name)]
    return {text.strip() for text in (*texts, *(one.get("url", "") for one in item.iter()))}


def _matching(contents: Iterable[Element], target: str) -> list[Statement]:
    """What the contents say whose pattern covers `target`; more letters supersede fewer."""
    layers: dict[int, list[Statement]] = {}
    for content in contents:
        pattern = content.get("url", "").strip()
        if not pattern:
            return [unknown("a content without an address")]
        if matches(_path_of(pattern, target), target):
            layers.setdefault(len(pattern), []).extend(_statements(content))
    return nearest(layers[length] for length in sorted(layers, reverse=True))


def _path_of(pattern: str, target: str) -> str:
    """The pattern without the server, where it names the one that `target` is on."""
    server = urljoin(target, "/")[:-1]
    return pattern[len(server) :] or "/" if pattern.startswith(server) else pattern


def _statements(content: Element) -> list[Statement]:
    licenses = content.findall(f"{NAMESPACE}license")
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
    return any(_kind(found) == "usage" for found in license_.findall(f"{NAMESPACE}{name}"))


def _kind(element: Element) -> str:
    return element.get("type", "").strip().lower()


def _usages(license_: Element, name: str) -> tuple[frozenset[Activity], list[str]]:
    """The activities that the licence `permits` or `prohibits`, and what is not understood."""
    found = _NOTHING
    problems: list[str] = []
    for element in license_.findall(f"{NAMESPACE}{name}"):
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
    for payment in license_.findall(f"{NAMESPACE}payment"):
        if _kind(payment) != "free":
            terms.append(f"payment {_kind(payment)}".strip())
    for name in ("permits", "prohibits"):
        for element in license_.findall(f"{NAMESPACE}{name}"):
            if _kind(element) != "usage":
                terms.append(f"{name} {_kind(element)}".strip())
    return terms
