"""Rarer nudges: what hardly any world holds, and where two readings of a rule may part."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from random import Random
from typing import Any

from clearreel.core.span import Span
from clearreel.rights.layers import LAYERS
from clearreel.rights.parent import Parent
from clearreel.rights.policy import ACTIVITIES, PURPOSES
from clearreel.rights.scope import Scope
from clearreel.rights.signals.signal import Signal
from clearreel.rights.uses import GRANTED_USES
from clearreel.rights.world import Consent, Discharge, Fetch, Piece, Release, Takedown
from clearreel.testing.world_drafts import Draft, make_source
from clearreel.testing.world_nudges import (
    BARRIERS,
    STANCES,
    Nudge,
    change_grant,
    change_source,
    near,
)

_EXPRESSIONS = (
    "(CC0-1.0 OR CC-BY-ND-4.0) AND CC-BY-4.0",
    "CC0-1.0 OR CC-BY-ND-4.0 AND CC-BY-NC-4.0",
    "CC-BY-NC-4.0 OR (CC-BY-SA-4.0 AND CC0-1.0)",
    "CC-BY-SA-4.0 OR CC-BY-SA-3.0",
    "CC-BY-NC-4.0 OR CC-BY-SA-3.0",
    "LicenseRef-deal OR CC-BY-NC-4.0",
    "LicenseRef-deal AND CC0-1.0",
    *("CC-BY-NC-SA-4.0", "CC-BY-NC-ND-4.0", "CC-BY-SA-2.0", "CC-BY-3.0", "GPL-3.0-only", "MIT"),
    *("CC-BY-4.0 AND", "()", "", "CC0-1.0 CC-BY-4.0", "CC-BY-9.0"),
)


def _expression(draft: Draft, rng: Random) -> None:
    change_grant(draft, rng, license=rng.choice(_EXPRESSIONS))


def _alike_anyhow(draft: Draft, rng: Random) -> None:
    """Share-alike by duty, or by a parent, or one of two licences; a release of either kind."""
    kind = rng.randrange(3)
    if kind == 0:
        change_grant(draft, rng, duty=("shareAlike",))
    elif kind == 1:
        change_grant(draft, rng, license=rng.choice(_EXPRESSIONS[2:5]))
    else:
        draft.parents.append(Parent("captioner-3", "CC-BY-SA-4.0"))
    names = ("CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-SA-3.0", "CC0-1.0", "GPL-3.0-only")
    draft.release = Release(rng.choice(names), rng.random() < 0.8)
    number = rng.randrange(len(draft.grants))
    draft.more_discharged.append(Discharge(draft.grants[number].id, "share-alike"))


def _scope(draft: Draft, rng: Random) -> None:
    number = rng.randrange(len(draft.grants))
    folder = draft.grants[number].scope.folder
    patterns = rng.choice(
        (
            *(("*",), ("*.mp4", "*.flac"), ("film.mp4",), ("b/**",), ("**/*.mp4",)),
            *(("?ilm.mp4", "song.*"), ("*/film.mp4",), ("fil",), ("**/b/*", "*")),
        )
    )
    scope = Scope(rng.choice((folder, folder, "/se", "/set/b")), patterns)
    draft.grants[number] = replace(draft.grants[number], scope=scope)


def _stretches(draft: Draft, rng: Random) -> None:
    """A second grant that speaks of no moment, of several stretches, or of what nothing uses."""
    start = Fraction(rng.randrange(60, 150), 30)
    end = start + Fraction(1, 10)
    stretches = rng.choice(
        ((), ((start, start),), ((start, end), (end + 1, end + 2)), ((Fraction(-9), Fraction(0)),))
    )
    license_ = rng.choice(("CC-BY-NC-ND-4.0", "CC0-1.0"))
    grant = replace(rng.choice(draft.grants), license=license_, intervals=stretches)
    draft.grants.append(grant)
    if rng.random() < 0.4:
        draft.sources.append(make_source("older", "/set/older.mp4", draft, rng))


def _pieces(draft: Draft, rng: Random) -> None:
    """Another piece: beside, over or outside of the others, or without length; or none left."""
    if not draft.streams:
        return
    number = rng.randrange(len(draft.streams))
    stream = draft.streams[number]
    start = rng.randrange(stream.span.start - 1, stream.span.end + 1)
    span = Span(start, start + rng.choice((0, 0, 1, 2)), stream.span.time_base)
    name = rng.choice(("film", "music", "older"))
    piece = Piece(span, name, Fraction(rng.randrange(60, 150), 30))
    if name == "older":
        draft.sources.append(make_source("older", "/set/older.mp4", draft, rng))
    pieces = rng.choice(((*stream.pieces, piece), (*stream.pieces, piece), (piece,), ()))
    draft.streams[number] = replace(stream, pieces=pieces)
    if rng.random() < 0.2:
        empty = replace(stream.span, end=stream.span.start)
        draft.streams[number] = replace(stream, span=empty)
    elif rng.random() < 0.2:
        draft.streams.pop(number)
        draft.streams = draft.streams or [stream][: rng.randrange(2)]


def _described_twice(draft: Draft, rng: Random) -> None:
    """Two descriptions of one source, which differ in something."""
    if draft.sources:
        source = rng.choice(draft.sources)
        changes: list[dict[str, Any]] = [
            *({"verified": False}, {"places": ("/other/film.mp4",)}, {"brought_by": ""}, {}),
            {"signals": ()},
        ]
        draft.sources.insert(rng.randrange(2), replace(source, **rng.choice(changes)))


def _required(draft: Draft, rng: Random) -> None:
    """Demand other standards, or none; for other activities, demand other layers."""
    draft.required = rng.choice(((), ("robots.txt", "tdmrep"), ("tdmrep",)))
    draft.other_layers = rng.choice((LAYERS, ()))


def _never_read(draft: Draft, rng: Random) -> None:
    """Signals of a source about other activities, or with no or another date."""
    if not draft.sources:
        return
    number = rng.randrange(len(draft.sources))
    source = draft.sources[number]
    changes: dict[str, Any] = rng.choice(
        (
            *({"read_at": None}, {"stale_at": None}, {"stale_at": draft.at}, {"standard": "noai"}),
            {"activities": frozenset(rng.sample(ACTIVITIES, 2))},
        )
    )
    signals = tuple(replace(signal, **changes) for signal in source.signals)
    draft.sources[number] = replace(source, signals=signals)


def _deep_parent(draft: Draft, rng: Random) -> None:
    """A parent's parent, which may be one that nothing, or no product, may come from."""
    name = rng.choice(("set-a", "set-a", "Pixabay", "PEXELS", "koala-36m", "HD-VILA-100M"))
    license_ = rng.choice(("MIT", "CC-BY-4.0", "MIT AND CC-BY-NC-4.0", "GPL-3.0-only", "mit"))
    deep = Parent(name, license_, rng.choice(((), (), (), None)))
    draft.parents.append(Parent("captioner-4", "MIT", (Parent("set-b", "CC0-1.0", (deep,)),)))


