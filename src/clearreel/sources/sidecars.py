"""Sidecars: the captions and columns that travel beside a source, and how clips get theirs.

Times count from the start of the footage, as a player shows them. A text or a row belongs to a
clip when the middle of the shorter of the two lies within the longer: a subtitle goes to the one
clip that holds most of it, and what describes a whole scene goes to every clip of that scene.
What has no times describes the whole footage, and belongs to every clip.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from clearreel.core.identity import fingerprint
from clearreel.rights.origins import Origin
from clearreel.sources.timed_text import TimedText


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table about the footage, or about a stretch of it: start <= t < end."""

    start: Fraction | None
    """Seconds from the start of the footage; None is its start."""
    end: Fraction | None
    """None is its end."""
    values: Mapping[str, str]
    """By column, without the path, the times and the caption. What was no text is JSON."""
    origins: tuple[Origin, ...] = ()
    """Who wrote it, as far as somebody says."""
    sidecar: str = field(default="", compare=False)
    """The file that it was read from: an absolute path."""


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What lies beside one source."""

    captions: tuple[TimedText, ...] = ()
    columns: tuple[Row, ...] = ()
    problems: tuple[str, ...] = ()
    """What could not be used, for a person. The footage goes on without it."""

    @property
    def items(self) -> tuple[TimedText | Row, ...]:
        """All that it has for clips."""
        return (*self.captions, *self.columns)

    @property
    def fingerprint(self) -> str:
        """Changes when a caption or a column does, or who is said to have written it."""
        captions = [(text.start, text.end, text.text) for text in self.captions]
        columns = [(row.start, row.end, sorted(row.values.items())) for row in self.columns]
        said = [
            [origin.id for origin in item.origins if origin.writer != "nobody says"]
            for item in self.items
        ]
        # Where nobody says anything it is what it was before anybody could.
        return fingerprint("sidecar", captions, columns, *([said] if any(said) else []))


def caption_for(sidecar: Sidecar, start: Fraction, end: Fraction) -> str:
    """The caption of the clip from `start` to `end`: its texts in order, each once; or ""."""
    return " ".join(dict.fromkeys(text.text for text in _texts(sidecar, start, end)))


def columns_for(sidecar: Sidecar, start: Fraction, end: Fraction) -> dict[str, str]:
    """The columns of the clip from `start` to `end`.

    Where rows disagree, one with times wins over one without, then the one that shares more time
    with the clip, then the later one.
    """
    return {name: value for row in _rows(sidecar, start, end) for name, value in row.values.items()}


def origins_for(sidecar: Sidecar, start: Fraction, end: Fraction) -> tuple[str, ...]:
    """The ids of the origins of all that the clip from `start` to `end` gets, sorted."""
    items: list[TimedText | Row] = [*_texts(sidecar, start, end), *_rows(sidecar, start, end)]
    return tuple(sorted({origin.id for item in items for origin in item.origins}))


def _texts(sidecar: Sidecar, start: Fraction, end: Fraction) -> list[TimedText]:
    """The texts of a clip, in order."""
    texts = [text for text in sidecar.captions if _share(text, start, end) > 0]
    return sorted(texts, key=lambda text: text.start or Fraction(0))


def _rows(sidecar: Sidecar, start: Fraction, end: Fraction) -> list[Row]:
    """The rows about a clip; the later ones win."""
    shares = [(_share(row, start, end), row) for row in sidecar.columns]
    rows = [(share, row) for share, row in shares if share > 0]
    rows.sort(key=lambda pair: (_is_timed(pair[1]), pair[0]))
    return [row for _, row in rows]


def _share(item: TimedText | Row, start: Fraction, end: Fraction) -> Fraction:
    """The seconds that `item` shares with the clip it belongs to; 0 when it does not."""
    item_start = item.start or Fraction(0)
    if item_start >= end or (item.end is not None and item.end <= start):
        return Fraction(0)
    if item.end is not None and item.end - item_start <= end - start:
        belongs = start <= (item_start + item.end) / 2 < end
    elif item.start is None and item.end is None:
        belongs = True
    else:
        middle = (start + end) / 2
        belongs = item_start <= middle and (item.end is None or middle < item.end)
    if not belongs:
        return Fraction(0)
    return (end if item.end is None else min(end, item.end)) - max(start, item_start)


def _is_timed(row: Row) -> bool:
    return row.start is not None or row.end is not None
