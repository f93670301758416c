"""What a data set recorded of the decision on a source, read again, and whether it still holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any

from clearreel.core.errors import DatasetError
from clearreel.production import hearing
from clearreel.production.captions import origins_of_clip, recorded_origins
from clearreel.production.known import Known
from clearreel.production.rights import decide_everywhere, policy_of
from clearreel.rights.clearance import clearance
from clearreel.rights.finding import Finding, finding_from_json
from clearreel.rights.grants import Grant, grant_from_json
from clearreel.rights.origins import Origin, objections
from clearreel.rights.people import NOBODY_SAID, PeopleShown, people_from_json
from clearreel.rights.signals.heard import VERSION, Heard, heard_from_json
from clearreel.rights.uses import use_named
from clearreel.stores.catalog import Catalog
from clearreel.stores.evidence import EvidenceStore, State
from clearreel.stores.takedowns import DenyList

Row = Mapping[str, Any]

UNRECORDED = "its grants were not recorded; run the same command again"


@dataclass(frozen=True, slots=True)
class RecordedDecision:
    """What was found about a source, and the grants that were judged."""

    findings: tuple[Finding, ...]
    grants: tuple[Grant, ...]
    """None where an earlier version did not record them."""
    heard: Heard | None
    """None where nothing was listened to, as for a source that no grant permits."""
    people: PeopleShown
    """What was said of the people shown."""
    captions: tuple[Origin, ...]
    """Who wrote what lay beside it, what was left out included."""

    @property
    def acquired_at(self) -> datetime | None:
        """When the footage was, where that is known."""
        return self.heard.acquired_at if self.heard else None


def recorded_decision(source: Row) -> RecordedDecision:
    """What the source's row says. Raises `DatasetError` when it is damaged."""
    try:
        return _read(source["decision"] or "{}")
    except (KeyError, TypeError, ValueError) as error:
        raise DatasetError(
            f"the recorded decision on source {source['source_id']} is damaged: {error!r}",
            hint="run the same command again: it decides anew",
        ) from error


@lru_cache(maxsize=1024)  # many sources have the same grants, and so the same text
def _read(text: str) -> RecordedDecision:
    decision = json.loads(text)
    heard = decision.get("heard")
    return RecordedDecision(
        tuple(map(finding_from_json, decision.get("findings", ()))),
        tuple(grant_from_json(grant, grant["folder"]) for grant in decision.get("given", ())),
        heard_from_json(heard) if heard and heard["version"] == VERSION else None,
        people_from_json(decision["people"]) if "people" in decision else NOBODY_SAID,
        recorded_origins(decision),
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """A piece of evidence that a decision names, and whether the data set still has it."""

    sha256: str
    name: str
    """As the rights file named it."""
    state: State

    def __str__(self) -> str:
        return f"the evidence {self.name} ({self.sha256[:16]}) is {self.state} in the data set"


class KeptEvidence:
    """The evidence of a data set; each file is hashed once."""

    def __init__(self, catalog: Catalog) -> None:
        self._store = EvidenceStore(catalog.folder)
        self._states: dict[str, State] = {}

    def of(self, decision: RecordedDecision) -> list[Kept]:
        """The evidence files that grants, and what is said of captions and people, rest on."""
        rests: Iterable[Grant | Origin] = (*decision.grants, *decision.captions)
        named = [(one.evidence_sha256, one.evidence) for one in rests]
        named += [(one.consent.evidence_sha256, "of a consent") for one in decision.people.consents]
        return [
            Kept(sha256, name, self._state(sha256))
            for sha256, name in dict.fromkeys(named)
            if sha256
        ]

    def _state(self, sha256: str) -> State:
        if sha256 not in self._states:
            self._states[sha256] = self._store.state(sha256)
        return self._states[sha256]


def places_of(catalog: Known) -> dict[str, set[str]]:
    """Where the bytes of each source were found, by its id."""
    places: dict[str, set[str]] = {}
    for row in catalog.rows("places", columns=["source_id", "path"]):
        places.setdefault(row["source_id"], set()).add(row["path"])
    return places


def lapsed(catalog: Catalog, sources: Iterable[Row], at: datetime) -> dict[str, str]:
    """The sources that were permitted and are not any more at the time `at`: id → reason.

    Asked are the takedowns, the recorded grants, what was heard, the policy as it is now, and the
    evidence that was kept.
    """
    denied = DenyList.of(catalog.folder)
    policy, places, evidence = policy_of(catalog.folder), places_of(catalog), KeptEvidence(catalog)
    found = {}
    for source in sources:
        name, known = source["source_id"], recorded_decision(source)
        paths = sorted(places.get(name, {source["path"]}))
        decision = decide_everywhere(
            paths,
            known.grants,
            catalog.use,
            at,
            policy,
            known.people,
            acquired_at=known.acquired_at,
        )
        reasons = [refusal] if (refusal := denied.refusal(name, paths)) else []
        reasons += [str(kept) for kept in evidence.of(known) if kept.state != "kept"]
        if known.heard is not None:
            said = hearing.objections(known.heard, catalog.use, at, policy)
            reasons += [found.reason for found in said]
        if not known.grants:
            reasons.append(UNRECORDED)
        elif not decision.permitted:
            reasons.append(decision.reason)
        if reasons:
            found[name] = f"not permitted any more: {'; '.join(reasons)}"
    return found


def lapsed_clips(catalog: Catalog, sources: Iterable[Row], at: datetime) -> dict[str, str]:
    """The kept clips that are not permitted any more in a source that is: clip id → reason.

    Because of their stretch, where grants or what is said of people speak of stretches, or because
    of who wrote their captions.
    """
    policy, places, use = policy_of(catalog.folder), places_of(catalog), use_named(catalog.use)
    carried = _origin_ids(catalog)
    found = {}
    for source in sources:
        name, decided = source["source_id"], recorded_decision(source)
        paths = sorted(places.get(name, {source["path"]}))
        known = clearance(
            paths,
            decided.grants,
            use.name,
            at,
            policy,
            decided.people,
            acquired_at=decided.acquired_at,
        )
        recorded = carried.get(name, set()) <= {origin.id for origin in decided.captions}
        accepted = policy.takes_unsaid and not objections(decided.captions, use, policy)
        if known is None and recorded and accepted:
            continue
        for row in catalog.rows("clips", where=f"kept and source_id = '{name}'"):
            origins = origins_of_clip(row, decided.captions)
            reasons = list(objections(origins, use, policy))
            if known is not None:
                base = Fraction(row["time_base"])
                decision = known.decide((row["start_tick"] * base, row["end_tick"] * base))
                reasons += [] if decision.permitted else [decision.reason]
            if reasons:
                found[row["clip_id"]] = f"not permitted any more: {'; '.join(reasons)}"
    return found


def _origin_ids(catalog: Catalog) -> dict[str, set[str]]:
    """Ids of who wrote what the kept clips of each source carry, by its id."""
    found: dict[str, set[str]] = {}
    if "caption_origins" in catalog.columns("clips"):
        columns = ["source_id", "caption_origins"]
        where = "kept AND array_length(caption_origins) > 0"
        for row in catalog.rows("clips", columns=columns, where=where):
            found.setdefault(row["source_id"], set()).update(row["caption_origins"])
    return found
