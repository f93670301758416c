"""The head of an HTML page: its metadata and links, as far as signals stand in them."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from clearreel.rights.signals.evidence import Exchange


@dataclass(slots=True)
class Page:
    """What was found in a page, in its order."""

    metas: list[tuple[str, str]] = field(default_factory=list)
    """Name, in lower case, and content of each `<meta>`."""
    links: list[tuple[str, str, str]] = field(default_factory=list)
    """The `rel` and `type`, in lower case, and the `href` of each `<link>`."""
    scripts: list[str] = field(default_factory=list)
    """The `type` of each `<script>`, in lower case."""

    def contents(self, name: str) -> list[str]:
        """The contents of all metadata of this name."""
        return [content for found, content in self.metas if found == name]


def is_page(answer: Exchange) -> bool:
    """Whether the answer's body is an HTML page, or may be one."""
    return bool(answer.body) and (answer.is_html or not answer.values("content-type"))


def read_page(data: bytes) -> Page:
    """What stands in the page. Raises `ValueError` for what cannot be taken apart."""
    parser = _Parser()
    try:
        parser.feed(_decoded(data))
        parser.close()
    except AssertionError as error:  # what the parser raises for some malformed declarations
        raise ValueError("the page cannot be read") from error
    return parser.page


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in reversed(attrs)}  # the first one counts
        kind = values.get("type", "").strip().lower()
        if tag == "meta":
            name = (values.get("name") or values.get("http-equiv", "")).strip().lower()
            self.page.metas.append((name, values.get("content", "")))
        elif tag == "link":
            rel = values.get("rel", "").lower()
            self.page.links.append((rel, kind, values.get("href", "").strip()))
        elif tag == "script":
            self.page.scripts.append(kind)


def _decoded(data: bytes) -> str:
    """The page's text. Names and values of signals are ASCII, which other bytes do not disturb."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")
