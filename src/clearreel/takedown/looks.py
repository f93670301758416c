"""Which sources of a data set look or sound like given footage."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from clearreel.core.errors import SourceError
from clearreel.lookalike.fingerprint import Fingerprint
from clearreel.lookalike.index import Index
from clearreel.stores.catalog import Catalog
from clearreel.visit.denying import evidence
from clearreel.visit.stored_looks import of_clips


@dataclass
class Alike:
    """What of a data set looks or sounds like given footage."""

    same: dict[str, str] = field(default_factory=dict)
    """Source id → why it is the same."""
    near: dict[str, str] = field(default_factory=dict)
    """Source id → why a person has to look."""
    compared: int = 0
    """Clips that were looked at."""
    unread: dict[str, str] = field(default_factory=dict)
    """Clip id → why it could not be looked at."""


def search(catalog: Catalog, looks: Mapping[str, Fingerprint], sources: Collection[str]) -> Alike:
    """Which of these sources have a stored clip that looks or sounds like one of `looks`."""
    index, found = Index(looks), Alike()
    for row, seen in of_clips(catalog, sources):
        if isinstance(seen, SourceError):
            found.unread[row["clip_id"]] = seen.message
            continue
        found.compared += 1
        matches = index.search(seen)
        if matches:
            best = matches[0]
            name = row["source_id"]
            verdicts = found.same if best.comparison.verdict == "same" else found.near
            verdicts.setdefault(
                name, f"clip {row['clip_id']} against {best.name}: {evidence(best.comparison)}"
            )
    for name in found.same:
        found.near.pop(name, None)
    return found
