"""Text of any kind as Markdown (GitHub's, <https://github.github.com/gfm/>) that stays text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_ESCAPED = str.maketrans({c: f"\\{c}" for c in "\\`*_[]<>|#"} | {"\n": " ", "\r": " "})


def escaped(text: object) -> str:
    """What neither becomes markup nor leaves its line or its cell; None is empty."""
    return "" if text is None else str(text).translate(_ESCAPED)


def table_line(cells: Iterable[str]) -> str:
    """A line of a table. The cells are Markdown already."""
    return f"| {' | '.join(cells)} |"


def table_head(titles: Sequence[str], numbers: int = 0) -> tuple[str, str]:
    """The two lines above a table; its last columns, `numbers` of them, stand on the right."""
    rules = ["---"] * (len(titles) - numbers) + ["---:"] * numbers
    return table_line(titles), f"|{'|'.join(rules)}|"
