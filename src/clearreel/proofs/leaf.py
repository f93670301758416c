"""A leaf: something that is told of a clip or source, behind a salt of its own.

A tree has the commitment: the SHA-256 of salt and content. It can be shown to somebody without the
content, and nobody can guess the content from it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from clearreel.stores.canonical import canonical, from_canonical

SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Leaf:
    """Content and salt."""

    value: Mapping[str, Any]
    """JSON types; integers below 2⁵³, no floats."""
    salt: bytes

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Leaf:
        """A leaf with a new salt."""
        return cls(value, secrets.token_bytes(SALT_BYTES))

    @classmethod
    def from_json(cls, value: Any) -> Leaf:
        """The leaf that was written as `value`. Raises `ValueError` if it has another form."""
        if not isinstance(value, dict) or set(value) != {"salt", "value"}:
            raise ValueError("a leaf has salt and value")
        if not isinstance(value["value"], dict):
            raise ValueError("a leaf's value is an object")
        return cls(value["value"], from_hex(value["salt"]))

    def to_json(self) -> dict[str, Any]:
        """All of it in JSON types."""
        return {"salt": self.salt.hex(), "value": dict(self.value)}

    @property
    def commitment(self) -> bytes:
        """32 bytes."""
        return hashlib.sha256(self.salt + canonical(dict(self.value))).digest()

    def line(self) -> bytes:
        """One line of a file of leaves."""
        return canonical(self.to_json()) + b"\n"


def read_leaves(lines: Iterable[bytes]) -> Iterator[Leaf]:
    """The leaves of a file. Raises `ValueError` at a line of another form."""
    for number, line in enumerate(lines, 1):
        try:
            if not line.endswith(b"\n"):
                raise ValueError("it does not end")
            yield Leaf.from_json(from_canonical(line[:-1]))
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from error


def from_hex(text: Any) -> bytes:
    """32 bytes from 64 lower-case hex digits. Raises `ValueError` for anything else."""
    if not isinstance(text, str) or len(text) != 64 or set(text) - set("0123456789abcdef"):
        raise ValueError(f"{text!r:.80} is not 64 lower-case hex digits")
    return bytes.fromhex(text)
