"""A second evaluator of the rules of rights, so that two have to agree.

It was written apart from `clearreel.rights`, without a look at its rules, from these texts alone:
`docs/decision.md`, `docs/rights.md`, `docs/signals.md`, notes on the standards, and the docstrings
of the plain data that a `World` is made of. It imports nothing else of rights. Where the texts were
silent and the two differed, `docs/decision.md` says since then what holds.

Its manner: one sweep along a line of events, which opens and closes what speaks of a stretch of
time, serves the gaps of a stream and the grants of a source alike. A licence is read as the *ways*
in which it can be taken up, each a set of licences that hold together: its disjunctive normal form.

It knows fewer words than the first: Creative Commons without its ports, five ODRL actions, and
patterns of `**`, `*` and `?` below a folder. What it does not know, it refuses.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

from clearreel.rights.grants import Grant
from clearreel.rights.layers import Layer, StreamKind
from clearreel.rights.parent import Parent
from clearreel.rights.signals.signal import Signal
from clearreel.rights.uses import Act, Intent
from clearreel.rights.world import Consent, Discharge, Source, World
from clearreel.testing.second_dates import begun, may_be_past, no_later, older, over
from clearreel.testing.second_licences import WORKS, Offer, Terms, ways_of
from clearreel.testing.second_words import has, in_scope, speaks_of, tree

Instant = Fraction | float
"""Seconds, exact; the only floats are the two infinities."""

_ASKED = -1
"""The label of what is asked about on a line of events. All others are numbers from 0 on."""

_FOUND_IN: dict[StreamKind, frozenset[Layer]] = {
    "video": frozenset({"footage", "performance", "likeness", "database"}),
    "audio": frozenset({"audio", "performance", "database"}),
}

_ODRL: dict[Act, str] = {
    "reproduce": "reproduce",
    "adapt": "derive",
    "distribute": "distribute",
    "commercial": "commercialize",
}
"""The ODRL action of each act. `use` comprises them all."""


def second_opinion(world: World) -> frozenset[int]:
    """The numbers of the rules in `docs/decision.md`, from 1 to 7, that refuse the clip of `world`.

    Empty: it is permitted.
    """
    case = _Case(world)
    return frozenset(number for number, holds in enumerate(_RULES, 1) if not holds(case))


class _Case:
    """A world, and what several rules ask of it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.intent = world.intent
        self.acts = _acts(world.intent)
        self.resting = [each for source in world.sources for each in self._resting(source)]
        """Each used moment of each layer that is demanded: the source, and who speaks of it."""

    def _resting(self, source: Source) -> Iterator[tuple[Source, list[Grant]]]:
        demanded = frozenset(self.world.policy.layers[self.intent.activity])
        taken: list[tuple[Instant, Instant, frozenset[Layer]]] = [
            (piece.at, piece.at + piece.span.duration, demanded & _FOUND_IN[stream.kind])
            for stream in self.world.clip.streams
            for piece in stream.pieces
            if piece.source == source.id and piece.span.duration
        ]
        for first, last, layers in taken or [(-math.inf, math.inf, demanded)]:
            # A source that lies nowhere is one that no grant speaks of.
            for place in source.places or ("",):
                if not any(in_scope(grant, place) for grant in self.world.grants):
                    yield source, []
                for layer in layers:
                    for grants in self._speaking(place, layer, first, last):
                        yield source, grants

    def _speaking(
        self, place: str, layer: Layer, first: Instant, last: Instant
    ) -> Iterator[list[Grant]]:
        """For each part of a stretch within which nothing changes: the grants that speak of it."""
        stretches = [(first, last, _ASKED)]
        for number, grant in enumerate(self.world.grants):
            if layer in grant.layers and in_scope(grant, place):
                whole = ((-math.inf, math.inf),)
                spoken = whole if grant.intervals is None else grant.intervals
                stretches += [(start, end, number) for start, end in spoken]
        for open_ in _sweep(stretches):
            if _ASKED in open_:
                yield [self.world.grants[number] for number in sorted(open_ - {_ASKED})]


def _covered(case: _Case) -> bool:
    """Rule 1."""
    for stream in case.world.clip.streams:
        stretches = [(*stream.span.seconds, _ASKED)]
        stretches += [(*piece.span.seconds, n) for n, piece in enumerate(stream.pieces)]
        if {_ASKED} in _sweep(stretches):
            return False
    streams, sources = case.world.clip.streams, case.world.sources
    known = {source.id for source in sources}
    return (
        any(stream.span.duration for stream in streams)
        and all(piece.source in known for stream in streams for piece in stream.pieces)
        and all(source.verified for source in sources)
    )


