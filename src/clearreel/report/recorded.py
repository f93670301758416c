"""The rights of a clip as its data set recorded them, to be asked about again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from clearreel.core.identity import source_id
from clearreel.core.span import Span
from clearreel.production.captions import origins_of_clip
from clearreel.production.models import model_parents, used_models
from clearreel.production.recorded import Kept, KeptEvidence, places_of, recorded_decision
from clearreel.production.rights import policy_of
from clearreel.rights.clips import decide_clip
from clearreel.rights.explanation import Exhibit, Explanation
from clearreel.rights.finding import Finding
from clearreel.rights.findings import Asked, judge_grant
from clearreel.rights.grants import Grant
from clearreel.rights.origins import Origin, objections
from clearreel.rights.parent import tree
from clearreel.rights.parents import judge_parent
from clearreel.rights.people import PeopleShown
from clearreel.rights.signals.heard import Heard
from clearreel.rights.uses import Intent, use_named
from clearreel.rights.world import Clip, Discharge, Piece, Source, Stream, Takedown, World
from clearreel.stores.catalog import Catalog
from clearreel.stores.takedowns import DenyList, lies_at

Row = Mapping[str, Any]

_GRANTED = 2
"""The rule that asks for evidence."""


@dataclass(frozen=True, slots=True)
class Caption:
    """Who wrote something that lies beside a clip's source."""

    origin: str
    """For a person: the sidecar, who wrote it, and who says so."""
    carried: bool
    """Whether the clip carries any of it."""
    objections: tuple[str, ...]
    """Why it may not be used; empty where it may."""

    def __str__(self) -> str:
        if self.objections and not self.carried:
            return f"captions left out of {'; '.join(self.objections)} ({self.origin})"
        return f"captions of {self.origin}"


class Recorded:
    """What a data set recorded about rights."""

    def __init__(self, catalog: Catalog, at: datetime) -> None:
        self._at = at
        self._evidence = KeptEvidence(catalog)
        self._places = places_of(catalog)
        self.use = use_named(catalog.use)
        self.policy = policy_of(catalog.folder)
        self._models = model_parents(used_models(catalog), self.policy)
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
        acquired_at = recorded_decision(self.sources[source]).acquired_at
        asked = Asked(self.use, self._at, self.policy, acquired_at=acquired_at)
        return tuple(judge_grant(grant, asked) for grant in grants)

    def grants(self, source: str) -> tuple[Grant, ...]:
        """The grants that were judged; none where an earlier version did not record them."""
        return recorded_decision(self.sources[source]).grants

    def evidence(self, source: str) -> list[Kept]:
        """The evidence files that it rests on."""
        return self._evidence.of(recorded_decision(self.sources[source]))

    def heard(self, source: str) -> Heard | None:
        """All that was said about it when it was acquired; None where nothing was listened to."""
        return recorded_decision(self.sources[source]).heard

    def people(self, source: str) -> PeopleShown:
        """What was said of the people shown."""
        return recorded_decision(self.sources[source]).people

    def origins(self, clip: Row) -> tuple[Origin, ...]:
        """Who wrote the captions that a clip carries."""
        return origins_of_clip(clip, recorded_decision(self.sources[clip["source_id"]]).captions)

    def written_beside(self, source: str) -> tuple[Origin, ...]:
        """Who wrote the captions beside a source, what was left out included."""
        return recorded_decision(self.sources[source]).captions

    def captions(self, clip: Row) -> tuple[Caption, ...]:
        """Who wrote the captions that a clip carries, or that were left out beside its source."""
        origins = recorded_decision(self.sources[clip["source_id"]]).captions
        carried = self.origins(clip)
        found = [
            Caption(str(one), one in carried, objections([one], self.use, self.policy))
            for one in dict.fromkeys((*carried, *origins))
        ]
        return tuple(caption for caption in found if caption.carried or caption.objections)

    def explain(self, clip: Row) -> tuple[Explanation, ...]:
        """The seven rules for a clip as of now, for each activity of the data set's use.

        Evidence that is missing, or is another by now, speaks against it, as it does in exports.
        """
        source = clip["source_id"]
        lost = [kept for kept in self.evidence(source) if kept.state != "kept"]
        against = [Exhibit(False, source, str(kept), sha256=kept.sha256) for kept in lost]
        return tuple(
            _with(decide_clip(self._world(clip, intent)), against) for intent in self.use.intents
        )

    def _world(self, clip: Row, intent: Intent) -> World:
        name = clip["source_id"]
        row = self.sources[name]
        base = Fraction(clip["time_base"])
        span = Span(clip["start_tick"], clip["end_tick"], base)
        whole = (Piece(span, name, span.seconds[0]),)
        streams = [Stream("video", span, whole)]
        if row["audio"]:
            streams.append(Stream("audio", span, whole))
        decided = recorded_decision(row)
        grants, heard = decided.grants, decided.heard
        parents = [p for origin in self.origins(clip) for p in origin.parents(self.policy)]
        given = (row["attribution"] or "").split("; ")  # every export writes it
        parents_credited = [
            parent.name
            for parent in tree(parents)
            if judge_parent(parent, intent, self.policy).attribution in given
        ]
        places = tuple(sorted(self._places.get(name, {row["path"]})))
        credited = [grant.id for grant in grants] if row["attribution"] else []
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
                    addresses=heard.addresses if heard else (),
                ),
            ),
            grants=grants,
            takedowns=self._takedowns(name, places),
            parents=(*self._models, *parents),
            discharged=frozenset(
                Discharge(of, "attribution") for of in (*credited, *parents_credited)
            ),
            people=decided.people.seen(span.seconds),
            consents=decided.people.consenting(span.seconds),
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


def _with(explained: Explanation, against: Sequence[Exhibit]) -> Explanation:
    """The same with what speaks against the evidence that the grants rest on."""
    outcomes = [
        replace(outcome, exhibits=tuple(sorted({*outcome.exhibits, *against})))
        if outcome.rule == _GRANTED
        else outcome
        for outcome in explained.outcomes
    ]
    return replace(explained, outcomes=tuple(outcomes))
