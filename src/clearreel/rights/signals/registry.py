"""Which readers there are, and all of their signals on one work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from clearreel.rights.signals.ai_txt import AiTxt
from clearreel.rights.signals.aipref import AIPREF
from clearreel.rights.signals.c2pa import C2pa
from clearreel.rights.signals.content_signal import CONTENT_SIGNAL
from clearreel.rights.signals.contract import Reader
from clearreel.rights.signals.evidence import Evidence
from clearreel.rights.signals.noai import NoAi
from clearreel.rights.signals.plus import Plus
from clearreel.rights.signals.robots import Robots
from clearreel.rights.signals.rsl import EmbeddedRsl, Rsl
from clearreel.rights.signals.signal import Signal
from clearreel.rights.signals.tdmrep import EmbeddedTdmRep, TdmRep
from clearreel.rights.signals.trust_txt import TrustTxt


def _by_name(readers: Iterable[Reader]) -> Mapping[str, Reader]:
    return MappingProxyType({reader.standard: reader for reader in readers})


WEB: Mapping[str, Reader] = _by_name(
    (Robots(), AIPREF, CONTENT_SIGNAL, TdmRep(), Rsl(), TrustTxt(), AiTxt(), NoAi())
)
"""Readers of what sites say, by standard."""

MEDIA: Mapping[str, Reader] = _by_name((Plus(), C2pa(), EmbeddedTdmRep(), EmbeddedRsl()))
"""Readers of what stands inside the file, by standard."""


def read_signals(evidence: Evidence) -> tuple[Signal, ...]:
    """All signals on one work. What did not come from the web has those inside the file alone."""
    inside = tuple(signal for reader in MEDIA.values() for signal in reader.read(evidence))
    if not evidence.address:
        return inside
    known = replace(evidence, inside=inside)
    return (*inside, *(signal for reader in WEB.values() for signal in reader.read(known)))
