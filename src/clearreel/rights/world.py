"""The world that a clip is decided in: all that is known of it, as plain data.

Nothing is looked up while a decision is made. What is not in the world is not known, and what is
not known is a no.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Literal

from clearreel.core.span import Span
from clearreel.rights.grants import Grant
from clearreel.rights.layers import StreamKind
from clearreel.rights.licences import Duty
from clearreel.rights.parent import Parent
from clearreel.rights.policy import Policy
from clearreel.rights.signals.signal import Activity, Signal
from clearreel.rights.uses import Intent, Purpose

Barrier = Literal["login", "paywall", "drm", "bot check"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a clip's stream that was taken from one source."""

    span: Span
    """In the stream's own ticks."""
    source: str
    """Its id."""
    at: Fraction
    """Where in the source it begins: seconds of the source's presentation time."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream of the clip, and what it is made of."""

    kind: StreamKind
    span: Span
    """All that the file holds, frames that are not shown included."""
    pieces: tuple[Piece, ...]
    """In the same time base. They may overlap, as music and speech do: each counts."""


@dataclass(frozen=True, slots=True)
class Clip:
    """What is asked about."""

    id: str
    streams: tuple[Stream, ...]


@dataclass(frozen=True, slots=True)
class Fetch:
    """How the footage was fetched."""

    robots_allowed: bool | None
    """What robots.txt said to the agent that fetched it; None where that is not known."""
    passed: frozenset[Barrier] = frozenset()
    """What was in the way and was passed all the same."""


@dataclass(frozen=True, slots=True)
class Source:
    """Footage that the clip was taken from."""

    id: str
    verified: bool
    """Whether the bytes that were used have been hashed, and the id follows from the hash."""
    places: tuple[str, ...]
    """Absolute paths of all files with these bytes. What is permitted has to be so for each."""
    signals: tuple[Signal, ...] = ()
    fetch: Fetch | None = None
    """None for footage that was not fetched; then `brought_by` says who brought it."""
    brought_by: str = ""
    acquired_at: datetime | None = None
    """With an offset from UTC; None where it is not known."""
    addresses: tuple[str, ...] = ()
    """Where on the web it was fetched, as far as that is known."""


@dataclass(frozen=True, slots=True)
class Takedown:
    """Somebody's demand to take footage out. It holds from the moment it is known, for ever."""

    id: str
    sources: frozenset[str] = frozenset()
    """Ids of the sources that it names."""
    matches: frozenset[str] = frozenset()
    """Ids of sources whose fingerprints look like what it names, sure or not."""


@dataclass(frozen=True, slots=True, order=True)
class Discharge:
    """A duty that a release has discharged."""

    of: str
    """The id of the grant, or the name of the parent, that asks for it."""
    duty: Duty


@dataclass(frozen=True, slots=True)
class Release:
    """The release that the clip would go into."""

    license: str
    """Of the partition that holds the clip: one SPDX id."""
    apart: bool
    """Whether that partition holds nothing but what has to be under this licence."""


@dataclass(frozen=True, slots=True)
class Consent:
    """The consent record of a person who is shown."""

    person: str
    """A pseudonym; names belong into a table that can be erased."""
    activities: frozenset[Activity]
    purposes: frozenset[Purpose]
    valid_from: date
    """As for grants; see `clearreel.rights.times`."""
    valid_until: date | None = None
    """The first moment at which it holds no more."""
    withdrawn_on: date | None = None
    """From then on it counts against every other record of this person."""
    evidence_sha256: str = ""
    """Of what was signed, in hex. The name of that file is not kept: it may be the person's."""


@dataclass(frozen=True, slots=True)
class World:
    """A clip, and all that is known of what it comes from."""

    clip: Clip
    intent: Intent
    at: datetime
    """The time of asking, with an offset from UTC."""
    policy: Policy
    sources: tuple[Source, ...]
    """All that the clip was taken from. One without a piece is a work that others were made from,
    and is judged whole."""
    grants: tuple[Grant, ...]
    takedowns: tuple[Takedown, ...] = ()
    parents: tuple[Parent, ...] = ()
    discharged: frozenset[Discharge] = frozenset()
    release: Release | None = None
    """None before there is one: then share-alike is not discharged."""
    people: tuple[str, ...] | None = None
    """Pseudonyms of the people shown; None where nobody has looked."""
    consents: tuple[Consent, ...] = ()

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError(f"{self.at} has no offset from UTC")
