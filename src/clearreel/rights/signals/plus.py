"""PLUS: the property `plus:DataMining` of XMP, which IPTC recommends for pictures and video.

<https://ns.useplus.org/LDF/ldf-XMPSpecification>. Values are words of a vocabulary, with or without
its address before them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from clearreel.rights.signals.evidence import Evidence
from clearreel.rights.signals.media import media_signals
from clearreel.rights.signals.signal import (
    GENAI,
    MINING,
    TRAINING,
    Activity,
    Signal,
    Stance,
    Statement,
    unknown,
)
from clearreel.rights.signals.xmp import parse_xmp, values

NAMESPACE = "http://ns.useplus.org/ldf/xmp/1.0/"
VOCABULARY = "http://ns.useplus.org/ldf/vocab/"

_MEANINGS: Mapping[str, tuple[Stance, frozenset[Activity]]] = {
    "DMI-UNSPECIFIED": ("absent", MINING),
    "DMI-ALLOWED": ("allows", MINING),
    "DMI-PROHIBITED": ("denies", MINING),
    "DMI-PROHIBITED-AIMLTRAINING": ("denies", TRAINING),
    "DMI-PROHIBITED-GENAIMLTRAINING": ("denies", GENAI),
    "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING": ("denies", MINING),
    "DMI-PROHIBITED-SEECONSTRAINT": ("constrains", MINING),
    "DMI-PROHIBITED-SEEEMBEDDEDRIGHTSEXPR": ("constrains", MINING),
    "DMI-PROHIBITED-SEELINKEDRIGHTSEXPR": ("constrains", MINING),
}


@dataclass(frozen=True, slots=True)
class Plus:
    """Reads PLUS."""

    standard: str = "plus"

    def read(self, evidence: Evidence) -> tuple[Signal, ...]:
        """The signals of all XMP packets in the file."""
        packets = evidence.media.xmp if evidence.media else ()
        statements = [statement for packet in packets for statement in _packet(packet)]
        return media_signals(self.standard, evidence, statements, b"".join(packets))


def _packet(packet: bytes) -> Iterator[Statement]:
    try:
        root = parse_xmp(packet)
    except ValueError as error:
        yield unknown(str(error))
        return
    for value in values(root, NAMESPACE, "DataMining"):
        word = value.removeprefix(VOCABULARY)
        if word in _MEANINGS:
            yield Statement(*_MEANINGS[word], value)
        else:
            yield unknown(f"not understood: plus:DataMining {value}")
