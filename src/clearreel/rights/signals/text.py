"""The plain text and the JSON of an answer, held to what they have to be."""

from __future__ import annotations

import json
from typing import Any

from clearreel.rights.signals.evidence import Exchange

MAX_TEXT_BYTES = 500 * 1024
"""RFC 9309, section 2.5: as much is read of a robots.txt. A longer file is not understood whole."""


def plain_text(answer: Exchange) -> str:
    """The text of a file that has to be plain text.

    Raises `ValueError` for a page (what many sites answer, with 200, for whatever they lack, and
    what a login looks like), another type, too much of it, or bytes that are not UTF-8.
    """
    for value in answer.values("content-type"):
        kind = value.partition(";")[0].strip().lower()
        if kind and kind != "text/plain":
            raise ValueError(f"it is {kind}, not text/plain")
    if len(answer.content) > MAX_TEXT_BYTES:
        raise ValueError(f"it has {len(answer.content)} bytes; {MAX_TEXT_BYTES} are read")
    text = decoded(answer.content)
    beginning = text.lstrip().lower()
    if beginning.startswith("<") or "<html" in beginning or "<!doctype" in beginning:
        raise ValueError("it is a page, not plain text")
    return text


def decoded(data: bytes) -> str:
    """UTF-8 text, without a byte order mark, which would hide the first line's key.

    Raises `ValueError` for other bytes and for a NUL.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError("the text is not UTF-8") from error
    if "\0" in text:
        raise ValueError("the text holds a NUL")
    return text


def strict_json(data: bytes) -> Any:
    """The JSON in `data`. Raises `ValueError`, for a key that comes twice in an object too.

    Of two equal keys the last would count, and which one is meant cannot be told.
    """
    try:
        return json.loads(decoded(data), object_pairs_hook=_each_once)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} comes twice")
        found[key] = value
    return found
