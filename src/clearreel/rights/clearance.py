"""Which stretches of a file may be used, where grants speak of some stretches only, or what is said
of the people shown does and the policy asks for their consent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from clearreel.core.identity import fingerprint
from clearreel.rights.decision import Decision
from clearreel.rights.finding import Finding
from clearreel.rights.findings import Asked, judge_grant, judge_place
from clearreel.rights.grants import Grant
from clearreel.rights.intervals import Interval
from clearreel.rights.layers import Layer
from clearreel.rights.people import (
    NOBODY_SAID,
    PeopleShown,
    asked_for,
    judge_people,
    people_fingerprint,
)
from clearreel.rights.policy import Policy
from clearreel.rights.uses import use_named


@dataclass(frozen=True, slots=True)
class Clearance:
    """What is known of one file's stretches, to be asked about each of its clips."""

    use: str
    places: tuple[str, ...]
    """Absolute paths of all files with these bytes; each has to be cleared."""
    grants: tuple[Grant, ...]
    layers: tuple[Layer, ...]
    at: datetime
    """The time of the decision, with an offset from UTC."""
    policy: Policy
    people: PeopleShown = NOBODY_SAID
    acquired_at: datetime | None = None
    """When the footage was acquired; None where that is not known."""

    @property
    def asked(self) -> Asked:
        """What grants are held against."""
        return Asked(use_named(self.use), self.at, self.policy, acquired_at=self.acquired_at)

    @property
    def in_parts(self) -> bool:
        """Whether a grant speaks of some stretches only."""
        return any(grant.intervals is not None for grant in self.grants)

    def decide(self, stretch: Interval) -> Decision:
        """Whether a stretch of the file, in seconds, the end outside, may be used."""
        findings = [
            finding
            for place in self.places
            for finding in judge_place(place, self.grants, self.layers, stretch, self.asked)
        ]
        findings += judge_people(self.people, stretch, self.asked.use, self.at, self.policy)
        return Decision(self.use, tuple(findings))

    @property
    def fingerprint(self) -> str:
        """Changes when another stretch may be used, or the same for another reason."""
        judged = sorted((grant.id, judge_grant(grant, self.asked).permits) for grant in self.grants)
        people = people_fingerprint(self.people, self.asked.use, self.at, self.policy)
        consent = [people] if people else []
        return fingerprint("clearance", self.use, self.places, judged, self.layers, *consent)


def clearance(
    places: Iterable[str],
    grants: Iterable[Grant],
    use: str,
    at: datetime,
    policy: Policy,
    people: PeopleShown = NOBODY_SAID,
    *,
    acquired_at: datetime | None = None,
) -> Clearance | None:
    """What to ask about the clips of a file; None where what is said speaks of all of it."""
    paths = tuple(places)
    here = tuple(g for g in grants if any(g.scope.covers(path) for path in paths))
    declared = use_named(use)
    layers = policy.layers_for(declared.activities)
    known = Clearance(use, paths, here, layers, at, policy, people, acquired_at)
    consent = people.in_parts and bool(asked_for(declared, policy))
    return known if known.in_parts or consent else None


def at_the_door(known: Clearance) -> Decision:
    """Whether any of the file may be used, so that it is worth a visit; clips are asked later.

    What grants about stretches refuse is left to those; what speaks of the whole file counts.
    """
    asked = known.asked
    findings: list[Finding] = []
    for place in known.places:
        here = [g for g in known.grants if g.scope.covers(place)]
        whole = [g for g in here if g.intervals is None]
        parts = [judge_grant(g, asked) for g in here if g.intervals is not None]
        findings += [
            judge_grant(g, asked) for g in whole if not set(g.layers).isdisjoint(known.layers)
        ]
        permitting = [finding for finding in parts if finding.permits]
        findings += permitting or ([] if whole else parts)
        findings += _missing(known.layers, here)
        if not here:
            findings += judge_place(place, (), known.layers, None, asked)
    return Decision(known.use, tuple(findings))


def _missing(layers: Sequence[Layer], grants: Sequence[Grant]) -> list[Finding]:
    """Layers that nothing speaks of, at any moment."""
    spoken = {layer for grant in grants for layer in grant.layers}
    return [
        Finding(False, f'no grant covers its {layer}; one with layers = ["{layer}"] would')
        for layer in layers
        if layer not in spoken
    ]
