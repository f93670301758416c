"""A Markdown document whose figures have footnotes and whose blanks are marked and listed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clearreel.disclosures.figures import Figure
from clearreel.exports.markdown import escaped, table_head, table_line


class Document:
    """Text in the order in which it is added.

    Strings are Markdown; what comes from a data set goes through `escaped` first.
    """

    def __init__(self, title: str) -> None:
        self._blocks = [f"# {title}"]
        self._notes: dict[str, int] = {}
        self.blanks: list[str] = []
        """What only the provider knows, in the order in which it is asked for."""
        self.figures: list[Figure] = []
        """The figures that are in the text, in their order."""

    def heading(self, level: int, title: str) -> None:
        """A heading; 2 is the level below the document's title."""
        self._blocks.append(f"{'#' * level} {title}")

    def say(self, *paragraphs: str) -> None:
        """Add paragraphs."""
        self._blocks += paragraphs

    def list(self, items: Iterable[str]) -> None:
        """Add a list; none when there are no items."""
        if lines := [f"- {item}" for item in items]:
            self._blocks.append("\n".join(lines))

    def table(self, titles: Sequence[str], rows: Iterable[Sequence[str]], numbers: int = 0) -> None:
        """Add a table; its last columns, `numbers` of them, stand on the right."""
        lines = [*table_head(titles, numbers), *(table_line(row) for row in rows)]
        self._blocks.append("\n".join(lines))

    def figure(self, figure: Figure) -> str:
        """A figure with its footnote, to be put into a text."""
        self.figures.append(figure)
        return f"{escaped(figure.said)}{self.queried(figure.query)}"

    def queried(self, query: str) -> str:
        """The mark of a footnote with a query."""
        return self.note(f"`{query}`")

    def note(self, text: str) -> str:
        """The mark of a footnote, to be put after what it is about."""
        number = self._notes.setdefault(text, len(self._notes) + 1)
        return f"[^{number}]"

    def blank(self, what: str) -> str:
        """A blank that only the provider can fill, to be put into a text."""
        self.blanks.append(what)
        return f"**{blank(what)}**"

    def render(self) -> str:
        """The whole document."""
        notes = [f"[^{number}]: {text}" for text, number in self._notes.items()]
        return "\n\n".join([*self._blocks, *notes]) + "\n"


def blank(what: str) -> str:
    """What stands in the place of something that only the provider knows."""
    return f"[to be filled in by the provider: {what}]"
