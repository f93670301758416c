"""The head of an HTML page: its metadata and links, as far as signals stand in them."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from clearreel.rights.signals.evidence import Exchange

_BEGINNING = 4096
"""Bytes in which the first tag of a page or feed stands."""


@dataclass(slots=True)
class Page:
    """What was found in a page, in its order."""

    metas: list[tuple[str, str]] = field(default_factory=list)
    """Name, property or pragma, in lower case, and content of each `<meta>`."""
    links: list[tuple[str, str, str]] = field(default_factory=list)
    """The `rel` and `type`, in lower case, and the `href` of each `<link>`."""
    scripts: list[tuple[str, str]] = field(default_factory=list)
    """The `type`, in lower case, and the text of each `<script>`."""

    def contents(self, name: str) -> list[str]:
        """The contents of all metadata of this name."""
        return [content for found, content in self.metas if found == name]


def is_page(answer: Exchange) -> bool:
    """Whether the answer's body is an HTML page, or may be one, whatever the server calls it."""
    untold = not answer.values("content-type")
    return bool(answer.body) and (answer.is_html or untold or _begins_with(answer, "<html"))


def is_feed(answer: Exchange) -> bool:
    """Whether the answer's body is an RSS feed, or is called one."""
    called = any(
        value.partition(";")[0].strip().lower() == "application/rss+xml"
        for value in answer.values("content-type")
    )
    found = not answer.is_html and _begins_with(answer, "<rss")
    return bool(answer.body) and (called or found)


def read_page(data: bytes) -> Page:
    """What stands in the page. Raises `ValueError` for what cannot be taken apart."""
    parser = _Parser()
    try:
        parser.feed(_decoded(data))
        parser.close()
    except AssertionError as error:  # what the parser raises for some malformed declarations
        raise ValueError("the page cannot be read") from error
    return parser.page


def _begins_with(answer: Exchange, tag: str) -> bool:
    """Whether a tag stands near the beginning of the body."""
    return tag in _decoded((answer.body or b"")[:_BEGINNING]).lower()


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._kind = ""
        self._script: list[str] | None = None

    def close(self) -> None:
        super().close()
        self._end_script()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in reversed(attrs)}  # the first one counts
        kind = values.get("type", "").partition(";")[0].strip().lower()
        if tag == "meta":
            for name in filter(None, map(values.get, ("name", "property", "http-equiv"))):
                self.page.metas.append((name.strip().lower(), values.get("content", "")))
        elif tag == "link":
            rel = values.get("rel", "").lower()
            self.page.links.append((rel, kind, values.get("href", "").strip()))
        elif tag == "script":
            self._end_script()
            self._kind, self._script = kind, []

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self._script.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._end_script()

    def _end_script(self) -> None:
        if self._script is not None:
            self.page.scripts.append((self._kind, "".join(self._script)))
            self._script = None


def _decoded(data: bytes) -> str:
    """The page's text. Names and values of signals are ASCII, which other bytes do not disturb."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")
