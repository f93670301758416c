"""Markup that escapes by default: what is not `Html` is text, whoever wrote it."""

from __future__ import annotations

import html
import unicodedata
from typing import TypeAlias


class Html(str):
    """Text that is markup already. Only `tag` and `join` make it, and literals in the source."""

    __slots__ = ()


Child: TypeAlias = str | int | float | None
Attribute: TypeAlias = str | int | float | bool | None

_VOID = frozenset({"meta", "img", "br"})
_JOINERS = "\u200c\u200d"  # part of how some scripts and emoji are spelled


def text(value: object, longest: int = 300) -> Html:
    """Any value as escaped text.

    Characters that show nothing or turn the writing direction become visible, because a name must
    not be able to look like another one. What is longer than `longest` loses its middle.
    """
    written = str(value)
    if len(written) > longest:
        half = longest // 2
        written = f"{written[:half]} … {written[-half:]}"
    if not written.isprintable():
        written = "".join(_visible(letter) for letter in written)
    return Html(html.escape(written))


def tag(name: str, /, *children: Child, **attributes: Attribute) -> Html:
    """An element. Children that are not `Html` are escaped; None is left out.

    Attribute names are written with `_` for `-`, and `class_` for `class`; those that are None or
    False are left out. Values are escaped, but for `Html`, which is taken as it is.
    """
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}"
        + ("" if value is True else f'="{_attribute(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{join(*children)}</{name}>")


def join(*children: Child) -> Html:
    """One after the other, escaped where needed."""
    return Html(
        "".join(
            child if isinstance(child, Html) else text(child)
            for child in children
            if child is not None
        )
    )


def name(value: object, longest: int = 300) -> Html:
    """A name that somebody else chose, kept from reordering the text around it."""
    return Html(f"<bdi>{text(value, longest)}</bdi>")


def _attribute(value: Attribute) -> Html:
    return value if isinstance(value, Html) else text(value, 2000)


def _visible(letter: str) -> str:
    if letter in "\n\t":
        return " "
    category = unicodedata.category(letter)
    if category in ("Cc", "Cf", "Cs", "Zl", "Zp") and letter not in _JOINERS:
        return f"⟨U+{ord(letter):04X}⟩"
    return letter
