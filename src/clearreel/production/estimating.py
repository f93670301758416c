"""What a run would do, take and store, told without doing it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from clearreel.core.errors import SourceError
from clearreel.media.probe import probe
from clearreel.production.rights import decide_everywhere, policy_of
from clearreel.recipes.recipe import Recipe
from clearreel.rights.grants import Grant
from clearreel.rights.statements import NOTHING_STATED, Statements
from clearreel.rights.uses import DEFAULT_USE
from clearreel.sources.place import Listing
from clearreel.stores.catalog import Catalog
from clearreel.visit.source import open_source

_TRIAL_FRAMES = 240


@dataclass(frozen=True)
class Estimate:
    """An estimate, and what it rests on."""

    sources: int
    refused: int
    unreadable: int
    footage_seconds: float
    footage_bytes: int
    weights: tuple[str, ...]
    wall_seconds: float | None
    """None when nothing could be timed."""
    basis: str
    """How the time was estimated."""
    most_bytes: int
    """The most that can be stored: as much as the sources that may be used."""

    def to_json(self) -> dict[str, Any]:
        """All of it in JSON types."""
        return dict(vars(self)) | {"weights": list(self.weights)}


def estimate(
    listing: Listing,
    grants: Sequence[Grant],
    recipe: Recipe,
    into: Path,
    use: str | None,
    workers: int | None,
    statements: Statements = NOTHING_STATED,
) -> Estimate:
    """Probe every file that may be used, and time a little of the first or an earlier run."""
    catalog = Catalog(into) if (into / "dataset.json").exists() else None
    declared = catalog.use if catalog else use or DEFAULT_USE
    policy = policy_of(into)
    moment = datetime.now(UTC)
    refused = unreadable = size = 0
    seconds = 0.0
    first: Path | None = None
    for place in listing.places:
        lies = [str(place.path)]
        people = statements.about(lies)
        if not decide_everywhere(lies, grants, declared, moment, policy, people).permitted:
            refused += 1
            continue
        try:
            reel = probe(place.path)
        except SourceError:
            unreadable += 1
            continue
        first = first or place.path
        seconds += float(reel.duration or 0)
        size += place.size
    cost, basis = _cost(catalog, recipe, first)
    processes = min(workers or os.cpu_count() or 1, max(1, len(listing.places)))
    return Estimate(
        sources=len(listing.places),
        refused=refused,
        unreadable=unreadable,
        footage_seconds=seconds,
        footage_bytes=size,
        weights=recipe.weights,
        wall_seconds=None if cost is None else cost * seconds / processes,
        basis=basis,
        most_bytes=size,
    )


def _cost(catalog: Catalog | None, recipe: Recipe, first: Path | None) -> tuple[float | None, str]:
    """CPU seconds a second of footage, and where that comes from."""
    earlier = _earlier(catalog, recipe) if catalog else None
    if earlier is not None:
        return earlier, f"the last run with the recipe {recipe.name}"
    if first is None:
        return None, "nothing to time: no file may be used"
    try:
        with open_source(first) as pictures:
            timeline = pictures.reader.timeline
            count = min(_TRIAL_FRAMES, len(timeline))
            started = time.process_time()
            for _, frame in pictures.reader.frames(0, count):
                pictures.still(frame)
            spent = time.process_time() - started
            return spent / float(timeline.span(0, count).duration), (
                f"decoding {count} frames of {first.name} once; models take several times as long"
            )
    except SourceError as error:
        return None, f"{first.name} could not be timed: {error.message}"


def _earlier(catalog: Catalog, recipe: Recipe) -> float | None:
    cost = None
    name = ""
    for event in sorted(catalog.rows("events"), key=lambda row: str(row["at"])):
        detail = json.loads(event["detail"])
        if event["kind"] == "run":
            name = detail["recipe"]
        elif event["kind"] == "done" and name == recipe.name and detail["footage_seconds"] > 10:
            cost = detail["cpu_seconds"] / detail["footage_seconds"]
    return cost
