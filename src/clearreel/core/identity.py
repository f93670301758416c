"""Names that follow from content: the same bytes and the same settings give the same name."""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction

from clearreel.core.span import Span

ID_DIGITS = 32
"""Ids are the first 128 bits of a SHA-256, in hex. The whole hash is kept beside them."""


def source_id(sha256: str) -> str:
    """The id of a source, from the SHA-256 (hex) of its bytes."""
    return sha256[:ID_DIGITS]


def clip_id(source: str, stream: int, span: Span) -> str:
    """The id of a clip: its source, stream index and exact time. Not its bytes."""
    base = span.time_base
    return fingerprint(source, stream, span.start, span.end, base.numerator, base.denominator)


def fingerprint(*parts: object) -> str:
    """A short hash of JSON-like values, the same in every process and on every machine."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()[:ID_DIGITS]


def _plain(value: object) -> object:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    raise TypeError(f"{type(value).__name__} has no fixed written form")
