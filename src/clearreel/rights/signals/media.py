"""Signals that stand inside the file itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from clearreel.rights.signals.evidence import Evidence, not_read
from clearreel.rights.signals.signal import Signal, Statement, completed, unknown

PLACE = "media"


def media_signals(
    standard: str, evidence: Evidence, statements: Iterable[Statement], data: bytes = b""
) -> tuple[Signal, ...]:
    """The statements as signals of the file; more is unknown where the search did not end well.

    `data` is what was read of it. What a file holds never gets stale.
    """
    if evidence.media is None:
        return tuple(not_read(standard, PLACE, "nobody has looked into the file"))
    said = list(statements)
    if evidence.media.problem:
        said.append(unknown(evidence.media.problem))
    return tuple(
        Signal(
            standard,
            PLACE,
            *statement,
            read_at=evidence.media.read_at,
            sha256=hashlib.sha256(data).hexdigest() if data else "",
        )
        for statement in completed(said, "it says nothing of it")
    )
