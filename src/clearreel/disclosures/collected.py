"""What footage of kept clips was collected from or made from, as far as the grants say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from clearreel.disclosures.figures import Figure, kept
from clearreel.production.recorded import recorded_decision
from clearreel.report.wording import counted
from clearreel.rights.parent import Parent, tree

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Collected:
    """A data set or a work that footage was taken from."""

    name: str
    license: str
    """As the grants say, joined where they differ; empty where none does."""
    works: Figure
    """Works of which clips are kept, and whose grants name it at any depth."""


def made_from(work: Row) -> tuple[Parent, ...]:
    """What the grants on a source say that it was made from, in their order, each once."""
    grants = recorded_decision(work).grants
    return tuple(dict.fromkeys(parent for grant in grants for parent in grant.made_from))


def collected(works: Iterable[Row]) -> tuple[Collected, ...]:
    """Everything that any of the `works` was made from, in the order of its name."""
    sources: dict[str, set[str]] = defaultdict(set)
    licenses: dict[str, set[str]] = defaultdict(set)
    for work in works:
        for parent in tree(made_from(work)):
            sources[parent.name].add(work["source_id"])
            licenses[parent.name] |= {parent.license} - {""}
    return tuple(
        Collected(name, "; ".join(sorted(licenses[name])), _figure(name, len(sources[name])))
        for name in sorted(sources)
    )


def _figure(name: str, count: int) -> Figure:
    quoted = name.replace("'", "''")
    condition = f"list_contains(decision->>'$.given[*].made_from..name', '{quoted}')"
    return Figure(count, counted(count, "work"), kept("count(DISTINCT source_id)", condition))
