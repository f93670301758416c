"""Where on the web footage was fetched from, as the records beside it say."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from clearreel.core.errors import UsageError
from clearreel.rights.signals.recorded import read_record, record_beside
from clearreel.stores.takedowns import address_of


def web_addresses(paths: Iterable[str]) -> set[str]:
    """The addresses, in their one form, of the files at `paths` and of the pages that link them.

    A record that cannot be read tells none: its source is refused for that, see `hearing`.
    """
    found: set[str] = set()
    for path in paths:
        beside = record_beside(Path(path))
        if beside.is_file():
            try:
                record = read_record(beside)
            except UsageError:
                continue
            redirects = (url for exchange in record.exchanges for url in exchange.redirects)
            found |= {address_of(url) for url in (record.address, record.page, *redirects) if url}
    return found
