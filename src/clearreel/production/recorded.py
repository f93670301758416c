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
from clearreel.production.known import Known
from clearreel.production.rights import decide_everywhere, policy_of
from clearreel.rights.clearance import clearance
from clearreel.rights.findings import Finding, finding_from_json
from clearreel.rights.grants import Grant, grant_from_json
from clearreel.rights.signals.heard import VERSION, Heard, heard_from_json
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

    def of(self, grants: Iterable[Grant]) -> list[Kept]:
        """The evidence files that these grants rest on."""
        return [
            Kept(grant.evidence_sha256, grant.evidence, self._state(grant.evidence_sha256))
            for grant in grants
            if grant.evidence_sha256
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

    Asked are the takedowns, the recorded grants, the policy as it is now, and the evidence that was
    kept.
    """
    denied = DenyList.of(catalog.folder)
    policy, places, evidence = policy_of(catalog.folder), places_of(catalog), KeptEvidence(catalog)
    found = {}
    for source in sources:
        name, recorded = source["source_id"], recorded_decision(source)
        grants, acquired_at = recorded.grants, recorded.acquired_at
        paths = sorted(places.get(name, {source["path"]}))
        decision = decide_everywhere(
            paths, grants, catalog.use, at, policy, acquired_at=acquired_at
        )
        reasons = [refusal] if (refusal := denied.refusal(name, paths)) else []
        reasons += [str(kept) for kept in evidence.of(grants) if kept.state != "kept"]
        if not grants:
            reasons.append(UNRECORDED)
        elif not decision.permitted:
            reasons.append(decision.reason)
        if reasons:
            found[name] = f"not permitted any more: {'; '.join(reasons)}"
    return found


def lapsed_clips(catalog: Catalog, sources: Iterable[Row], at: datetime) -> dict[str, str]:
    """The kept clips whose stretch of a source is not permitted any more: clip id → reason.

    Only of sources with grants about stretches; for the others `lapsed` says all.
    """
    policy, places = policy_of(catalog.folder), places_of(catalog)
    found = {}
    for source in sources:
        name = source["source_id"]
        paths = sorted(places.get(name, {source["path"]}))
        recorded = recorded_decision(source)
        known = clearance(
            paths, recorded.grants, catalog.use, at, policy, acquired_at=recorded.acquired_at
        )
        if known is not None:
            for row in catalog.rows("clips", where=f"kept and source_id = '{name}'"):
                base = Fraction(row["time_base"])
                decision = known.decide((row["start_tick"] * base, row["end_tick"] * base))
                if not decision.permitted:
                    found[row["clip_id"]] = f"not permitted any more: {decision.reason}"
    return found
