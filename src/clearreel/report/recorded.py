"""The rights of a clip as its data set recorded them, to be asked about again."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any

from clearreel.core.errors import DatasetError
from clearreel.core.identity import source_id
from clearreel.core.span import Span
from clearreel.production.rights import policy_of
from clearreel.rights.clips import decide_clip
from clearreel.rights.explanation import Explanation
from clearreel.rights.findings import Finding, finding_from_json
from clearreel.rights.grants import Grant, grant_from_json
from clearreel.rights.uses import Intent, use_named
from clearreel.rights.world import Clip, Discharge, Piece, Source, Stream, World
from clearreel.stores.catalog import Catalog
from clearreel.stores.evidence import EvidenceStore, State

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """A piece of evidence that a decision names, and whether the data set still has it."""

    sha256: str
    name: str
    """As the rights file named it."""
    state: State


class Recorded:
    """What a data set recorded about rights."""

    def __init__(self, catalog: Catalog, at: datetime) -> None:
        self._catalog = catalog
        self._at = at
        self._store = EvidenceStore(catalog.folder)
        self._states: dict[str, State] = {}
        self._places: dict[str, list[str]] = defaultdict(list)
        for row in catalog.rows("places", columns=["source_id", "path"]):
            self._places[row["source_id"]].append(row["path"])
        self.use = use_named(catalog.use)
        self.policy = policy_of(catalog.folder)
        self.sources: dict[str, Row] = {row["source_id"]: row for row in catalog.rows("sources")}

    def findings(self, source: str) -> tuple[Finding, ...]:
        """What was found about a source when it was decided."""
        return self._decision(source).findings

    def grants(self, source: str) -> tuple[Grant, ...]:
        """The grants that were judged; none where an earlier version did not record them."""
        return self._decision(source).grants

    def evidence(self, source: str) -> list[Kept]:
        """The evidence files that its grants rest on."""
        return [
            Kept(grant.evidence_sha256, grant.evidence, self._state(grant.evidence_sha256))
            for grant in self.grants(source)
            if grant.evidence_sha256
        ]

    def explain(self, clip: Row) -> tuple[Explanation, ...]:
        """The seven rules for a clip as of now, for each activity of the data set's use."""
        return tuple(decide_clip(self._world(clip, intent)) for intent in self.use.intents)

    def _world(self, clip: Row, intent: Intent) -> World:
        name = clip["source_id"]
        row = self.sources[name]
        base = Fraction(clip["time_base"])
        span = Span(clip["start_tick"], clip["end_tick"], base)
        whole = (Piece(span, name, span.seconds[0]),)
        streams = [Stream("video", span, whole)]
        if row["audio"]:
            streams.append(Stream("audio", span, whole))
        grants = self.grants(name)
        credited = grants if row["attribution"] else ()  # every export writes it
        return World(
            clip=Clip(clip["clip_id"], tuple(streams)),
            intent=intent,
            at=self._at,
            policy=self.policy,
            sources=(
                Source(
                    name,
                    verified=bool(row["sha256"]) and source_id(row["sha256"]) == name,
                    places=tuple(sorted(self._places[name])) or (row["path"],),
                    brought_by="whoever ran clearreel on the file",
                ),
            ),
            grants=grants,
            discharged=frozenset(Discharge(grant.id, "attribution") for grant in credited),
        )

    def _state(self, sha256: str) -> State:
        if sha256 not in self._states:
            self._states[sha256] = self._store.state(sha256)
        return self._states[sha256]

    def _decision(self, source: str) -> _Decision:
        try:
            return _read(self.sources[source]["decision"] or "{}")
        except (KeyError, TypeError, ValueError) as error:
            raise DatasetError(
                f"the recorded decision on source {source} is damaged: {error!r}",
                hint="run the same command again: it decides anew",
            ) from error


@dataclass(frozen=True, slots=True)
class _Decision:
    findings: tuple[Finding, ...]
    grants: tuple[Grant, ...]


@lru_cache(maxsize=1024)  # many sources have the same grants, and so the same text
def _read(text: str) -> _Decision:
    decision = json.loads(text)
    return _Decision(
        tuple(map(finding_from_json, decision.get("findings", ()))),
        tuple(grant_from_json(grant, grant["folder"]) for grant in decision.get("given", ())),
    )