def _granted(case: _Case) -> bool:
    """Rule 2."""
    return (
        all(
            grants and all(_grants(grant, source, case) for grant in grants)
            for source, grants in case.resting
        )
        and not any(
            has(name, address)
            for name in _barred(case)
            for source in case.world.sources
            for address in source.addresses
        )
        and all(_inherited(parent, case) for parent in tree(case.world.parents))
    )


def _unreserved(case: _Case) -> bool:
    """Rule 3."""
    for source in case.world.sources:
        about = [s for s in source.signals if case.intent.activity in s.activities]
        if not all(_lets_through(signal, case.world.at) for signal in about):
            return False
        asked = {signal.standard for signal in about}
        if source.fetch is not None and not asked.issuperset(case.world.policy.signals):
            return False
    return True


def _lawful(case: _Case) -> bool:
    """Rule 4."""
    return all(
        bool(source.brought_by.strip())
        if source.fetch is None
        else source.fetch.robots_allowed is True and not source.fetch.passed
        for source in case.world.sources
    )


def _undemanded(case: _Case) -> bool:
    """Rule 5."""
    ids = {source.id for source in case.world.sources}
    return not any(ids & (demand.sources | demand.matches) for demand in case.world.takedowns)


def _discharged(case: _Case) -> bool:
    """Rule 6."""
    grants = {
        grant.id: grant
        for source, speaking in case.resting
        for grant in speaking
        if _grants(grant, source, case)
    }
    parents = (p for p in tree(case.world.parents) if _inherited(p, case))
    offers = [_granted_offer(grant, case) for grant in grants.values()]
    offers += [
        replace(_parent_offer(parent, case), who=grant.id)
        for grant in grants.values()
        for parent in tree(grant.made_from)
        if parent.license
    ]
    offers += [_parent_offer(parent, case) for parent in parents]
    return all(_owes_nothing(offer, case) for offer in offers)


def _consented(case: _Case) -> bool:
    """Rule 7."""
    world = case.world
    if case.intent.activity not in world.policy.consent:
        return True
    return world.people is not None and all(
        _consents([c for c in world.consents if c.person == person], case.intent, world.at)
        for person in world.people
    )


_RULES: tuple[Callable[[_Case], bool], ...] = (
    _covered,
    _granted,
    _unreserved,
    _lawful,
    _undemanded,
    _discharged,
    _consented,
)


def _sweep(stretches: Iterable[tuple[Instant, Instant, int]]) -> Iterator[set[int]]:
    """The labels that are open together, between every two neighbouring events of a line.

    A stretch is half open; one without length is never open. One label may have several.
    """
    events: dict[Instant, list[tuple[int, int]]] = {}
    for start, end, label in stretches:
        if start < end:
            events.setdefault(start, []).append((label, 1))
            events.setdefault(end, []).append((label, -1))
    depth: dict[int, int] = {}
    for instant in sorted(events):
        for label, change in events[instant]:
            depth[label] = depth.get(label, 0) + change
        yield {label for label, height in depth.items() if height}


def _acts(intent: Intent) -> frozenset[Act]:
    acts: set[Act] = {"reproduce", "adapt"}
    if intent.purpose == "commercial":
        acts.add("commercial")
    if intent.activity == "redistribution":
        acts.add("distribute")
    return frozenset(acts)


def _use_name(intent: Intent) -> str:
    training = intent.activity in ("genai-training", "other-training")
    return f"{intent.purpose}-training" if training else intent.activity


def _grants(grant: Grant, source: Source, case: _Case) -> bool:
    """Whether a grant that speaks of a source permits the use, and can be relied upon."""
    intent, at = case.intent, case.world.at
    return (
        bool(grant.holder.strip() and grant.basis.strip())
        and _relied_upon(grant, at)
        and (grant.valid_from is None or begun(grant.valid_from, at))
        and (grant.valid_until is None or not over(grant.valid_until, at))
        and may_be_past(grant.evidence_on, at)
        and no_later(grant.evidence_on, grant.verified_on)
        and older(_shown_on(grant), source.acquired_at)
        and (grant.territory is None or intent.jurisdiction in grant.territory)
        and (grant.uses is None or _use_name(intent) in grant.uses)
        and _permits_actions(grant, case.acts)
        and bool(_granted_offer(grant, case).permitting(case.acts))
        and all(_collected(parent, case) for parent in tree(grant.made_from))
        and not any(speaks_of(name, grant) for name in _barred(case))
    )


