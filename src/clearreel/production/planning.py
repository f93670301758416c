"""Compare what is asked for with what the catalog already has: what is left is the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clearreel.core.errors import SourceError
from clearreel.core.identity import fingerprint, source_id
from clearreel.production.admitting import Answer, Door
from clearreel.production.erased import names_are_back
from clearreel.production.known import Known, hashed_places, work_of
from clearreel.production.recorded import places_of
from clearreel.production.rights import RIGHTS_COLUMNS
from clearreel.recipes.recipe import Recipe
from clearreel.recipes.rules import judge
from clearreel.sources.hashing import Hashed, hash_place, in_threads
from clearreel.sources.place import Listing, Place
from clearreel.sources.sidecar_reader import SidecarReader
from clearreel.sources.sidecars import Sidecar
from clearreel.stores.catalog import Catalog
from clearreel.stores.clock import now
from clearreel.stores.schema import path_text
from clearreel.visit.assignment import Assignment, Lists, Previous, Store
from clearreel.visit.visiting import stale_measures

Row = dict[str, Any]


@dataclass
class Plan:
    """What a run will do."""

    assignments: list[Assignment] = field(default_factory=list)
    settled: list[Row] = field(default_factory=list)
    """Rows of sources that need no visit: refused, or not readable."""
    places: list[Row] = field(default_factory=list)
    found: dict[str, Path] = field(default_factory=dict)
    """Where each source of this run lies, by its id."""
    outdated: list[str] = field(default_factory=list)
    """Ids of places that could not be read before and now can: their bytes have got a name."""
    problems: list[str] = field(default_factory=list)
    """What is wrong with tables of captions, and which captions are left out, for a person."""
    redecided: list[Row] = field(default_factory=list)
    """Rows of sources for which nothing is to be done but to write down on what they rest now."""
    reopened: list[Row] = field(default_factory=list)
    """Rows of sources that are worked on from the beginning: they are not done any more."""
    unchanged: int = 0
    """Sources that are done already."""


@dataclass(frozen=True)
class _Source:
    """One content, with all the places of this run where it was found."""

    hashed: Hashed
    places: tuple[Place, ...]


@dataclass(frozen=True)
class _Asked:
    """What is wanted of a source that may be used."""

    answer: Answer
    screening: Lists | None
    sidecar: Sidecar | None
    recipe: Recipe
    store: Store
    look_first: bool
    """Whether footage is denied by how it looks, so that this has to be asked first."""

    @property
    def stretches(self) -> str:
        """The fingerprint of what is to be asked about clips; empty for nothing."""
        return self.answer.clearance.fingerprint if self.answer.clearance else ""


def plan(
    catalog: Known,
    listing: Listing,
    door: Door,
    recipe: Recipe,
    store: Store,
    hashed: Callable[[int], None] = lambda count: None,
) -> Plan:
    """Everything that has to be done for `listing`. Nothing is written.

    Files are hashed by threads, those that size, time and inode say are unchanged not again;
    `hashed` is told how many are through.
    """
    result = Plan()
    sources = _identify(catalog, listing, result, hashed)
    before = {row["source_id"]: row for row in catalog.rows("sources")}
    result.outdated = [name for row in result.places if (name := _nameless(row["path"])) in before]
    elsewhere = places_of(catalog)
    sidecars = SidecarReader()
    left_out, renamed = [], []
    for name, source in sources.items():
        known = before.get(name)
        here = [place.path for place in source.places]
        paths = {path_text(path) for path in here} | elsewhere.get(name, set())
        answer = door.ask(source.hashed.sha256, paths, known, here)
        if known is not None and known["status"] == "quarantined":
            result.unchanged += 1  # whoever put it there is the one to take it out
        elif answer.status:
            _set_aside(name, source, answer, known, result)
        else:
            first = source.places[0]
            beside = sidecars.read(first)
            answer, sidecar = door.ask_captions(answer, beside, path_text(first.path))
            left_out.append(answer.left_out)
            renamed.append(answer.renamed)
            asked = _Asked(answer, door.lists, sidecar, recipe, store, door.denied.has_looks)
            _plan_source(catalog, name, source, asked, known, result)
    told = door.tell_left_out(left_out)
    result.problems = [*sidecars.problems, *told, *names_are_back(renamed)]
    return result


def _identify(
    catalog: Known, listing: Listing, result: Plan, hashed: Callable[[int], None]
) -> dict[str, _Source]:
    known = hashed_places(catalog)
    found: dict[str, list[tuple[Hashed, Place]]] = {}

    def read(place: Place) -> Hashed | SourceError:
        try:
            return hash_place(place, known)
        except SourceError as error:
            return error

    with closing(in_threads(read, listing.places)) as outcomes:
        for number, (place, outcome) in enumerate(zip(listing.places, outcomes, strict=True), 1):
            if isinstance(outcome, SourceError):
                result.settled.append(_without_bytes(place, outcome))
            else:
                found.setdefault(source_id(outcome.sha256), []).append((outcome, place))
                result.places.append(_place_row(place, outcome))
            hashed(number)
    result.found = {name: pairs[0][1].path for name, pairs in found.items()}
    return {
        name: _Source(pairs[0][0], tuple(place for _, place in pairs))
        for name, pairs in found.items()
    }


def _plan_source(
    catalog: Known,
    name: str,
    source: _Source,
    asked: _Asked,
    before: Row | None,
    result: Plan,
) -> None:
    previous = None
    if before is not None and before["status"] in ("done", "unreadable"):
        if not _is_stale(catalog, before, asked):
            _keep(before, asked.answer.rights, result)
            return
        done = work_of(before)
        if before["status"] == "done" and done.get("clearance", "") == asked.stretches:
            clips = catalog.rows("clips", where=f"source_id = '{name}'")
            clips.sort(key=lambda row: row["start_tick"])
            previous = Previous(before, tuple(clips))
        elif before["status"] == "done":
            result.reopened.append({**before, "status": "started"})
    result.assignments.append(
        Assignment(
            source_id=name,
            sha256=source.hashed.sha256,
            path=source.places[0].path,
            size=source.hashed.size,
            mtime_ns=source.hashed.mtime_ns,
            recipe=asked.recipe,
            packs=catalog.packs,
            store=asked.store,
            rights=asked.answer.rights,
            clearance=asked.answer.clearance,
            screening=asked.screening,
            sidecar=asked.sidecar,
            previous=previous,
            denied=catalog.folder if asked.look_first else None,
        )
    )


def _keep(before: Row, rights: Mapping[str, str], result: Plan) -> None:
    """Leave a source as it is, but for what its decision rests on."""
    result.unchanged += 1
    if before["decision"] != rights["decision"]:
        result.redecided.append({**before, **rights})


def _is_stale(catalog: Known, before: Row, asked: _Asked) -> bool:
    """Whether anything that needs the source is still to be done."""
    recipe = asked.recipe
    sidecar = asked.sidecar.fingerprint if asked.sidecar else ""
    done = work_of(before)
    if done.get("clips") != recipe.clip_fingerprint or stale_measures(recipe, done):
        return True
    if before["status"] == "unreadable":
        return False
    rights = asked.answer.rights
    if any(before[key] != value for key, value in rights.items() if key != "decision"):
        return True
    if done.get("sidecar", "") != sidecar or done.get("clearance", "") != asked.stretches:
        return True
    if asked.screening and done.get("screening") != asked.screening.fingerprint:
        return True
    return done.get("gates") != recipe.gate_fingerprint and _gate_opens(catalog, before, recipe)


def _gate_opens(catalog: Known, before: Row, recipe: Recipe) -> bool:
    """Whether changed gates let in clips that were never measured."""
    unmeasured = catalog.rows(
        "clips",
        where=f"source_id = '{before['source_id']}' AND NOT measured AND rule != 'length'",
    )
    return any(judge(row, recipe.gates).kept for row in unmeasured)


def repacking(
    catalog: Catalog, recipe: Recipe, store: Store, stale: Iterable[str], found: Mapping[str, Path]
) -> list[Assignment]:
    """Assignments to pack these sources anew, with the clips and verdicts of the catalog.

    `found` says where the sources of this run lie; others are looked for where they were.
    """
    assignments = []
    places = {row["source_id"]: row for row in catalog.rows("places")}
    for row in catalog.rows("sources", where="status = 'done'"):
        if row["source_id"] in stale:
            clips = catalog.rows("clips", where=f"source_id = '{row['source_id']}'")
            clips.sort(key=lambda clip: clip["start_tick"])
            rights = {key: row[key] for key in RIGHTS_COLUMNS}
            place = places.get(row["source_id"])  # none: other bytes are now in every place
            assignments.append(
                Assignment(
                    source_id=row["source_id"],
                    sha256=row["sha256"],
                    path=found.get(row["source_id"], Path(place["path"] if place else row["path"])),
                    size=row["bytes"],
                    mtime_ns=place["mtime_ns"] if place else 0,
                    recipe=recipe,
                    packs=catalog.packs,
                    store=store,
                    rights=rights,
                    previous=Previous(row, tuple(clips)),
                    examine=False,
                )
            )
    return assignments


def _place_row(place: Place, hashed: Hashed) -> Row:
    return {
        "path": path_text(place.path),
        "relative": place.relative,
        "source_id": source_id(hashed.sha256),
        "sha256": hashed.sha256,
        "bytes": hashed.size,
        "mtime_ns": hashed.mtime_ns,
        "inode": hashed.inode,
    }


def _set_aside(
    name: str, source: _Source, answer: Answer, before: Row | None, result: Plan
) -> None:
    """Settle a source without a visit."""
    outcome = answer.status, answer.reason
    if before is not None and (before["status"], before["reason"]) == outcome:
        _keep(before, answer.rights, result)
        return
    result.settled.append(
        {
            "source_id": name,
            "sha256": source.hashed.sha256,
            "path": path_text(source.places[0].path),
            "status": answer.status,
            "reason": answer.reason,
            "bytes": source.hashed.size,
            "visited": now(),
            **answer.rights,
        }
    )


def _without_bytes(place: Place, error: SourceError) -> Row:
    """A source whose bytes cannot be read is named by its place."""
    return {
        "source_id": _nameless(path_text(place.path)),
        "sha256": "",
        "path": path_text(place.path),
        "status": "unreadable",
        "reason": error.message,
        "bytes": place.size,
        "visited": now(),
    }


def _nameless(path: str) -> str:
    """What stands for the id of a source whose bytes cannot be read."""
    return fingerprint("place", path)
