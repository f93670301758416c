"""Evidence: all that was received around one work, which the readers read signals from.

Readers fetch nothing. What was not received is not known, and that is a no.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from urllib.parse import urldefrag, urljoin, urlsplit

from clearreel.rights.signals.embedded import Embedded
from clearreel.rights.signals.signal import Signal, Statement, completed, unknown

FRESH = timedelta(hours=24)
"""How long an answer may be relied upon: RFC 9309, section 2.4, and here for every standard."""

MAX_REDIRECTS = 5
"""RFC 9309, section 2.3.1.2: as many are followed at least; here no more are."""

_HTML = frozenset({"text/html", "application/xhtml+xml"})


@dataclass(frozen=True)
class Exchange:
    """One question to a server, and its last answer as it was received.

    Raises `ValueError` for a time without an offset, and for an address that is not http(s).
    """

    address: str
    """What was asked for."""
    status: int
    """Of the last answer. Redirects are followed before; a 304 says nothing."""
    read_at: datetime
    headers: tuple[tuple[str, str], ...] = ()
    """Names and values in their order; a name may come more than once."""
    body: bytes | None = None
    """The whole of it, after content encodings were undone; None where it was not kept, as that of
    the work itself."""
    redirects: tuple[str, ...] = ()
    """The addresses that were passed through behind `address`; the last one answered."""

    def __post_init__(self) -> None:
        if self.read_at.tzinfo is None:
            raise ValueError(f"{self.read_at} has no offset from UTC")
        for address in (self.address, *self.redirects):
            check_address(address)

    @cached_property
    def sha256(self) -> str:
        """Of the body, in hex; empty where there is none."""
        return hashlib.sha256(self.body).hexdigest() if self.body else ""

    def values(self, name: str) -> list[str]:
        """The values of all headers of this name, whatever its case."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def content(self) -> bytes:
        """The body. Raises `ValueError` where it was not kept."""
        if self.body is None:
            raise ValueError("its content was not kept")
        return self.body

    @property
    def trouble(self) -> str:
        """Why the answer cannot be read as it is; empty for a whole 200, a 404 and a 410."""
        if len(self.redirects) > MAX_REDIRECTS:
            return f"redirected {len(self.redirects)} times; {MAX_REDIRECTS} are followed"
        if len({self.address, *self.redirects}) <= len(self.redirects):
            return "redirected in a circle"
        if self.status not in (200, 404, 410):
            return f"the server answered {self.status}"
        return ""

    @property
    def is_html(self) -> bool:
        """Whether the server calls it an HTML page."""
        types = (value.partition(";")[0].strip().lower() for value in self.values("content-type"))
        return not _HTML.isdisjoint(types)

    @property
    def missing(self) -> bool:
        """Whether it is certain that there is nothing at this address."""
        return not self.trouble and self.status in (404, 410)

    def signals(self, standard: str, statements: Iterable[Statement]) -> list[Signal]:
        """The statements as signals read here; activities that none is about are absent."""
        silence = f"{self.status}: nothing is there" if self.missing else "it says nothing of it"
        return [
            Signal(
                standard,
                self.address,
                *statement,
                read_at=self.read_at,
                stale_at=self.read_at + FRESH,
                sha256=self.sha256,
            )
            for statement in completed(statements, silence)
        ]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was received around one work."""

    address: str = ""
    """Where the work was fetched; empty for one that did not come from the web."""
    page: str = ""
    """The page that shows it, if one was visited."""
    exchanges: tuple[Exchange, ...] = ()
    """With the work, its page, and the files that speak of them. Their order means nothing."""
    media: Embedded | None = None
    """What stands inside the file; None when nobody has looked."""
    inside: tuple[Signal, ...] = ()
    """What the file itself says, where that was read before its site is asked. Where a standard
    lets the one supersede the other, the site's reader does so."""

    def __post_init__(self) -> None:
        for address in (self.address, self.page):
            if address:
                check_address(address)

    def answers(self, address: str) -> list[Exchange]:
        """All exchanges that asked for `address`."""
        wanted = urldefrag(address).url
        return [found for found in self.exchanges if urldefrag(found.address).url == wanted]

    @property
    def shown_at(self) -> list[str]:
        """The addresses of the work and of its page, as they were asked for."""
        return [address for address in (self.address, self.page) if address]

    def doubt(self, shown: str, answer: Exchange) -> str:
        """Why an answer with the work or its page cannot be relied upon; empty when it can.

        What is nowhere to be found did not come from there, and a page has to be seen itself.
        """
        if answer.trouble or answer.missing:
            return answer.trouble or f"the server answered {answer.status}"
        if answer.body is None and (shown == self.page or answer.is_html):
            return "the page's content was not kept"
        return ""

    def visited(self, address: str) -> list[str]:
        """`address` and all that was passed through on the way to its content."""
        found = [address]
        for exchange in self.answers(address):
            found += exchange.redirects
        return list(dict.fromkeys(found))

    @property
    def visited_all(self) -> list[str]:
        """Every address of the work and its page, redirects included."""
        return list(dict.fromkeys(a for shown in self.shown_at for a in self.visited(shown)))

    @property
    def concluded_at(self) -> datetime | None:
        """When the last of it was read; None without exchanges."""
        return max((exchange.read_at for exchange in self.exchanges), default=None)


def check_address(address: str) -> None:
    """Raises `ValueError` unless `address` is an absolute http(s) address."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{address!r} is not an http or https address")


def on_same_host(address: str, path: str) -> str:
    """The address of the file at `path` of the server that `address` is on."""
    return urljoin(address, path)


def not_read(standard: str, place: str, why: str) -> list[Signal]:
    """That `place` was not read, so that nothing is known about any activity."""
    return [Signal(standard, place, *unknown(why), read_at=None)]
