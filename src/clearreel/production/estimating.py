"""What a run would do, refuse, take and store, told without doing it.

Who may come in is asked with the run's own plan and door, so the answers are the run's: grants, the
deny-list, screening lists, and what sites and files say. Screening lists are asked about what came
in with earlier runs too. Only what needs pictures is left to the run itself: whether footage looks
like what was taken down or is listed, and damage inside of it.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from clearreel.core.errors import SourceError
from clearreel.media.probe import probe
from clearreel.production.admitting import Door
from clearreel.production.earlier_hashes import NO_MD5, by_hash, to_ask
from clearreel.production.known import Known, known_at
from clearreel.production.models import check_models
from clearreel.production.planning import plan
from clearreel.production.rights import hide_known_names, policy_of
from clearreel.production.screening import Screen
from clearreel.recipes.recipe import Recipe
from clearreel.rights.grants import Grant
from clearreel.rights.statements import NOTHING_STATED, Statements
from clearreel.rights.uses import use_named
from clearreel.sources.place import Listing
from clearreel.stores.catalog import Catalog
from clearreel.stores.ledger import Ledger
from clearreel.stores.schema import path_text
from clearreel.stores.takedowns import DenyList
from clearreel.stores.wholeness import check_whole
from clearreel.visit.source import open_source

_TRIAL_FRAMES = 240


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A source that the run would not use."""

    path: str
    status: str
    """refused | unreadable | quarantined"""
    reason: str


@dataclass(frozen=True)
class Estimate:
    """An estimate, and what it rests on. Files with the same bytes are one source."""

    sources: int
    """Of the inputs, and those of earlier runs that a screening list names by their hashes."""
    unchanged: int
    """Sources for which nothing is left to do."""
    refused: int
    unreadable: int
    quarantined: int
    left_out: tuple[LeftOut, ...]
    """Each of the refused, unreadable and quarantined ones, with the reason."""
    looks_are_asked: bool
    """Whether the run also asks how footage looks, for a takedown or a screening list, and may
    leave out more for that."""
    footage_seconds: float
    """Of what would be worked on."""
    footage_bytes: int
    weights: tuple[str, ...]
    wall_seconds: float | None
    """None when nothing could be timed."""
    basis: str
    """How the time was estimated."""
    most_bytes: int
    """The most that can be stored: as much as the sources that would be worked on."""
    warnings: tuple[str, ...]
    """What could not be listed, what of earlier runs could not be held against screening lists,
    what is wrong with tables of captions, and which captions would be left out."""

    def to_json(self) -> dict[str, Any]:
        """All of it in JSON types."""
        told = asdict(self)
        return told | {name: list(told[name]) for name in ("left_out", "weights", "warnings")}


def estimate(
    listing: Listing,
    grants: Sequence[Grant],
    recipe: Recipe,
    into: Path,
    use: str | None,
    workers: int | None,
    screening: Sequence[Path] = (),
    hashed: Callable[[int], None] = lambda count: None,
    said: Statements = NOTHING_STATED,
) -> Estimate:
    """Plan the run, probe every file of it, and time a little of the first or an earlier run.

    Files are hashed, as in the run; `hashed` is told how many are through. Raises what the run
    raises before it begins.
    """
    known = known_at(into, use)
    check_whole(into)
    policy = policy_of(into)
    check_models(recipe.weights, use_named(known.use), policy)
    screen = Screen(screening) if screening else None
    hidden = hide_known_names(into, said)
    door = Door(known.use, grants, policy, screen, DenyList.of(into), hidden, Ledger(into).erased())
    work = plan(known, listing, door, recipe, "kept", hashed)
    left_out = [LeftOut(row["path"], row["status"], row["reason"]) for row in work.settled]
    earlier = _screened(known, screen, work.found) if screen is not None else _Screened()
    left_out += earlier.left_out
    seconds, size = 0.0, 0
    first: Path | None = None
    for assignment in work.assignments:
        try:
            reel = probe(assignment.path)
        except SourceError as error:
            left_out.append(LeftOut(path_text(assignment.path), "unreadable", error.message))
            continue
        first = first or assignment.path
        seconds += float(reel.duration or 0)
        size += assignment.size
    cost, basis = _cost(known if isinstance(known, Catalog) else None, recipe, first)
    processes = min(workers or os.cpu_count() or 1, max(1, len(work.assignments)))
    statuses = [source.status for source in left_out]
    return Estimate(
        sources=work.unchanged + len(work.settled) + len(work.assignments) + len(earlier.left_out),
        unchanged=work.unchanged,
        refused=statuses.count("refused"),
        unreadable=statuses.count("unreadable"),
        quarantined=statuses.count("quarantined"),
        left_out=tuple(left_out),
        looks_are_asked=earlier.to_see
        or (bool(work.assignments) and (door.denied.has_looks or bool(door.lists))),
        footage_seconds=seconds,
        footage_bytes=size,
        weights=recipe.weights,
        wall_seconds=None if cost is None else cost * seconds / processes,
        basis=basis,
        most_bytes=size,
        warnings=(*map(str, listing.unlisted), *work.problems, *earlier.unasked),
    )


@dataclass
class _Screened:
    """What screening lists say of earlier runs, as far as hashes tell."""

    left_out: list[LeftOut] = field(default_factory=list)
    unasked: list[str] = field(default_factory=list)
    to_see: bool = False
    """Whether the run looks at any of it."""


def _screened(known: Known, screen: Screen, found: Collection[str]) -> _Screened:
    told = _Screened()
    with closing(by_hash(known, screen, to_ask(known, screen, found))) as answers:
        for asked in answers:
            path = asked.row["path"]
            if asked.listed:
                told.left_out.append(LeftOut(path, "quarantined", asked.listed))
            elif screen.wants_looks and asked.held:
                told.to_see = True
            elif asked.listed is None and asked.held:
                told.unasked.append(f"{path}: not screened: {NO_MD5}")
    return told


def _cost(catalog: Catalog | None, recipe: Recipe, first: Path | None) -> tuple[float | None, str]:
    """CPU seconds a second of footage, and where that comes from."""
    earlier = _earlier(catalog, recipe) if catalog else None
    if earlier is not None:
        return earlier, f"the last run with the recipe {recipe.name}"
    if first is None:
        return None, "nothing to time: there is nothing to do"
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
