"""Ask a reader so that its own mistakes are a no as well."""

from __future__ import annotations

from clearreel.rights.signals.contract import Reader
from clearreel.rights.signals.evidence import Evidence, not_read
from clearreel.rights.signals.media import PLACE
from clearreel.rights.signals.signal import Signal


def ask(reader: Reader, evidence: Evidence) -> tuple[Signal, ...]:
    """What a reader finds. One that raises, which none should, leaves everything unknown."""
    try:
        return reader.read(evidence)
    except Exception as error:  # noqa: BLE001 (whatever it is, nothing is known then)
        why = f"it could not be read: {error!r}"
        return tuple(not_read(reader.standard, evidence.address or PLACE, why))
