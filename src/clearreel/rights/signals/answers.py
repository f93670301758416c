"""What stands in the answers that brought the work itself and the page that shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from clearreel.rights.signals.evidence import Evidence, Exchange, not_read
from clearreel.rights.signals.signal import Signal, Statement, unknown

Say = Callable[[Exchange], Iterable[Statement]]
"""What one answer says. Never raises."""


def read_answers(standard: str, evidence: Evidence, *says: Say) -> tuple[Signal, ...]:
    """The signals of the answers with the work and its page."""
    signals: list[Signal] = []
    for address in evidence.shown_at:
        answers = evidence.answers(address)
        if not answers:
            signals += not_read(standard, address, "its answer was not kept")
        for answer in answers:
            doubt = evidence.doubt(address, answer)
            said = [unknown(doubt)] if doubt else [one for say in says for one in say(answer)]
            signals += answer.signals(standard, said)
    return tuple(signals)
