"""PLUS: the property `plus:DataMining` of XMP, which IPTC recommends for pictures and video.

<https://ns.useplus.org/LDF/ldf-XMPSpecification>. Values are words of a vocabulary, with or without
its address before them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from clearreel.rights.signals.evidence import Evidence
from clearreel.rights.signals.media import xmp_signals
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
from clearreel.rights.signals.xmp import values

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
        return xmp_signals(self.standard, evidence, _mining)


def _mining(root: Element) -> Iterator[Statement]:
    for value in values(root, NAMESPACE, "DataMining"):
        word = value.removeprefix(VOCABULARY)
        if word in _MEANINGS:
            yield Statement(*_MEANINGS[word], value)
        else:
            yield unknown(f"not understood: plus:DataMining {value}")
