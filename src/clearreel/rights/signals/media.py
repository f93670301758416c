"""Signals that stand inside the file itself."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from xml.etree.ElementTree import Element

from clearreel.rights.signals.evidence import Evidence, not_read
from clearreel.rights.signals.signal import Signal, Statement, completed, unknown
from clearreel.rights.signals.xmp import parse_xmp

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


def xmp_signals(
    standard: str, evidence: Evidence, say: Callable[[Element], Iterable[Statement]]
) -> tuple[Signal, ...]:
    """What `say` finds in the XMP packets of the file, as `media_signals`."""
    packets = evidence.media.xmp if evidence.media else ()
    statements: list[Statement] = []
    for packet in packets:
        try:
            root = parse_xmp(packet)
        except ValueError as error:
            statements.append(unknown(str(error)))
        else:
            statements += say(root)
    return media_signals(standard, evidence, statements, b"".join(packets))
