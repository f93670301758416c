"""The seven rules. A clip may be used when all of them hold; what is not determined is a no.

1. Every moment of every stream is covered by sources whose bytes were hashed, without a gap.
2. For every source, stretch and layer that the policy demands, each grant that speaks of it
   permits the use at the time, there is one, and its evidence is older than the acquisition; and
   so does every parent: what the footage and its labels were made from.
3. No signal about the activity denies it, constrains it, or is unknown or stale; and what was
   fetched has been asked for the signals that the policy requires.
4. What was fetched was fetched lawfully, and somebody stands for what was not.
5. Nobody has demanded to take any of it out, or anything that looks like it.
6. The duties of all that permits it are discharged.
7. Every person shown has consented, where the policy asks for it.

Each rule is a function of the world alone and gives exhibits: any that does not hold refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from clearreel.rights.explanation import Exhibit
from clearreel.rights.finding import Finding
from clearreel.rights.findings import Asked, judge_place
from clearreel.rights.intervals import Interval, gaps, written
from clearreel.rights.layers import APPLIES, Layer
from clearreel.rights.making import judge_addresses
from clearreel.rights.parent import tree
from clearreel.rights.parents import judge_parent
from clearreel.rights.signals.signal import Signal
from clearreel.rights.times import begins, expires
from clearreel.rights.world import Consent, Source, Stream, World


def covered(world: World) -> Iterator[Exhibit]:
    """Rule 1."""
    known = {source.id for source in world.sources}
    for source in world.sources:
        said = "its bytes were hashed" if source.verified else "its bytes were not hashed"
        yield Exhibit(source.verified, source.id, said)
    if not any(stream.span.duration for stream in world.clip.streams):
        yield Exhibit(False, world.clip.id, "it has no stream of any length")
    for number, stream in enumerate(world.clip.streams):
        about = f"{stream.kind} stream {number}"
        pieces = [piece.span.seconds for piece in stream.pieces if piece.source in known]
        missing = gaps(stream.span.seconds, pieces)
        for gap in missing:
            yield Exhibit(False, about, f"no known source covers {written(gap)}")
        if not missing:
            yield Exhibit(True, about, f"sources cover {written(stream.span.seconds)}")
        for piece in stream.pieces:
            if piece.source not in known:
                yield Exhibit(False, about, f"nothing is known of its source {piece.source}")


def granted(world: World) -> Iterator[Exhibit]:
    """Rule 2."""
    for source, finding in findings(world):
        yield Exhibit(
            finding.permits, source.id, finding.reason, finding.grant, finding.evidence_sha256
        )
    for source in world.sources:
        for finding in judge_addresses(source.addresses, world.intent.use, world.policy):
            yield Exhibit(finding.permits, source.id, finding.reason)
    for parent in tree(world.parents):
        judged = judge_parent(parent, world.intent, world.policy)
        yield Exhibit(judged.permits, parent.name, judged.reason)


def findings(world: World) -> Iterator[tuple[Source, Finding]]:
    """What every grant, or the lack of one, means for each stretch of each source."""
    demanded = world.policy.layers_for([world.intent.activity])
    for source in world.sources:
        asked = Asked(
            world.intent.use,
            world.at,
            world.policy,
            world.intent.jurisdiction,
            source.acquired_at,
        )
        stretches: list[tuple[Interval | None, tuple[Layer, ...]]] = [
            ((piece.at, piece.at + piece.span.duration), _layers(world, stream))
            for stream in world.clip.streams
            for piece in stream.pieces
            if piece.source == source.id and piece.span.duration
        ]
        if not source.places:
            yield source, Finding(False, "it is not known where it lies, so no grant covers it")
        for place in source.places:
            for interval, layers in stretches or [(None, demanded)]:
                for finding in judge_place(place, world.grants, layers, interval, asked):
                    yield source, finding


def _layers(world: World, stream: Stream) -> tuple[Layer, ...]:
    demanded = world.policy.layers_for([world.intent.activity])
    return tuple(layer for layer in demanded if stream.kind in APPLIES[layer])


def unopposed(world: World) -> Iterator[Exhibit]:
    """Rule 3."""
    for source in world.sources:
        heard = [s for s in source.signals if world.intent.activity in s.activities]
        if not heard:
            yield Exhibit(True, source.id, "no signal about this activity is recorded")
        for signal in heard:
            holds, said = _listen(signal, world.at)
            where = f"{signal.standard} at {signal.place}"
            yield Exhibit(holds, source.id, f"{where} {said}", sha256=signal.sha256)
        if source.fetch is not None:
            asked = {signal.standard for signal in heard}
            for standard in world.policy.signals:
                if standard not in asked:
                    yield Exhibit(False, source.id, f"{standard} was not asked about it")


def _listen(signal: Signal, at: datetime) -> tuple[bool, str]:
    """Whether a signal leaves the way open at a time, and what it says, for a person."""
    said = f"{_STANCES[signal.stance]}: {signal.said}"
    if signal.stance not in ("allows", "absent"):
        return False, said
    if signal.read_at is None or signal.read_at > at:
        return False, "was not read before now"
    if signal.stale_at is not None and at >= signal.stale_at:
        return False, f"is stale since {signal.stale_at.isoformat()}"
    return True, said


_STANCES = {
    "allows": "allows it",
    "denies": "denies it",
    "constrains": "allows it on terms that are not known to be met",
    "unknown": "is not understood",
    "absent": "says nothing",
}


def fetched_lawfully(world: World) -> Iterator[Exhibit]:
    """Rule 4."""
    for source in world.sources:
        fetch = source.fetch
        if fetch is None:
            holds = bool(source.brought_by.strip())
            said = f"brought by {source.brought_by}" if holds else "nobody says how it came here"
            yield Exhibit(holds, source.id, said)
            continue
        if fetch.robots_allowed:
            yield Exhibit(True, source.id, "robots.txt allowed the fetch")
        else:
            known = "did not allow" if fetch.robots_allowed is False else "is not known to allow"
            yield Exhibit(False, source.id, f"robots.txt {known} the fetch")
        for barrier in fetch.passed:
            yield Exhibit(False, source.id, f"a {barrier} was passed to fetch it")


def not_taken_down(world: World) -> Iterator[Exhibit]:
    """Rule 5."""
    for source in world.sources:
        named = [t for t in world.takedowns if source.id in t.sources]
        alike = [t for t in world.takedowns if source.id in t.matches]
        for takedown in named:
            yield Exhibit(False, source.id, f"takedown {takedown.id} names it")
        for takedown in alike:
            yield Exhibit(False, source.id, f"it looks like what takedown {takedown.id} names")
        if not named and not alike:
            yield Exhibit(True, source.id, f"none of {len(world.takedowns)} takedowns names it")


def discharged(world: World) -> Iterator[Exhibit]:
    """Rule 6."""
    for source, finding in findings(world):
        if finding.permits:
            yield from _duties(world, finding, finding.grant, source.id)
    for parent in tree(world.parents):
        finding = judge_parent(parent, world.intent, world.policy)
        if finding.permits:
            yield from _duties(world, finding, parent.name, parent.name)


def _duties(world: World, finding: Finding, of: str, about: str) -> Iterator[Exhibit]:
    if "attribution" in finding.duties:
        holds = any(d.of == of and d.duty == "attribution" for d in world.discharged)
        said = "is given" if holds else "is not given"
        yield Exhibit(holds, about, f"the credit “{finding.attribution}” {said}", finding.grant)
    for name in finding.alike:
        compatible = world.policy.compatible(name)
        if world.release is None:
            said = f"{name} asks for share-alike, and there is no release yet"
        elif world.release.license not in compatible:
            allowed = ", ".join(sorted(compatible))
            said = f"{name} asks for a release under {allowed}, not {world.release.license}"
        elif not world.release.apart:
            said = f"{name} asks for a partition of its own"
        else:
            said = f"released apart, under {world.release.license}, as {name} asks"
            yield Exhibit(True, about, said, finding.grant)
            continue
        yield Exhibit(False, about, said, finding.grant)


def consented(world: World) -> Iterator[Exhibit]:
    """Rule 7."""
    if world.intent.activity not in world.policy.consent:
        return
    if world.people is None:
        yield Exhibit(False, world.clip.id, "nobody has looked whether people are shown")
    for person in world.people or ():
        records = [consent for consent in world.consents if consent.person == person]
        covering = [record for record in records if _consents(record, world)]
        if any(_is_withdrawn(record, world) for record in records):
            yield Exhibit(False, person, "consent was withdrawn")
        elif not covering:
            lacks = "; ".join(dict.fromkeys(_lacks(record, world) for record in records))
            said = f"no consent record covers this use now: {lacks or 'there is none of theirs'}"
            yield Exhibit(False, person, said)
        else:
            said = "a consent record covers this use"
            for record in covering:
                yield Exhibit(True, person, said, sha256=record.evidence_sha256)


def _lacks(record: Consent, world: World) -> str:
    """For a person: why a record does not cover the use now."""
    intent, found = world.intent, []
    if not record.activities:
        found.append("does not speak of every moment at which they are shown")
    elif intent.activity not in record.activities:
        found.append(f"is for {', '.join(sorted(record.activities))} and not {intent.activity}")
    if intent.purpose not in record.purposes:
        found.append(
            f"is for {', '.join(sorted(record.purposes))} and not {intent.purpose} purposes"
        )
    if world.at < begins(record.valid_from):
        found.append(f"holds from {record.valid_from.isoformat()} on, everywhere, and not yet")
    if record.valid_until is not None and world.at >= expires(record.valid_until):
        found.append(f"ended on {record.valid_until.isoformat()}")
    return f"one {' and '.join(found)}"


def _is_withdrawn(record: Consent, world: World) -> bool:
    return record.withdrawn_on is not None and world.at >= expires(record.withdrawn_on)


def _consents(record: Consent, world: World) -> bool:
    return (
        world.intent.activity in record.activities
        and world.intent.purpose in record.purposes
        and world.at >= begins(record.valid_from)
        and (record.valid_until is None or world.at < expires(record.valid_until))
    )


Rule = Callable[[World], Iterator[Exhibit]]

RULES: tuple[tuple[str, Rule], ...] = (
    ("every moment of every stream comes from hashed sources", covered),
    ("grants and licences permit the use for everything demanded", granted),
    ("no signal speaks against it", unopposed),
    ("it was acquired lawfully", fetched_lawfully),
    ("nobody has demanded to take it out", not_taken_down),
    ("duties are discharged", discharged),
    ("people shown have consented, where the policy asks", consented),
)
"""What each asks for, and its function, in order."""
