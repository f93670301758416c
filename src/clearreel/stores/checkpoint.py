"""Checkpoints: what a ledger had at some time, in one line that somebody else keeps."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from clearreel.core.errors import UsageError

_FORM = re.compile(r"clearreel-ledger ([0-9]+) ([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How many rows a ledger had, and the SHA-256 (hex) of the last one's line."""

    rows: int
    head: str

    def __str__(self) -> str:
        return f"clearreel-ledger {self.rows} {self.head}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The checkpoint that was printed as `text`. Raises `UsageError` when it is none."""
        match = _FORM.fullmatch(text.strip())
        if match is None:
            raise UsageError(
                f"{text.strip()[:80]!r} is no checkpoint",
                hint="it has the form: clearreel-ledger ROWS SHA256",
            )
        return cls(int(match[1]), match[2])
