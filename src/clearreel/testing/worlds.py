"""Random worlds to decide clips in, from a seed: about half of them permit the clip.

A world begins as one in which all is in order. Then a few nudges move what lies near a border:
a day, a tick, a word. A nudge does not know whether it does harm; the evaluators say so. Licences
and ODRL actions are those that `clearreel.testing.second_opinion` knows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any, get_args

from clearreel.core.span import Span
from clearreel.rights.grants import Grant
from clearreel.rights.layers import LAYERS, Layer
from clearreel.rights.policy import ACTIVITIES, PURPOSES, default_policy
from clearreel.rights.scope import Scope
from clearreel.rights.signals.signal import Activity, Signal, Stance
from clearreel.rights.uses import Intent
from clearreel.rights.world import (
    Barrier,
    Clip,
    Consent,
    Discharge,
    Fetch,
    Parent,
    Piece,
    Release,
    Source,
    Stream,
    Takedown,
    World,
)

_BASES = (Fraction(1, 10), Fraction(1, 15), Fraction(1, 6))
_FREE = ("owned", "CC0-1.0", "CC-PDM-1.0", "CC-BY-4.0", "CC-BY-4.0 OR CC-BY-NC-4.0")
_NAMES = (
    *_FREE,
    *("CC-BY-SA-4.0", "CC-BY-SA-3.0", "CC-BY-NC-4.0", "CC-BY-ND-4.0", "CC-BY-NC-SA-4.0"),
    *("LicenseRef-deal", "CC0-1.0 AND CC-BY-SA-3.0", "CC-BY-ND-4.0 OR CC0-1.0", "MIT"),
)
_MODELS = ("Apache-2.0", "MIT", "CC-BY-4.0")
_STANCES: tuple[Stance, ...] = get_args(Stance)
_BARRIERS: tuple[Barrier, ...] = get_args(Barrier)


@dataclass
class _Draft:
    """A world in the making."""

    rng: Random
    intent: Intent
    at: datetime
    streams: list[Stream] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    takedowns: list[Takedown] = field(default_factory=list)
    parents: list[Parent] = field(default_factory=list)
    owing: int = -1
    """The number of the grant, or after them of the parent, whose credit is not given."""
    release: Release | None = None
    people: list[str] | None = None
    consents: list[Consent] = field(default_factory=list)
    layers: tuple[Layer, ...] = ("footage", "audio")
    consent: frozenset[Activity] = frozenset()

    def finish(self) -> World:
        policy = replace(
            default_policy(),
            layers=dict.fromkeys(ACTIVITIES, self.layers),
            consent=self.consent,
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
            discharged=frozenset(Discharge(name, "attribution") for name in given),
            release=self.release,
            people=None if self.people is None else tuple(self.people),
            consents=tuple(self.consents),
        )


def random_world(seed: int) -> World:
    """The world of this seed, the same on every machine."""
    rng = Random(seed)
    draft = _in_order(rng)
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        _NUDGES[rng.randrange(len(_NUDGES))](draft, rng)
    return draft.finish()


def _in_order(rng: Random) -> _Draft:
    """A world in which nothing speaks against the clip."""
    draft = _Draft(
        rng,
        Intent(rng.choice(ACTIVITIES), rng.choice(PURPOSES), rng.choice(("", "", "DE"))),
        datetime(2026, 11, 22, rng.randrange(24), tzinfo=UTC),
    )
    film = _source("film", "/set/film.mp4", draft, rng)
    if rng.random() < 0.3:
        film = replace(film, places=(*film.places, "/set/copy.mp4"))
    draft.sources = [film]
    draft.grants = [_grant("/set", draft, rng)]
    music = rng.random() < 0.4
    if music:
        draft.sources.append(_source("music", "/music/song.flac", draft, rng))
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
        draft.parents = [Parent("captioner", rng.choice(_MODELS), (Parent("our-set", "owned"),))]
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


def _source(name: str, place: str, draft: _Draft, rng: Random) -> Source:
    if rng.random() < 0.5:
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


def _grant(folder: str, draft: _Draft, rng: Random) -> Grant:
    grant = Grant(
        Scope(folder, ("**",)),
        rng.choice(_FREE),
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


Nudge = Callable[[_Draft, Random], None]


def _gap(draft: _Draft, rng: Random) -> None:
    """Move one border of a piece by a tick, inwards or outwards."""
    number = rng.randrange(len(draft.streams))
    stream = draft.streams[number]
    place = rng.randrange(len(stream.pieces))
    piece = stream.pieces[place]
    start = piece.span.start + rng.choice((0, 0, 1, -1))
    end = max(start, piece.span.end + rng.choice((0, 1, -1)))
    pieces = list(stream.pieces)
    pieces[place] = replace(piece, span=Span(start, end, piece.span.time_base))
    draft.streams[number] = replace(stream, pieces=tuple(pieces))


def _unhashed(draft: _Draft, rng: Random) -> None:
    _change_source(draft, rng, verified=rng.random() < 0.3)


def _lost_source(draft: _Draft, rng: Random) -> None:
    """Forget a source, or know one more that the others were made from."""
    if draft.sources and rng.random() < 0.4:
        draft.sources.pop(rng.randrange(len(draft.sources)))
    else:
        draft.sources.append(_source("older", "/set/older.mp4", draft, rng))


def _license(draft: _Draft, rng: Random) -> None:
    _change_grant(draft, rng, license=rng.choice(_NAMES))


def _more_grants(draft: _Draft, rng: Random) -> None:
    """A second grant over the same files, for a moment of them."""
    grant = rng.choice(draft.grants)
    first = Fraction(rng.randrange(60, 180), 30)
    stretch = (first, first + Fraction(1, rng.choice((10, 30))))
    license_ = rng.choice(_NAMES)
    layers = (rng.choice(LAYERS),) if rng.random() < 0.5 else LAYERS
    draft.grants.append(
        replace(grant, license=license_, intervals=(stretch,), layers=layers, holder="Carol")
    )


def _shift_interval(draft: _Draft, rng: Random) -> None:
    """Let a grant speak of a stretch of the file only, or move the stretch by a little."""
    number = rng.randrange(len(draft.grants))
    grant = draft.grants[number]
    start, end = (grant.intervals or ((Fraction(0), Fraction(rng.randrange(90, 240), 30)),))[0]
    moved = Fraction(rng.choice((-1, 1)), 30)
    start, end = (start + moved, end) if rng.random() < 0.5 else (start, end + moved)
    draft.grants[number] = replace(grant, intervals=((start, max(end, start)),))


def _layers(draft: _Draft, rng: Random) -> None:
    """Demand other layers, or grant others."""
    some = tuple(layer for layer in LAYERS if rng.random() < 0.6)
    if rng.random() < 0.5:
        draft.layers = some
    else:
        _change_grant(draft, rng, layers=some)


def _dates(draft: _Draft, rng: Random) -> None:
    key = rng.choice(("valid_from", "valid_until", "verified_on", "evidence_on"))
    _change_grant(draft, rng, **{key: _near(draft, rng)})


def _terms(draft: _Draft, rng: Random) -> None:
    changes: list[dict[str, Any]] = [
        {"holder": " "},
        {"basis": ""},
        {"verified_by": ""},
        {"verified_on": None},
        {"evidence": ""},
        {"attested_by": ""},
        {"territory": rng.choice((("DE",), ("FR",), ("DE", "FR")))},
        {"uses": rng.choice(((), ("evaluation",), ("research-training", "redistribution")))},
        {"permission": rng.choice((("use",), ("reproduce", "derive"), ("reproduce",)))},
        {"permission": ("reproduce", "derive", "commercialize", "distribute")},
        {"prohibition": rng.choice((("commercialize",), ("distribute",), ("derive",)))},
        {"duty": rng.choice((("attribute",), ("shareAlike",)))},
    ]
    _change_grant(draft, rng, **rng.choice(changes))


def _place(draft: _Draft, rng: Random) -> None:
    places = rng.choice((("/set/film.mp4", "/other/film.mp4"), (), ("/set/b/film.mp4",)))
    _change_source(draft, rng, places=places)


def _parent(draft: _Draft, rng: Random) -> None:
    name = rng.choice(("captioner-2", "captioner-2", "HD-VG-130M", "Pexels", "panda-70m"))
    made_from = rng.choice(((), (), None, (Parent("webset", rng.choice(_NAMES)),)))
    license_ = rng.choice((*_MODELS, *_NAMES, ""))
    draft.parents.append(Parent(name, license_, made_from))


def _signal(draft: _Draft, rng: Random) -> None:
    about = frozenset(rng.sample(ACTIVITIES, rng.randrange(1, 4)))
    read_at = draft.at + timedelta(minutes=rng.choice((-90, -1, 0, 1)))
    stale = rng.choice((None, draft.at, draft.at + timedelta(seconds=1)))
    signal = Signal("tdmrep", "media", rng.choice(_STANCES), about, "", read_at, stale)
    number = rng.randrange(len(draft.sources)) if draft.sources else -1
    if number >= 0:
        source = draft.sources[number]
        draft.sources[number] = replace(source, signals=(*source.signals, signal))


def _unasked(draft: _Draft, rng: Random) -> None:
    _change_source(draft, rng, signals=())


def _fetch(draft: _Draft, rng: Random) -> None:
    robots = rng.choice((True, True, False, None))
    barriers = frozenset(b for b in _BARRIERS if rng.random() < 0.15)
    if rng.random() < 0.7:
        _change_source(draft, rng, fetch=Fetch(robots, barriers))
    else:
        _change_source(draft, rng, brought_by=rng.choice(("", " ", "Eve")))


def _takedown(draft: _Draft, rng: Random) -> None:
    names = frozenset({rng.choice(("film", "music", "another"))})
    named = rng.random() < 0.5
    draft.takedowns.append(
        Takedown("t1", names if named else frozenset(), frozenset() if named else names)
    )


def _owe(draft: _Draft, rng: Random) -> None:
    draft.owing = rng.randrange(len(draft.grants) + len(draft.parents))


def _alike(draft: _Draft, rng: Random) -> None:
    name = rng.choice(("CC-BY-SA-4.0", "CC-BY-SA-3.0", "CC-BY-SA-4.0 AND CC-BY-SA-3.0"))
    _change_grant(draft, rng, license=name)
    license_ = rng.choice(("CC-BY-SA-4.0", "CC-BY-SA-3.0", "LAL-1.3", "CC-BY-4.0"))
    draft.release = rng.choice((None, Release(license_, True), Release(license_, False)))


def _people(draft: _Draft, rng: Random) -> None:
    draft.consent = frozenset(rng.sample(ACTIVITIES, 3))
    draft.people = rng.choice((None, [], ["p1"], ["p1", "p3"]))
    consent = Consent(
        rng.choice(("p1", "p3")),
        frozenset(rng.sample(ACTIVITIES, 3)),
        frozenset(PURPOSES) if rng.random() < 0.7 else frozenset({PURPOSES[0]}),
        rng.choice((date(2026, 1, 1), _near(draft, rng))),
        rng.choice((None, None, _near(draft, rng))),
        rng.choice((None, None, _near(draft, rng))),
    )
    draft.consents.append(consent)


def _near(draft: _Draft, rng: Random) -> date:
    """A moment around the time of asking; a date, or an exact time."""
    if rng.random() < 0.5:
        return (draft.at + timedelta(days=rng.randrange(-1, 3))).date()
    return draft.at + timedelta(seconds=rng.choice((-7200, -7201, -1, 0, 0, 1)))


def _change_grant(draft: _Draft, rng: Random, **changes: Any) -> None:
    number = rng.randrange(len(draft.grants))
    draft.grants[number] = replace(draft.grants[number], **changes)


def _change_source(draft: _Draft, rng: Random, **changes: Any) -> None:
    if draft.sources:
        number = rng.randrange(len(draft.sources))
        draft.sources[number] = replace(draft.sources[number], **changes)


_NUDGES: tuple[Nudge, ...] = (
    *(_gap, _gap, _unhashed, _lost_source),
    *(
        _license,
        _more_grants,
        _shift_interval,
        _layers,
        _dates,
        _dates,
        _dates,
        _terms,
        _place,
        _parent,
    ),
    *(_signal, _signal, _unasked, _fetch, _fetch, _takedown, _takedown),
    *(_owe, _owe, _alike, _alike, _people, _people),
)
