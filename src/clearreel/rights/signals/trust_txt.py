"""trust.txt: `datatrainingallowed=yes|no`.

JournalList's specification, <https://journallist.net/reference-document-for-trust-txt-specifications>.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clearreel.rights.signals.evidence import Evidence, Exchange
from clearreel.rights.signals.signal import TRAINING, Signal, Statement, unknown
from clearreel.rights.signals.text import plain_text
from clearreel.rights.signals.wellknown import read_files

PATHS = ("/trust.txt", "/.well-known/trust.txt")
_KEY = "datatrainingallowed"


@dataclass(frozen=True, slots=True)
class TrustTxt:
    """Reads trust.txt."""

    standard: str = "trust.txt"

    def read(self, evidence: Evidence) -> tuple[Signal, ...]:
        """The signals of the trust.txt of every server that the work came through."""
        return read_files(self.standard, evidence, PATHS, _parse)


def _parse(answer: Exchange, target: str) -> Iterator[Statement]:
    try:
        lines = plain_text(answer).splitlines()
    except ValueError as error:
        yield unknown(str(error))
        return
    for line in lines:
        key, _, value = line.partition("#")[0].partition("=")
        if key.strip().lower().replace("-", "") != _KEY:
            continue
        answered = value.strip().lower()
        if answered == "yes":
            yield Statement("allows", TRAINING, line)
        elif answered == "no":
            yield Statement("denies", TRAINING, line)
        else:
            yield unknown(f"not understood: {line}")
