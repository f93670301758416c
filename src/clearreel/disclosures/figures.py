"""A figure and where it comes from: the query over the data set's tables that gives it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clearreel.report.wording import counted

Row = Mapping[str, Any]

KEPT = "FROM clips JOIN sources USING (source_id) WHERE kept AND status = 'done'"
"""What a data set has to give: kept clips of sources that are done, in DuckDB's SQL."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One value, how it is said, and the query that gives it.

    The query is DuckDB's SQL over the tables `sources`, `clips`, `places` and `events`, and over
    files that it names by their place in the data set's folder.
    """

    value: float | int | str
    said: str
    """For a person, with its unit."""
    query: str


@dataclass(frozen=True, slots=True)
class Group:
    """What is kept of the sources that have something in common."""

    name: tuple[str, ...]
    works: int
    clips: int
    hours: float


def number_of(value: int, noun: str, query: str) -> Figure:
    """A number of things, named in the singular."""
    return Figure(value, counted(value, noun), query)


def kept(select: str, condition: str = "") -> str:
    """The query for `select` over kept clips, with a further condition."""
    return f"SELECT {select} {KEPT}{f' AND {condition}' if condition else ''}"
