"""A second evaluator of the seven rules, written apart from the first, to be held against it.

It shares the data classes and the matching of file patterns with `clearreel.rights`, and nothing
else. Where the first compares intervals, this one walks through a clip moment by moment, so small
that no border of anything lies inside one; where the first asks a reader of licences, this one
has a table. It is slow and knows few licences: it judges the worlds of `clearreel.testing.worlds`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import lcm

from clearreel.rights.grants import Grant
from clearreel.rights.signals.signal import Signal
from clearreel.rights.world import Parent, Source, Stream, World

# What each licence asks for or withholds: credit, share-alike, no commerce, no derivatives.
TABLE = {
    "owned": "",
    "CC0-1.0": "",
    "CC-PDM-1.0": "",
    "CC-BY-4.0": "by",
    "CC-BY-SA-3.0": "by sa",
    "CC-BY-SA-4.0": "by sa",
    "CC-BY-NC-4.0": "by nc",
    "CC-BY-ND-4.0": "by nd",
    "CC-BY-NC-SA-4.0": "by nc sa",
}
PLACES = {"footage": "v", "audio": "a", "performance": "va", "likeness": "v", "database": "va"}
ODRL = {
    "reproduce": "r",
    "derive": "d",
    "distribute": "p",
    "commercialize": "c",
    "use": "rdpc",
}


def second_opinion(world: World) -> frozenset[int]:
    """The numbers of the rules that refuse the clip; empty when it may be used."""
    return frozenset(number for number in range(1, 8) if any(_OBJECTIONS[number](world)))


def _moments(world: World) -> Fraction:
    """A length such that everything in the world begins and ends at a multiple of it."""
    numbers = [piece.at for stream in world.clip.streams for piece in stream.pieces]
    numbers += [stream.span.time_base for stream in world.clip.streams]
    numbers += [piece.span.time_base for s in world.clip.streams for piece in s.pieces]
    for grant in world.grants:
        for pair in grant.intervals or ():
            numbers += pair
    return Fraction(1, lcm(*(number.denominator for number in numbers)))


def _steps(start: Fraction, end: Fraction, moment: Fraction) -> range:
    return range(int(start / moment), int(end / moment))


def _not_covered(world: World) -> Iterator[bool]:
    moment = _moments(world)
    hashed = {s.id: all(t.verified for t in world.sources if t.id == s.id) for s in world.sources}
    yield not all(hashed.values())
    anything = False
    for stream in world.clip.streams:
        base = stream.span.time_base
        held = set()
        for piece in stream.pieces:
            yield not hashed.get(piece.source, False)
            tick = piece.span.time_base
            if piece.source in hashed:
                held |= set(_steps(piece.span.start * tick, piece.span.end * tick, moment))
        for step in _steps(stream.span.start * base, stream.span.end * base, moment):
            anything = True
            yield step not in held
    yield not anything


def _not_granted(world: World) -> Iterator[bool]:
    for source in world.sources:
        yield not source.places
        for place in source.places:
            speaking = [grant for grant in world.grants if grant.scope.covers(place)]
            yield not speaking
            for layer, time in _wanted(world, source):
                about = [grant for grant in speaking if layer in grant.layers]
                yield not any(_speaks(grant, time) for grant in about)
                yield any(_reaches(g, time) and _bad(g, source, world) for g in about)
    for parent in _ancestors(world.parents):
        yield _bad_parent(parent, world)


def _wanted(world: World, source: Source) -> set[tuple[str, Fraction | None]]:
    """Each layer at each moment of the source that ends up in the clip; None stands for all."""
    demanded = world.policy.layers[world.intent.activity]
    moment = _moments(world)
    wanted: set[tuple[str, Fraction | None]] = set()
    used = False
    for stream in world.clip.streams:
        for piece in stream.pieces:
            length = (piece.span.end - piece.span.start) * piece.span.time_base
            if piece.source == source.id and length:
                used = True
                for step in _steps(piece.at, piece.at + length, moment):
                    time = step * moment
                    wanted |= {(layer, time) for layer in demanded if _lies_in(layer, stream)}
    return wanted if used else {(layer, None) for layer in demanded}


def _lies_in(layer: str, stream: Stream) -> bool:
    return stream.kind[0] in PLACES[layer]


def _speaks(grant: Grant, time: Fraction | None) -> bool:
    if grant.intervals is None:
        return True
    if time is None:
        return False
    return any(start <= time < end for start, end in grant.intervals)


def _bad(grant: Grant, source: Source, world: World) -> bool:
    return any(_complaints(grant, source, world))


def _complaints(grant: Grant, source: Source, world: World) -> Iterator[bool]:
    yield not grant.holder.strip()
    yield not grant.basis.strip()
    yield not _licence_allows(grant.license, world, grant)
    allowed = "".join(ODRL[action] for action in grant.permission or ())
    barred = "".join(ODRL[action] for action in grant.prohibition)
    for act in _acts(world):
        yield grant.permission is not None and act not in allowed
        yield act in barred
    here = world.intent.jurisdiction
    yield grant.territory is not None and (not here or here not in grant.territory)
    if not (grant.attested_by or grant.machine_read):
        yield not grant.verified_by.strip()
        yield grant.verified_on is None or _earliest(grant.verified_on) > world.at
        yield grant.license != "owned" and not grant.evidence
    yield grant.valid_from is not None and _latest(grant.valid_from) > world.at
    yield grant.valid_until is not None and _earliest(grant.valid_until) <= world.at
    if grant.evidence_on is not None:
        yield _earliest(grant.evidence_on) > world.at
        yield source.acquired_at is not None and _latest(grant.evidence_on) >= source.acquired_at
        if grant.verified_on is not None:
            yield _latest(grant.verified_on) < _latest(grant.evidence_on)


def _acts(world: World) -> str:
    acts = "rd"
    acts += "c" if world.intent.purpose == "commercial" else ""
    return acts + ("p" if world.intent.activity == "redistribution" else "")


def _listed_name(world: World) -> str:
    if world.intent.activity in ("genai-training", "other-training"):
        return f"{world.intent.purpose}-training"
    return world.intent.activity


def _licence_allows(expression: str, world: World, grant: Grant | None) -> bool:
    listed = None if grant is None else grant.uses
    if listed is not None and _listed_name(world) not in listed:
        return False
    return _chosen(expression, world, listed is not None) is not None


def _chosen(expression: str, world: World, listed: bool) -> tuple[str, ...] | None:
    """The licences that are relied upon; None when none permits the use."""
    if " AND " in expression:
        sides = [_chosen(side, world, listed) for side in expression.split(" AND ")]
        good = [side for side in sides if side is not None]
        return tuple(name for side in good for name in side) if len(good) == len(sides) else None
    if " OR " in expression:
        either = [_chosen(side, world, listed) for side in expression.split(" OR ")]
        ways = [side for side in either if side is not None]
        return min(ways, key=lambda names: (_burden(names), names)) if ways else None
    if expression.startswith("LicenseRef-"):
        return (expression,) if listed else None
    terms = TABLE.get(expression)
    if terms is None or "nd" in terms or ("nc" in terms and world.intent.purpose == "commercial"):
        return None
    return (expression,)


def _burden(names: tuple[str, ...]) -> int:
    return len({term for name in names for term in TABLE.get(name, "").split() if term != "nc"})


def _latest(moment: date) -> datetime:
    """When it is that date everywhere."""
    if isinstance(moment, datetime):
        return moment
    return datetime(moment.year, moment.month, moment.day, 12, tzinfo=UTC)


def _earliest(moment: date) -> datetime:
    """When it is that date somewhere."""
    return moment if isinstance(moment, datetime) else _latest(moment) - timedelta(hours=26)


def _ancestors(parents: tuple[Parent, ...]) -> list[Parent]:
    found = list(parents)
    for parent in found:
        found += parent.made_from or ()
    return found


def _bad_parent(parent: Parent, world: World) -> bool:
    name = parent.name.lower()
    commercial = world.intent.purpose == "commercial"
    return (
        parent.made_from is None
        or name in world.policy.excluded
        or (commercial and name in world.policy.research_only)
        or not (
            parent.license in world.policy.parent_licenses
            or _licence_allows(parent.license, world, None)
        )
    )


def _opposed(world: World) -> Iterator[bool]:
    for source in world.sources:
        for signal in source.signals:
            if world.intent.activity in signal.activities:
                yield _is_no(signal, world.at)
        asked = [signal.standard for signal in source.signals]
        yield source.fetch is not None and not set(world.policy.signals) <= set(asked)


def _is_no(signal: Signal, at: datetime) -> bool:
    if signal.stance in ("denies", "constrains", "unknown"):
        return True
    if signal.read_at is None:
        return True
    fresh = signal.read_at <= at and (signal.stale_at is None or at < signal.stale_at)
    return not fresh


def _unlawful(world: World) -> Iterator[bool]:
    for source in world.sources:
        if source.fetch is not None:
            yield source.fetch.robots_allowed is not True or len(source.fetch.passed) > 0
        else:
            yield source.brought_by.strip() == ""


def _taken_down(world: World) -> Iterator[bool]:
    gone = frozenset[str]().union(*(t.sources | t.matches for t in world.takedowns))
    yield not gone.isdisjoint(source.id for source in world.sources)


def _owing(world: World) -> Iterator[bool]:
    for source in world.sources:
        wanted = _wanted(world, source)
        for place in source.places:
            for grant in world.grants:
                if not grant.scope.covers(place) or _bad(grant, source, world):
                    continue
                if any(layer in grant.layers and _reaches(grant, time) for layer, time in wanted):
                    names = _chosen(grant.license, world, grant.uses is not None) or ()
                    asked = {term for name in names for term in TABLE.get(name, "").split()}
                    asked |= {"by" for action in grant.duty if action == "attribute"}
                    alike = {name for name in names if "sa" in TABLE.get(name, "").split()}
                    if "shareAlike" in grant.duty and not alike:
                        alike = {grant.license}
                    yield from _unpaid(grant.id, "by" in asked, alike, world)
    for parent in _ancestors(world.parents):
        if parent.license not in world.policy.parent_licenses and not _bad_parent(parent, world):
            names = _chosen(parent.license, world, False) or ()
            terms = {name: TABLE[name].split() for name in names}
            credit = any("by" in asked for asked in terms.values())
            alike = {name for name, asked in terms.items() if "sa" in asked}
            yield from _unpaid(parent.name, credit, alike, world)


def _reaches(grant: Grant, time: Fraction | None) -> bool:
    """Like speaking, but of a file that is judged whole a grant reaches any part."""
    return time is None or _speaks(grant, time)


def _unpaid(of: str, credit: bool, alike: set[str], world: World) -> Iterator[bool]:
    yield credit and (of, "attribution") not in {(d.of, d.duty) for d in world.discharged}
    for name in alike:
        fitting = {name, *world.policy.share_alike.get(name, ())}
        release = world.release
        yield release is None or not release.apart or release.license not in fitting


def _without_consent(world: World) -> Iterator[bool]:
    if world.intent.activity in world.policy.consent:
        yield world.people is None
        for person in world.people or ():
            good = False
            for record in world.consents:
                if record.person == person:
                    gone = record.withdrawn_on
                    yield gone is not None and _earliest(gone) <= world.at
                    begun = _latest(record.valid_from) <= world.at
                    over = record.valid_until and _earliest(record.valid_until) <= world.at
                    fits = world.intent.activity in record.activities
                    fits = fits and world.intent.purpose in record.purposes
                    good = good or (fits and begun and not over)
            yield not good


_OBJECTIONS = {
    1: _not_covered,
    2: _not_granted,
    3: _opposed,
    4: _unlawful,
    5: _taken_down,
    6: _owing,
    7: _without_consent,
}
