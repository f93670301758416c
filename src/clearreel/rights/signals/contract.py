"""What a reader of signals is.

A reader is one file: a standard, where it is written, and one method. It is a pure function of
the evidence (content credentials alone are read from the file, at a path that is part of it), and
`clearreel.testing.signal_contract` holds what every reader keeps to:

- it never raises, whatever the bytes are;
- its signals speak of every activity, with `absent` only for what is certainly not said;
- a value that nobody knows is `unknown`, and garbage is never `allows`;
- the order of statements means nothing, and adding a denial never widens what is permitted.
"""

from __future__ import annotations

from typing import Protocol

from clearreel.rights.signals.evidence import Evidence
from clearreel.rights.signals.signal import Signal


class Reader(Protocol):
    """Reads the signals of one standard."""

    @property
    def standard(self) -> str:
        """What its signals are called."""

    def read(self, evidence: Evidence) -> tuple[Signal, ...]:
        """All that the evidence says, in every place where the standard can stand."""
