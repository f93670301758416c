"""Nudges: small changes of a draft near a border, which may do harm or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any, get_args

from clearreel.core.span import Span
from clearreel.rights.layers import LAYERS
from clearreel.rights.parent import Parent
from clearreel.rights.policy import ACTIVITIES, PURPOSES
from clearreel.rights.signals.signal import Signal, Stance
from clearreel.rights.world import Barrier, Consent, Fetch, Release, Takedown
from clearreel.testing.world_drafts import FREE, MODELS, Draft, make_source

_NAMES = (
    *FREE,
    *("CC-BY-SA-4.0", "CC-BY-SA-3.0", "CC-BY-NC-4.0", "CC-BY-ND-4.0", "CC-BY-NC-SA-4.0"),
    *("LicenseRef-deal", "CC0-1.0 AND CC-BY-SA-3.0", "CC-BY-ND-4.0 OR CC0-1.0", "MIT"),
)
STANCES: tuple[Stance, ...] = get_args(Stance)
BARRIERS: tuple[Barrier, ...] = get_args(Barrier)


Nudge = Callable[[Draft, Random], None]
"""Changes a draft a little."""


def _gap(draft: Draft, rng: Random) -> None:
    """Move one border of a piece by a tick, inwards or outwards."""
    made = [number for number, stream in enumerate(draft.streams) if stream.pieces]
    if not made:
        return
    number = rng.choice(made)
    stream = draft.streams[number]
    place = rng.randrange(len(stream.pieces))
    piece = stream.pieces[place]
    start = piece.span.start + rng.choice((0, 0, 1, -1))
    end = max(start, piece.span.end + rng.choice((0, 1, -1)))
    pieces = list(stream.pieces)
    pieces[place] = replace(piece, span=Span(start, end, piece.span.time_base))
    draft.streams[number] = replace(stream, pieces=tuple(pieces))


def _unhashed(draft: Draft, rng: Random) -> None:
    change_source(draft, rng, verified=rng.random() < 0.3)


def _lost_source(draft: Draft, rng: Random) -> None:
    """Forget a source, or know one more that the others were made from."""
    if draft.sources and rng.random() < 0.4:
        draft.sources.pop(rng.randrange(len(draft.sources)))
    else:
        draft.sources.append(make_source("older", "/set/older.mp4", draft, rng))


def _license(draft: Draft, rng: Random) -> None:
    change_grant(draft, rng, license=rng.choice(_NAMES))


def _more_grants(draft: Draft, rng: Random) -> None:
    """A second grant over the same files, for a moment of them."""
    grant = rng.choice(draft.grants)
    first = Fraction(rng.randrange(60, 180), 30)
    stretch = (first, first + Fraction(1, rng.choice((10, 30))))
    license_ = rng.choice(_NAMES)
    layers = (rng.choice(LAYERS),) if rng.random() < 0.5 else LAYERS
    draft.grants.append(
        replace(grant, license=license_, intervals=(stretch,), layers=layers, holder="Carol")
    )


def _shift_interval(draft: Draft, rng: Random) -> None:
    """Let a grant speak of a stretch of the file only, or move the stretch by a little."""
    number = rng.randrange(len(draft.grants))
    grant = draft.grants[number]
    start, end = (grant.intervals or ((Fraction(0), Fraction(rng.randrange(90, 240), 30)),))[0]
    moved = Fraction(rng.choice((-1, 1)), 30)
    start, end = (start + moved, end) if rng.random() < 0.5 else (start, end + moved)
    draft.grants[number] = replace(grant, intervals=((start, max(end, start)),))


def _layers(draft: Draft, rng: Random) -> None:
    """Demand other layers, or grant others."""
    some = tuple(layer for layer in LAYERS if rng.random() < 0.6)
    if rng.random() < 0.5:
        draft.layers = some
    else:
        change_grant(draft, rng, layers=some)


def _dates(draft: Draft, rng: Random) -> None:
    key = rng.choice(("valid_from", "valid_until", "verified_on", "evidence_on"))
    change_grant(draft, rng, **{key: near(draft, rng)})


def _terms(draft: Draft, rng: Random) -> None:
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
    change_grant(draft, rng, **rng.choice(changes))


def _place(draft: Draft, rng: Random) -> None:
    places = rng.choice((("/set/film.mp4", "/other/film.mp4"), (), ("/set/b/film.mp4",)))
    change_source(draft, rng, places=places)


def _parent(draft: Draft, rng: Random) -> None:
    name = rng.choice(("captioner-2", "captioner-2", "HD-VG-130M", "Pexels", "panda-70m"))
    made_from = rng.choice(((), (), None, (Parent("webset", rng.choice(_NAMES)),)))
    license_ = rng.choice((*MODELS, *_NAMES, ""))
    draft.parents.append(Parent(name, license_, made_from))


def _signal(draft: Draft, rng: Random) -> None:
    about = frozenset(rng.sample(ACTIVITIES, rng.randrange(1, 4)))
    read_at = draft.at + timedelta(minutes=rng.choice((-90, -1, 0, 1)))
    stale = rng.choice((None, draft.at, draft.at + timedelta(seconds=1)))
    signal = Signal("tdmrep", "media", rng.choice(STANCES), about, "", read_at, stale)
    number = rng.randrange(len(draft.sources)) if draft.sources else -1
    if number >= 0:
        source = draft.sources[number]
        draft.sources[number] = replace(source, signals=(*source.signals, signal))


def _unasked(draft: Draft, rng: Random) -> None:
    change_source(draft, rng, signals=())


def _fetch(draft: Draft, rng: Random) -> None:
    robots = rng.choice((True, True, False, None))
    barriers = frozenset(b for b in BARRIERS if rng.random() < 0.15)
    if rng.random() < 0.7:
        change_source(draft, rng, fetch=Fetch(robots, barriers))
    else:
        change_source(draft, rng, brought_by=rng.choice(("", " ", "Eve")))


def _takedown(draft: Draft, rng: Random) -> None:
    names = frozenset({rng.choice(("film", "music", "another"))})
    named = rng.random() < 0.5
    draft.takedowns.append(
        Takedown("t1", names if named else frozenset(), frozenset() if named else names)
    )


def _owe(draft: Draft, rng: Random) -> None:
    draft.owing = rng.randrange(len(draft.grants) + len(draft.parents))


def _alike(draft: Draft, rng: Random) -> None:
    name = rng.choice(("CC-BY-SA-4.0", "CC-BY-SA-3.0", "CC-BY-SA-4.0 AND CC-BY-SA-3.0"))
    change_grant(draft, rng, license=name)
    license_ = rng.choice(("CC-BY-SA-4.0", "CC-BY-SA-3.0", "LAL-1.3", "CC-BY-4.0"))
    draft.release = rng.choice((None, Release(license_, True), Release(license_, False)))


def _people(draft: Draft, rng: Random) -> None:
    draft.consent = frozenset(rng.sample(ACTIVITIES, 3))
    draft.people = rng.choice((None, [], ["p1"], ["p1", "p3"]))
    consent = Consent(
        rng.choice(("p1", "p3")),
        frozenset(rng.sample(ACTIVITIES, 3)),
        frozenset(PURPOSES) if rng.random() < 0.7 else frozenset({PURPOSES[0]}),
        rng.choice((date(2026, 1, 1), near(draft, rng))),
        rng.choice((None, None, near(draft, rng))),
        rng.choice((None, None, near(draft, rng))),
    )
    draft.consents.append(consent)


def near(draft: Draft, rng: Random) -> date:
    """A moment around the time of asking; a date, or an exact time."""
    if rng.random() < 0.5:
        return (draft.at + timedelta(days=rng.randrange(-1, 3))).date()
    return draft.at + timedelta(seconds=rng.choice((-7200, -7201, -1, 0, 0, 1)))


def change_grant(draft: Draft, rng: Random, **changes: Any) -> None:
    """Change one of the grants."""
    number = rng.randrange(len(draft.grants))
    draft.grants[number] = replace(draft.grants[number], **changes)


def change_source(draft: Draft, rng: Random, **changes: Any) -> None:
    """Change one of the sources, if there are any."""
    if draft.sources:
        number = rng.randrange(len(draft.sources))
        draft.sources[number] = replace(draft.sources[number], **changes)


NUDGES: tuple[Nudge, ...] = (
    # Some stand here twice, so that every rule is reached about as often as the others.
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
