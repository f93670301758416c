"""Rarer nudges: what hardly any world holds, and where two readings of a rule may part."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

from clearreel.core.span import Span
from clearreel.rights.layers import LAYERS
from clearreel.rights.policy import ACTIVITIES
from clearreel.rights.scope import Scope
from clearreel.rights.world import Discharge, Parent, Piece, Release, Takedown
from clearreel.testing.world_drafts import Draft, make_source
from clearreel.testing.world_nudges import Nudge, change_grant, change_source, near

_EXPRESSIONS = (
    "(CC0-1.0 OR CC-BY-ND-4.0) AND CC-BY-4.0",
    "CC0-1.0 OR CC-BY-ND-4.0 AND CC-BY-NC-4.0",
    "CC-BY-NC-4.0 OR (CC-BY-SA-4.0 AND CC0-1.0)",
    "CC-BY-SA-4.0 OR CC-BY-SA-3.0",
    "CC-BY-NC-4.0 OR CC-BY-SA-3.0",
    "LicenseRef-deal OR CC-BY-NC-4.0",
    "LicenseRef-deal AND CC0-1.0",
    *("CC-BY-NC-SA-4.0", "CC-BY-NC-ND-4.0", "CC-BY-SA-2.0", "CC-BY-3.0", "GPL-3.0-only"),
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
    exact = [moment for moment in moments if hasattr(moment, "hour")]
    change_source(draft, rng, acquired_at=rng.choice([*exact, None]))
    change_grant(draft, rng, evidence_on=rng.choice(moments))
    if rng.random() < 0.3:
        change_grant(draft, rng, verified_on=rng.choice(moments))


def _people_twice(draft: Draft, rng: Random) -> None:
    """The first record once more, withdrawn, over or not yet begun; or somebody nobody knows."""
    draft.consent = frozenset(ACTIVITIES)
    draft.people = [*(draft.people or ["p1"]), rng.choice(("p1", "p1", "p1", "p9"))]
    key = rng.choice(("valid_from", "valid_until", "withdrawn_on"))
    if draft.consents:
        draft.consents.append(replace(draft.consents[0], **{key: near(draft, rng)}))


RARITIES: tuple[Nudge, ...] = (
    *(_expression, _expression, _alike_anyhow, _alike_anyhow, _scope, _scope),
    *(_pieces, _pieces, _described_twice, _required, _never_read, _deep_parent),
    *(_demand, _odrl, _blank, _acquired, _acquired, _people_twice),
)
