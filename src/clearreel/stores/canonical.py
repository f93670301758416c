"""JSON with one written form, so that the same content has the same hash (RFC 8785)."""

from __future__ import annotations

import json
from typing import Any

import rfc8785


def canonical(value: Any) -> bytes:
    """`value`, of JSON types, in its one form. Raises `ValueError` when it has none."""
    return rfc8785.dumps(value)


def from_canonical(content: bytes) -> Any:
    """What `content` says. Raises `ValueError` when it is JSON of any other form, or none.

    One form means that no byte can be changed without changing what is said: no white space, no
    second spelling of a character, no key given twice.
    """
    try:
        value = json.loads(content)
        same = canonical(value) == content
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if not same:
        raise ValueError("it is not in canonical form (RFC 8785)")
    return value
