"""Text of any kind as Markdown (GitHub's, <https://github.github.com/gfm/>) that stays text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_ESCAPED = str.maketrans({c: f"\\{c}" for c in "\\`*_[]<>|#"})


def escaped(text: object) -> str:
    """What neither becomes markup nor leaves its line or its cell; None is empty.

    What cannot be printed, as ends of lines and marks that turn the direction, becomes a space.
    """
    plain = "" if text is None else str(text)
    shown = "".join(character if character.isprintable() else " " for character in plain)
    return shown.translate(_ESCAPED)


def table_line(cells: Iterable[str]) -> str:
    """A line of a table. The cells are Markdown already."""
    return f"| {' | '.join(cells)} |"


def table_head(titles: Sequence[str], numbers: int = 0) -> tuple[str, str]:
    """The two lines above a table; its last columns, `numbers` of them, stand on the right."""
    rules = ["---"] * (len(titles) - numbers) + ["---:"] * numbers
    return table_line(titles), f"|{'|'.join(rules)}|"
