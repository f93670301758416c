"""A figure and where it comes from: the query over the data set's tables that gives it again."""

from __future__ import annotations

from dataclasses import dataclass

KEPT = "FROM clips JOIN sources USING (source_id) WHERE kept AND status = 'done'"
"""What a data set has to give: kept clips of sources that are done, in DuckDB's SQL."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One value, how it is said, and the query that gives it.

    The query is DuckDB's SQL over the tables `sources`, `clips`, `places` and `events`.
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


def kept(select: str, condition: str = "") -> str:
    """The query for `select` over kept clips, with a further condition."""
    return f"SELECT {select} {KEPT}{f' AND {condition}' if condition else ''}"