def _shown_on(grant: Grant) -> date | None:
    """When the evidence is known to have been there."""
    if grant.evidence_on is None and not grant.machine_read.strip():
        return grant.verified_on
    return grant.evidence_on


def _relied_upon(grant: Grant, at: datetime) -> bool:
    verified = (
        bool(grant.verified_by.strip())
        and bool(grant.evidence.strip() or grant.license == "owned")
        and grant.verified_on is not None
        and may_be_past(grant.verified_on, at)
    )
    return verified or bool(grant.machine_read.strip() or grant.attested_by.strip())


def _permits_actions(grant: Grant, acts: frozenset[Act]) -> bool:
    needed = {_ODRL[act] for act in acts}
    permitted = {"use", *needed} if grant.permission is None else set(grant.permission)
    # A prohibited action that is not known may be part of what is needed.
    harmless = set(_ODRL.values()) - needed
    return ("use" in permitted or needed <= permitted) and harmless.issuperset(grant.prohibition)


def _inherited(parent: Parent, case: _Case) -> bool:
    """Whether what a parent brings along permits the use; what it was made from is asked apart."""
    policy, name = case.world.policy, parent.name.lower()
    return (
        parent.made_from is not None
        and name not in policy.excluded
        and not (case.intent.purpose == "commercial" and name in policy.research_only)
        and bool(_parent_offer(parent, case).permitting(case.acts))
    )


def _collected(parent: Parent, case: _Case) -> bool:
    """The same for what a grant's footage was taken from, of which a name the policy has will do:
    whether it bars that name is asked of all that the grant says."""
    policy = case.world.policy
    if not parent.license and any(
        has(name, parent.name) for name in policy.excluded | policy.research_only
    ):
        return parent.made_from is not None
    return _inherited(parent, case)


def _barred(case: _Case) -> frozenset[str]:
    """Names that nothing which is used as is asked may have been taken from."""
    policy = case.world.policy
    research = case.intent.purpose == "research"
    return policy.excluded if research else policy.excluded | policy.research_only


def _granted_offer(grant: Grant, case: _Case) -> Offer:
    listed = _use_name(case.intent) in (grant.uses or ())
    ways = ways_of(grant.license)
    agreements = {name for way in ways for name in way if name.startswith("licenseref-")}
    agreed = dict.fromkeys(agreements, Terms() if listed else Terms(case.acts))
    return Offer(grant.id, ways, WORKS | agreed, grant.duty)


def _parent_offer(parent: Parent, case: _Case) -> Offer:
    software = {name.lower(): Terms() for name in case.world.policy.parent_licenses}
    return Offer(parent.name, ways_of(parent.license), WORKS | software)


def _owes_nothing(offer: Offer, case: _Case) -> bool:
    """Whether the duties of the way that is relied upon are discharged."""
    if not {"attribute", "shareAlike"}.issuperset(offer.duties):
        return False
    world, way = case.world, offer.cheapest(case.acts)
    credit = "attribute" in offer.duties or any(offer.known[name].credit for name in way)
    alike = {name for name in way if offer.known[name].alike}
    if "shareAlike" in offer.duties and not alike:
        alike = set(way)
    return (not credit or Discharge(offer.who, "attribution") in world.discharged) and all(
        _alike(name, world) for name in alike
    )


def _alike(name: str, world: World) -> bool:
    """Whether a work under the licence `name` may go into the release."""
    if world.release is None or not world.release.apart:
        return False
    compatible = {name}.union(
        other.lower()
        for own, others in world.policy.share_alike.items()
        if own.lower() == name
        for other in others
    )
    return world.release.license.lower() in compatible


def _lets_through(signal: Signal, at: datetime) -> bool:
    return (
        signal.stance in ("allows", "absent")
        and signal.read_at is not None
        and signal.read_at <= at
        and (signal.stale_at is None or at < signal.stale_at)
    )


def _consents(records: Sequence[Consent], intent: Intent, at: datetime) -> bool:
    """Whether one person's records permit the use. A withdrawal counts from its earliest moment."""
    if any(c.withdrawn_on is not None and over(c.withdrawn_on, at) for c in records):
        return False
    return any(
        intent.activity in c.activities
        and intent.purpose in c.purposes
        and begun(c.valid_from, at)
        and (c.valid_until is None or not over(c.valid_until, at))
        for c in records
    )
