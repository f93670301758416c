"""The run: plan, visit, judge, pack what changed, sum up."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clearreel.collection.judging import judge_all
from clearreel.core.errors import UsageError
from clearreel.production.accounting import enter_run
from clearreel.production.admitting import Door
from clearreel.production.describing import about_run
from clearreel.production.earlier import Earlier, Screened
from clearreel.production.known import known_at
from clearreel.production.models import check_models
from clearreel.production.planning import Plan, plan, repacking
from clearreel.production.recording import Recorder
from clearreel.production.rights import hide_names, keep_evidence, print_policy
from clearreel.production.screening import Screen
from clearreel.recipes.recipe import Recipe
from clearreel.rights.grants import Grant
from clearreel.rights.statements import NOTHING_STATED, Statements
from clearreel.rights.uses import use_named
from clearreel.runners.contract import Runner
from clearreel.sources.place import Listing
from clearreel.stores.catalog import Catalog
from clearreel.stores.journal import forget_journals
from clearreel.stores.ledger import Ledger
from clearreel.stores.packs import clear, sweep
from clearreel.stores.takedowns import DenyList, Takedowns
from clearreel.stores.wholeness import check_whole
from clearreel.visit.assignment import Store
from clearreel.visit.packing import pack_fingerprint

_SETTLED = "status IN ('done', 'refused', 'unreadable', 'quarantined')"
"""Sources that no later run goes on with."""


@dataclass
class Progress:
    """How far a run is. One object, updated in place."""

    phase: str = "reading"
    """reading | screening | visiting | packing"""
    total: int = 0
    done: int = 0
    """Sources of this phase."""
    bytes_total: int = 0
    bytes_done: float = 0.0
    """Of the sources of this phase, with what is through of those at hand."""
    footage_seconds: float = 0.0
    """Length of the footage that is through."""
    kept: int = 0
    dropped: int = 0
    set_aside: int = 0
    started: float = field(default_factory=time.monotonic)


@dataclass(frozen=True)
class Produced:
    """What came of a run."""

    visited: int
    """Sources that were worked on."""
    unchanged: int
    """Sources that were done already."""
    refused: int
    set_aside: int
    """Sources of this run that could not be used, for another reason than rights."""
    footage_seconds: float
    """Length of the footage that was worked on."""
    wall_seconds: float
    cpu_seconds: float
    decoded_share: float | None
    """Frames decoded, divided by frames of the footage worked on."""
    copies: int
    """Files of these inputs with the same bytes as another one of them."""
    elsewhere: int
    """Sources of earlier runs that are not among these inputs: their rights were not asked for."""
    unscreened: int
    """Sources of earlier runs that could not be held against the screening lists, or not whole."""
    rejudged: int
    """Clips whose verdict changed without a visit."""
    warnings: tuple[str, ...]


def open_or_create(into: Path, use: str | None) -> Catalog:
    """The data set at `into`, made when there is none. A data set has one declared use.

    One for another use than the default is made with a key, and opens with it alone.
    """
    known = known_at(into, use)
    if isinstance(known, Catalog):
        return known
    return Catalog.create(into, known.use, sealed=use_named(known.use).sealed)


def produce(
    catalog: Catalog,
    listing: Listing,
    grants: Sequence[Grant],
    recipe: Recipe,
    runner: Runner,
    store: Store = "kept",
    progress: Callable[[Progress], None] = lambda state: None,
    screening: Sequence[Path] = (),
    said: Statements = NOTHING_STATED,
) -> Produced:
    """Bring the data set up to date with the inputs, the grants and the recipe.

    What is on a list of `screening` is quarantined: not looked at, not stored, never shown. The
    lists are asked about every source of the data set, also of earlier runs. `said` is what else
    the rights file says, with the names of people.

    May be killed at any moment; the next run goes on from what was committed. Raises
    `StorageError` when the disk is full and `DatasetError` when another run is writing.
    """
    if not listing.places and not listing.unlisted:
        raise UsageError("there is no footage in the inputs", hint="give files or folders")
    with catalog.writing():
        try:
            return _produce(
                catalog, listing, grants, recipe, runner, store, progress, screening, said
            )
        finally:
            clear(catalog.packs)  # what killed workers left


def _produce(
    catalog: Catalog,
    listing: Listing,
    grants: Sequence[Grant],
    recipe: Recipe,
    runner: Runner,
    store: Store,
    progress: Callable[[Progress], None],
    screening: Sequence[Path],
    said: Statements,
) -> Produced:
    check_whole(catalog.folder)
    policy = print_policy(catalog.folder)
    check_models(recipe.weights, use_named(catalog.use), policy)
    if catalog.seal is not None:
        Takedowns(catalog.folder).seal_looks(catalog.seal)
    screen = Screen(screening) if screening else None
    hidden = hide_names(catalog.folder, said)
    door = Door(
        catalog.use,
        grants,
        policy,
        screen,
        DenyList.of(catalog.folder),
        hidden,
        Ledger(catalog.folder).erased(),
    )
    keep_evidence(catalog.folder, grants, said)
    state = Progress(total=len(listing.places))
    catalog.add_fact_columns(recipe.facts)
    catalog.log("run", **about_run(recipe, store, len(screening)))
    recorder = Recorder(catalog)

    def hashed(count: int) -> None:
        state.done = count
        progress(state)

    work = plan(catalog, listing, door, recipe, store, hashed)
    catalog.put_places(work.places)
    catalog.forget_sources(work.outdated)
    recorder.settle(work.settled)
    catalog.put_sources([*work.redecided, *work.reopened])
    screened = _screen_earlier(catalog, screen, work, recipe, runner, recorder, state, progress)
    recorder.announce(work.assignments)
    tally = _visit(work, runner, recorder, state, progress)
    rejudged = judge_all(catalog, recipe)
    warnings = _repack(catalog, work, recipe, store, runner, recorder, state, progress)
    rows = catalog.rows("clips", columns=["media_pack", "thumbnail_pack"])
    sweep(catalog.packs.folder, {name for row in rows for name in row.values() if name})
    settled = catalog.rows("sources", columns=["source_id"], where=_SETTLED)
    forget_journals(catalog.packs.folder, {row["source_id"] for row in settled})
    warnings += [str(item) for item in listing.unlisted]
    warnings += work.problems
    warnings += [f"{path}: not screened: {why}" for path, why in screened.unasked.items()]
    produced = Produced(
        visited=len(work.assignments),
        unchanged=work.unchanged,
        refused=sum(row["status"] == "refused" for row in work.settled) + int(tally["refused"]),
        set_aside=state.set_aside
        + sum(row["status"] != "refused" for row in work.settled)
        + screened.quarantined,
        footage_seconds=state.footage_seconds,
        wall_seconds=time.monotonic() - state.started,
        cpu_seconds=tally["cpu"],
        decoded_share=tally["decoded"] / tally["frames"] if tally["frames"] else None,
        copies=len(work.places) - len(work.found),
        elsewhere=_elsewhere(catalog, work),
        unscreened=len(screened.unasked),
        rejudged=rejudged,
        warnings=tuple(warnings),
    )
    enter_run(catalog, policy)
    catalog.log("done", **{k: v for k, v in vars(produced).items() if k != "warnings"})
    catalog.tidy()
    return produced


def _screen_earlier(
    catalog: Catalog,
    screen: Screen | None,
    work: Plan,
    recipe: Recipe,
    runner: Runner,
    recorder: Recorder,
    state: Progress,
    progress: Callable[[Progress], None],
) -> Screened:
    """Hold the sources that are not among these inputs against the lists, if there are any."""
    if screen is None:
        return Screened()

    def moved(done: int, total: int) -> None:
        state.phase, state.done, state.total = "screening", done, total
        progress(state)

    return Earlier(catalog, screen, recorder, work.found).ask(recipe, runner, moved)


def _visit(
    work: Plan,
    runner: Runner,
    recorder: Recorder,
    state: Progress,
    progress: Callable[[Progress], None],
) -> dict[str, float]:
    tally = {"cpu": 0.0, "decoded": 0.0, "frames": 0.0, "refused": 0.0}
    state.phase, state.done, state.total = "visiting", 0, len(work.assignments)
    state.started = time.monotonic()
    state.bytes_total = sum(assignment.size for assignment in work.assignments)
    finished = 0
    progress(state)

    def moved(at_hand: float) -> None:
        state.bytes_done = finished + at_hand
        progress(state)

    results = runner.run(work.assignments, moved)
    try:
        for visited in results:
            recorder.add(visited)
            source = visited.source
            state.done += 1
            finished += source["bytes"]
            state.bytes_done = finished
            state.set_aside += source["status"] not in ("done", "refused")
            state.footage_seconds += source.get("duration") or 0.0
            state.kept += sum(bool(row["kept"]) for row in visited.clips)
            state.dropped += sum(not row["kept"] for row in visited.clips)
            tally["refused"] += source["status"] == "refused"
            tally["cpu"] += source.get("cpu_seconds") or 0.0  # a dead worker told nothing
            tally["decoded"] += source.get("decoded_frames") or 0
            tally["frames"] += source.get("frames") or 0
            progress(state)
    finally:
        results.close()
        recorder.flush()  # also on Ctrl-C: what is through is not lost
    return tally


def _repack(
    catalog: Catalog,
    work: Plan,
    recipe: Recipe,
    store: Store,
    runner: Runner,
    recorder: Recorder,
    state: Progress,
    progress: Callable[[Progress], None],
) -> list[str]:
    """Pack the sources anew whose packs are not what the verdicts ask for."""
    stale = _stale_packs(catalog, recipe, store)
    assignments = repacking(catalog, recipe, store, stale, work.found)
    state.phase, state.done, state.total = "packing", 0, len(assignments)
    warnings = []
    results = runner.run(assignments)
    try:
        for visited in results:
            state.done += 1
            progress(state)
            if visited.source["status"] == "done":
                recorder.add(visited)
            else:
                # Its facts and old packs stand: the source itself is not where it was.
                path, reason = visited.source["path"], visited.source["reason"]
                warnings.append(f"{path}: its clips could not be packed anew: {reason}")
    finally:
        results.close()
        recorder.flush()
    return warnings


def _elsewhere(catalog: Catalog, work: Plan) -> int:
    done = catalog.rows("sources", columns=["source_id"], where="status = 'done'")
    return sum(row["source_id"] not in work.found for row in done)


def _stale_packs(catalog: Catalog, recipe: Recipe, store: Store) -> set[str]:
    clips: dict[str, list[dict[str, Any]]] = {}
    columns = ["source_id", "clip_id", "kept", "rule", "measured", "start_tick"]
    columns += ["start_frame", "frames", "short_side"]
    columns += [rule.fact for rule in recipe.rules if rule.safety]
    for row in catalog.rows("clips", columns=list(dict.fromkeys(columns))):
        clips.setdefault(row["source_id"], []).append(row)
    stale = set()
    for row in catalog.rows("sources", columns=["source_id", "packed"], where="status = 'done'"):
        rows = sorted(clips.get(row["source_id"], ()), key=lambda clip: clip["start_tick"])
        if row["packed"] != pack_fingerprint(rows, recipe, store):
            stale.add(row["source_id"])
    return stale