def _demand(draft: Draft, rng: Random) -> None:
    """A takedown of something near, or of two things."""
    names = frozenset(rng.sample(("clip", "captioner", "older", "film", "another", "music"), 2))
    draft.takedowns.append(Takedown("t2", *rng.sample((names, frozenset[str]()), 2)))


def _odrl(draft: Draft, rng: Random) -> None:
    changes: list[dict[str, Any]] = [
        *({"prohibition": ("use",)}, {"prohibition": ("commercialize", "distribute")}),
        *({"permission": ()}, {"permission": ("use",), "prohibition": ("reproduce",)}),
        {"permission": ("derive", "reproduce", "commercialize")},
        {"permission": ("derive", "distribute", "reproduce")},
        *({"duty": ("attribute", "shareAlike")}, {"duty": ("attribute",), "license": "owned"}),
    ]
    change_grant(draft, rng, **rng.choice(changes))


def _blank(draft: Draft, rng: Random) -> None:
    """A word that says nothing, or two who vouch for a grant."""
    key = rng.choice(("verified_by", "attested_by", "machine_read", "basis", "evidence", "holder"))
    change_grant(draft, rng, **{key: rng.choice((" ", "", "Eve"))})
    if rng.random() < 0.3:
        change_grant(draft, rng, license="owned")


def _acquired(draft: Draft, rng: Random) -> None:
    """Another time of acquisition, near that of evidence."""
    moments = [near(draft, rng), near(draft, rng)]
    exact = [moment for moment in moments if isinstance(moment, datetime)]
    change_source(draft, rng, acquired_at=rng.choice([*exact, None]))
    change_grant(draft, rng, evidence_on=rng.choice(moments))
    if rng.random() < 0.3:
        change_grant(draft, rng, verified_on=rng.choice(moments))


def _one_record(draft: Draft, rng: Random) -> None:
    """One person, with one record that is narrow in one thing, and sometimes a second one."""
    draft.consent, draft.people = frozenset(ACTIVITIES), ["p1"]
    given = Consent("p1", frozenset(ACTIVITIES), frozenset(PURPOSES), date(2026, 1, 1))
    asked = draft.intent.activity
    changes: list[dict[str, Any]] = [
        *({"valid_from": near(draft, rng)}, {"valid_until": near(draft, rng)}),
        *({"withdrawn_on": near(draft, rng)}, {"purposes": frozenset({rng.choice(PURPOSES)})}),
        {"activities": frozenset(ACTIVITIES) - {rng.choice((asked, *ACTIVITIES))}},
    ]
    draft.consents = [replace(given, **rng.choice(changes))]
    if rng.random() < 0.3:
        other = replace(given, person=rng.choice(("p1", "p2")), **rng.choice(changes))
        draft.consents.append(other)


