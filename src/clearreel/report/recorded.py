"""The rights of a clip as its data set recorded them, to be asked about again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from clearreel.core.identity import source_id
from clearreel.core.span import Span
from clearreel.production.models import model_parents
from clearreel.production.recorded import Kept, KeptEvidence, places_of, recorded_decision
from clearreel.production.rights import policy_of
from clearreel.report.history import read_history
from clearreel.rights.clips import decide_clip
from clearreel.rights.explanation import Explanation
from clearreel.rights.findings import Asked, Finding, judge_grant
from clearreel.rights.grants import Grant
from clearreel.rights.uses import Intent, use_named
from clearreel.rights.world import Clip, Discharge, Piece, Source, Stream, Takedown, World
from clearreel.stores.catalog import Catalog
from clearreel.stores.takedowns import DenyList, lies_at

Row = Mapping[str, Any]


class Recorded:
    """What a data set recorded about rights."""

    def __init__(self, catalog: Catalog, at: datetime) -> None:
        self._at = at
        self._evidence = KeptEvidence(catalog)
        self._places = places_of(catalog)
        self.use = use_named(catalog.use)
        self.policy = policy_of(catalog.folder)
        run = read_history(catalog).last
        self._models = model_parents(run.weights if run else (), self.policy)
        self._denied = DenyList.of(catalog.folder)
        self.sources: dict[str, Row] = {row["source_id"]: row for row in catalog.rows("sources")}

    def findings(self, source: str) -> tuple[Finding, ...]:
        """What was found about a source when it was decided."""
        return recorded_decision(self.sources[source]).findings

    def judged(self, source: str) -> tuple[Finding, ...]:
        """What each grant means for the use, one that speaks of some stretches only included."""
        grants = self.grants(source)
        if all(grant.intervals is None for grant in grants):
            return self.findings(source)
        asked = Asked(self.use, self._at)
        return tuple(judge_grant(grant, asked) for grant in grants)

    def grants(self, source: str) -> tuple[Grant, ...]:
        """The grants that were judged; none where an earlier version did not record them."""
        return recorded_decision(self.sources[source]).grants

    def evidence(self, source: str) -> list[Kept]:
        """The evidence files that its grants rest on."""
        return self._evidence.of(self.grants(source))

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
        grants, heard = self.grants(name), recorded_decision(row).heard
        places = tuple(sorted(self._places.get(name, {row["path"]})))
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
                    places=places,
                    signals=heard.signals if heard else (),
                    fetch=heard.fetch if heard else None,
                    brought_by="whoever ran clearreel on the file",
                    acquired_at=heard.acquired_at if heard else None,
                ),
            ),
            grants=grants,
            takedowns=self._takedowns(name, places),
            parents=self._models,
            discharged=frozenset(Discharge(grant.id, "attribution") for grant in credited),
        )

    def _takedowns(self, name: str, places: tuple[str, ...]) -> tuple[Takedown, ...]:
        """Every takedown; one that denies an address names the sources that lie there."""
        return tuple(
            Takedown(
                one.id,
                frozenset(one.sources)
                | {name for address in one.addresses if any(lies_at(p, address) for p in places)},
                frozenset(one.alike),
            )
            for one in self._denied.takedowns
        )
