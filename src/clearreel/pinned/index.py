"""Find a pinned archive through the package indexes, and download it.

`unearth` speaks the index protocol (PEP 503, PEP 691, pages of links, folders, credentials) and
brings the address of the public default index, which this project therefore does not name.
"""

from __future__ import annotations

import hashlib
import logging
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import httpx2
from unearth import Link, PackageFinder
from unearth.auth import MultiDomainBasicAuth
from unearth.fetchers import Fetcher, PyPIClient

from clearreel.core.errors import FetchError, UsageError
from clearreel.pinned.cache import storage_errors
from clearreel.pinned.files import PinnedArchive
from clearreel.pinned.settings import IndexSettings

if TYPE_CHECKING:
    from clearreel.pinned.fetch import Progress

PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds between tries. A request is tried once more than there are pauses."""

_BUSY = frozenset({429, 500, 502, 503, 504})
_TIMEOUT = httpx2.Timeout(60.0, connect=20.0)
_LONGEST_PAUSE = 30.0

# unearth reports an index that lacks a package as a warning; `download` says so in its error.
logging.getLogger("unearth").addHandler(logging.NullHandler())


class IndexClient(PyPIClient):
    """An HTTP client that reads `file:` addresses too and asks a busy server again."""

    def __init__(self, settings: IndexSettings) -> None:
        super().__init__(
            trusted_hosts=settings.trusted_hosts,
            verify=_trust(settings.certificates),
            timeout=_TIMEOUT,
            follow_redirects=True,
        )
        self.auth = MultiDomainBasicAuth(prompting=False, index_urls=settings.indexes)
        self.refusals: list[int] = []
        """The status of each answer that was an error, other than "not found"."""

    def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """Send a request, again after a pause while the server is busy or cannot be reached."""
        response = self._send(request, **options)
        if response.is_error and response.status_code != httpx2.codes.NOT_FOUND:
            self.refusals.append(response.status_code)
        return response

    def _send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        for pause in PAUSES:
            try:
                response = super().send(request, **options)
            except httpx2.TransportError:
                time.sleep(pause)
                continue
            if response.status_code not in _BUSY:
                return response
            response.close()
            time.sleep(_asked_pause(response) or pause)
        return super().send(request, **options)


def download(
    archive: PinnedArchive,
    target: Path,
    settings: IndexSettings,
    progress: Progress | None = None,
) -> None:
    """Write `archive` to `target`, from the first place that has it with the pinned hash.

    Raises `FetchError`, and leaves no file, if no place has it; the message says what each
    place answered.
    """
    answers: list[str] = []
    with IndexClient(settings) as client:
        for place, links in _places(client, archive, settings, answers):
            if not links:
                refused = f"answered {client.refusals[-1]}" if client.refusals else ""
                answers.append(f"{place} {refused or 'does not list it'}")
            for link in links:
                try:
                    _download(client, link, archive, target, progress)
                except _NotThereError as problem:
                    target.unlink(missing_ok=True)
                    answers.append(f"{link.redacted} {problem}")
                else:
                    return
    raise FetchError(
        f"{archive.filename} ({archive.package} {archive.version}) cannot be had: "
        + ("; ".join(answers) or "no package index is configured"),
        hint="check the network and the package index that your pip or uv is configured with",
    )


def _places(
    client: IndexClient, archive: PinnedArchive, settings: IndexSettings, answers: list[str]
) -> Iterator[tuple[str, list[Link]]]:
    """Each configured place, folders first, with its links to the archive."""
    # unearth asks the default index when it is given no other place.
    places: list[tuple[str, list[str], list[str]]] = [
        *((folder, [], [folder]) for folder in settings.find_links),
        *((index, [index], []) for index in settings.indexes),
        *([("the default index", [], [])] if settings.default_index else []),
    ]
    for place, indexes, folders in places:
        name = Link(place).redacted
        client.refusals.clear()
        try:
            finder = PackageFinder(
                # The signatures of unearth's own client are narrower than its protocol's.
                cast("Fetcher", client),
                index_urls=indexes,
                find_links=folders,
                ignore_compatibility=True,
            )
            packages = finder.find_all_packages(archive.package, allow_yanked=True)
            links = [p.link for p in packages if p.link.filename == archive.filename]
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, OSError) as error:
            answers.append(f"{name} cannot be read: {error or type(error).__name__}")
            continue
        yield name, links


class _NotThereError(Exception):
    """What an address gave, where it did not give the pinned archive."""


def _download(
    client: IndexClient,
    link: Link,
    archive: PinnedArchive,
    target: Path,
    progress: Progress | None,
) -> None:
    """Write what `link` leads to, from the beginning again each time that it breaks off."""
    broken: httpx2.HTTPError | None = None
    for _ in range(1 + len(PAUSES)):
        try:
            return _stream(client, link, archive, target, progress)
        except httpx2.HTTPStatusError as error:
            raise _NotThereError(f"answered {error.response.status_code}") from error
        except httpx2.HTTPError as error:
            broken = error
    raise _NotThereError(f"broke off: {broken}") from broken


def _stream(
    client: IndexClient,
    link: Link,
    archive: PinnedArchive,
    target: Path,
    progress: Progress | None,
) -> None:
    digest, received = hashlib.sha256(), 0
    # An archive must not arrive unpacked, as a server may do that compresses what it sends.
    plain = {"Accept-Encoding": "identity"}
    with client.stream("GET", link.url_without_fragment, headers=plain) as response:
        response.raise_for_status()
        with storage_errors(target), target.open("wb") as out:
            for chunk in response.iter_raw():
                received += len(chunk)
                if received > archive.size:
                    raise _NotThereError(f"sends more than the pinned {archive.size:,} bytes")
                digest.update(chunk)
                out.write(chunk)
                if progress:
                    progress(archive.filename, received, archive.size)
    if received < archive.size:
        raise httpx2.ReadError(f"ended after {received:,} of {archive.size:,} bytes")
    if digest.hexdigest() != archive.sha256:
        raise _NotThereError(f"has SHA-256 {digest.hexdigest()}, not the pinned {archive.sha256}")


def _trust(certificates: Path | None) -> ssl.SSLContext | bool:
    if certificates is None:
        return True  # the system's certificates, and $SSL_CERT_FILE
    if not certificates.exists():
        raise UsageError(
            f"the certificates {certificates} that pip is configured with do not exist",
            hint="pip config debug",
        )
    if certificates.is_dir():
        return ssl.create_default_context(capath=str(certificates))
    return ssl.create_default_context(cafile=str(certificates))


def _asked_pause(response: httpx2.Response) -> float:
    """The seconds that a busy server asks to wait, within reason; 0 if it names none."""
    value = response.headers.get("Retry-After", "")
    return min(float(value), _LONGEST_PAUSE) if value.isdecimal() else 0.0