def _fetched(draft: Draft, rng: Random) -> None:
    """Footage that was fetched in order, or all but one thing."""
    if draft.sources:
        number = rng.randrange(len(draft.sources))
        source = draft.sources[number]
        fetched = make_source(source.id, "", draft, rng, fetched=True)
        robots = rng.choice((True, True, False, None))
        barrier = frozenset(rng.sample(BARRIERS, 1) if robots and rng.random() < 0.7 else ())
        draft.sources[number] = replace(
            fetched, places=source.places, fetch=Fetch(robots, barrier), acquired_at=None
        )


def _heard(draft: Draft, rng: Random) -> None:
    """One more signal about the activity that is asked about."""
    if draft.sources:
        number = rng.randrange(len(draft.sources))
        source = draft.sources[number]
        about = frozenset({draft.intent.activity})
        moment = near(draft, rng)
        read_at = rng.choice((None, moment if isinstance(moment, datetime) else draft.at))
        signal = Signal("aipref", "media", rng.choice(STANCES), about, "", read_at)
        draft.sources[number] = replace(source, signals=(*source.signals, signal))


def _narrow(draft: Draft, rng: Random) -> None:
    """A grant for some uses, or some countries, only."""
    if rng.random() < 0.5:
        uses = rng.sample(GRANTED_USES, rng.randrange(1, 4))
        change_grant(draft, rng, uses=tuple(uses), license=rng.choice(("CC0-1.0", "LicenseRef-x")))
    else:
        draft.intent = replace(draft.intent, jurisdiction=rng.choice(("DE", "FR", "")))
        change_grant(draft, rng, territory=rng.choice((("DE",), ("DE", "FR"), ())))


def _verified(draft: Draft, rng: Random) -> None:
    """A grant that rests on one person's word, of near the time of asking."""
    changes: dict[str, Any] = {"verified_by": "Eve", "verified_on": near(draft, rng)}
    if rng.random() < 0.3:
        changes |= {"evidence": "", "license": rng.choice(("owned", "CC0-1.0"))}
    else:
        changes |= {"evidence": "letter.pdf"}
    change_grant(draft, rng, **changes, attested_by="", machine_read="", evidence_on=None)


def _made_from(draft: Draft, rng: Random) -> None:
    """Footage that was taken from elsewhere: in order, or with something in it that is not."""
    name, license_ = rng.choice(
        (
            *(("set-c", "CC0-1.0"), ("set-c", "CC-BY-4.0"), ("set-c", "CC-BY-NC-4.0")),
            *(("set-c", "CC-BY-SA-4.0"), ("set-c", "MIT"), ("set-c", "GPL-3.0-only")),
            *(("set-c", ""), ("HD-VG-130M", ""), ("hd vg 130m, in part", ""), ("Pexels", "")),
            *(("Koala-36M", "CC0-1.0"), ("set-c", "LicenseRef-Panda-70M")),
        )
    )
    inner = Parent(name, license_, rng.choice(((), (), (), (), None)))
    outer = Parent("wrapper", rng.choice(("CC0-1.0", "owned", "CC-BY-4.0")), (inner,))
    change_grant(draft, rng, made_from=rng.choice(((inner,), (outer,), (outer, inner))))


def _wrapped(draft: Draft, rng: Random) -> None:
    """A free wrapper whose own words name what is in it, or something like it."""
    said = rng.choice(
        (
            *("AllFreeClips, a selection of HD-VG-130M", "hd_vg_130m", "HD-VG-130", "of PEXELS"),
            *("Pixa bay", "pix. el.s", "https://example.org/panda-70m/terms", "Koala 36 M"),
        )
    )
    key = rng.choice(("basis", "holder", "attribution", "evidence", "machine_read", "license"))
    if key == "license":
        said = rng.choice(("LicenseRef-Pexels", "LicenseRef-HD-VG-130M", "LicenseRef-pex"))
        change_grant(draft, rng, license=said, uses=(draft.intent.use.name,))
    else:
        change_grant(draft, rng, **{key: said})


def _address(draft: Draft, rng: Random) -> None:
    """Footage from an address that tells what it is of, or does not."""
    addresses = ("https://www.pexels.com/video/1", "https://a.example/HD_VG_130M/1.mp4")
    change_source(draft, rng, addresses=(rng.choice((*addresses, "https://a.example/hd-vg/1")),))


RARITIES: tuple[Nudge, ...] = (
    *(_expression, _expression, _alike_anyhow, _alike_anyhow, _scope, _scope),
    *(_stretches, _pieces, _pieces, _described_twice, _required, _never_read, _deep_parent),
    *(_demand, _odrl, _blank, _acquired, _one_record, _one_record),
    *(_demand, _demand, _fetched, _fetched, _heard, _narrow, _narrow, _verified),
    *(_made_from, _made_from, _made_from, _wrapped, _wrapped, _address),
)
