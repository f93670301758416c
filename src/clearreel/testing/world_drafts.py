"""A world for a clip in the making, in which all is in order: where `worlds` begins."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from clearreel.core.span import Span
from clearreel.rights.grants import Grant
from clearreel.rights.layers import LAYERS, Layer
from clearreel.rights.parent import Parent
from clearreel.rights.policy import ACTIVITIES, PURPOSES, default_policy
from clearreel.rights.scope import Scope
from clearreel.rights.signals.signal import Activity, Signal
from clearreel.rights.uses import Intent
from clearreel.rights.world import (
    Clip,
    Consent,
    Discharge,
    Fetch,
    Piece,
    Release,
    Source,
    Stream,
    Takedown,
    World,
)

FREE = ("owned", "CC0-1.0", "CC-PDM-1.0", "CC-BY-4.0", "CC-BY-4.0 OR CC-BY-NC-4.0")
"""Licences under which nothing is refused."""

MODELS = ("Apache-2.0", "MIT", "CC-BY-4.0")
"""The same for models."""

_BASES = (Fraction(1, 10), Fraction(1, 15), Fraction(1, 6))


@dataclass
class Draft:
    """A world in the making."""

    intent: Intent
    at: datetime
    streams: list[Stream] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    takedowns: list[Takedown] = field(default_factory=list)
    parents: list[Parent] = field(default_factory=list)
    owing: int = -1
    """The number of the grant, or after them of the parent, whose credit is not given."""
    more_discharged: list[Discharge] = field(default_factory=list)
    release: Release | None = None
    people: list[str] | None = None
    consents: list[Consent] = field(default_factory=list)
    layers: tuple[Layer, ...] = ("footage", "audio")
    other_layers: tuple[Layer, ...] = ("footage", "audio")
    """What is demanded for the activities that nobody asks about."""
    required: tuple[str, ...] = ("robots.txt",)
    consent: frozenset[Activity] = frozenset()

    def finish(self) -> World:
        """The world that has come of it."""
        policy = replace(
            default_policy(),
            layers=dict.fromkeys(ACTIVITIES, self.other_layers)
            | {self.intent.activity: self.layers},
            consent=self.consent,
            signals=self.required,
        )
        names = [grant.id for grant in self.grants] + [parent.name for parent in self.parents]
        given = [name for number, name in enumerate(names) if number != self.owing]
        return World(
            clip=Clip("clip", tuple(self.streams)),
            intent=self.intent,
            at=self.at,
            policy=policy,
            sources=tuple(self.sources),
            grants=tuple(self.grants),
            takedowns=tuple(self.takedowns),
            parents=tuple(self.parents),
            discharged=frozenset(
                (*(Discharge(name, "attribution") for name in given), *self.more_discharged)
            ),
            release=self.release,
            people=None if self.people is None else tuple(self.people),
            consents=tuple(self.consents),
        )


def draft_in_order(rng: Random) -> Draft:
    """A world in which nothing speaks against the clip."""
    draft = Draft(
        Intent(rng.choice(ACTIVITIES), rng.choice(PURPOSES), rng.choice(("", "", "DE"))),
        datetime(2026, 11, 22, rng.randrange(24), tzinfo=UTC),
    )
    film = make_source("film", "/set/film.mp4", draft, rng)
    if rng.random() < 0.3:
        film = replace(film, places=(*film.places, "/set/copy.mp4"))
    draft.sources = [film]
    draft.grants = [_grant("/set", draft, rng)]
    music = rng.random() < 0.4
    if music:
        draft.sources.append(make_source("music", "/music/song.flac", draft, rng))
        draft.grants.append(_grant("/music", draft, rng))
    draft.streams = [_stream("video", ["film"], rng)]
    if rng.random() < 0.8:
        draft.streams.append(_stream("audio", ["film", "music"] if music else ["film"], rng))
    if rng.random() < 0.3:
        divided = draft.grants.pop(0)
        border = Fraction(rng.randrange(60, 150), 30)
        draft.grants += [
            replace(divided, intervals=((Fraction(0), border),)),
            replace(divided, intervals=((border, Fraction(100)),), holder="Bob"),
        ]
    if rng.random() < 0.3:
        draft.parents = [Parent("captioner", rng.choice(MODELS), (Parent("our-set", "owned"),))]
    if rng.random() < 0.5:
        draft.release = Release(rng.choice(("CC-BY-SA-4.0", "CC-BY-4.0")), rng.random() < 0.7)
    if rng.random() < 0.4:
        draft.consent = frozenset(ACTIVITIES)
        draft.people = ["p1", "p2"][: rng.randrange(3)]
        draft.consents = [
            Consent(name, frozenset(ACTIVITIES), frozenset(PURPOSES), date(2026, 1, 1))
            for name in draft.people
        ]
    return draft


def make_source(
    name: str, place: str, draft: Draft, rng: Random, *, fetched: bool = False
) -> Source:
    """Footage in order: brought by somebody, or fetched from where robots.txt had been asked."""
    if not fetched and rng.random() < 0.5:
        return Source(name, True, (place,), brought_by="Eve")
    read_at = draft.at - timedelta(hours=2)
    robots = Signal(
        "robots.txt",
        "https://example.org/robots.txt",
        rng.choice(("allows", "absent")),
        frozenset(ACTIVITIES),
        "",
        read_at,
        read_at + timedelta(hours=24),
    )
    return Source(name, True, (place,), (robots,), Fetch(True), acquired_at=read_at)


def _grant(folder: str, draft: Draft, rng: Random) -> Grant:
    grant = Grant(
        Scope(folder, ("**",)),
        rng.choice(FREE),
        "Ada",
        "a letter",
        evidence="letter.pdf",
        verified_by="Eve",
        verified_on=date(2026, 11, 1),
        layers=LAYERS,
        evidence_on=rng.choice((None, date(2026, 10, 1))),
    )
    kind = rng.randrange(4)
    if kind == 0:
        return replace(grant, verified_by="", verified_on=None, evidence="", machine_read="https:")
    if kind == 1:
        return replace(grant, verified_by="", verified_on=None, evidence="", attested_by="eve")
    if kind == 2:
        return replace(grant, uses=(draft.intent.use.name,), license="LicenseRef-deal")
    return grant


def _stream(kind: Any, names: list[str], rng: Random) -> Stream:
    base = rng.choice(_BASES)
    start = rng.randrange(3)
    end = start + rng.randrange(2, 12)
    border = rng.randrange(start + 1, end)
    at = Fraction(rng.randrange(60, 120), 30)
    if rng.random() < 0.5:
        pieces = [Piece(Span(start, end, base), names[-1], at)]
    else:
        pieces = [
            Piece(Span(start, border, base), names[0], at),
            Piece(Span(border, end, base), names[-1], at + (border - start) * base),
        ]
    return Stream(kind, Span(start, end, base), tuple(pieces))
