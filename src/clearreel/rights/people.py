"""People: who is shown in a source and when, and what they consented to, as somebody states it.

Here a person is a pseudonym, or a name on its way to one; which of them it is makes no difference.
That somebody consented says that they are shown, and not that nobody else is: who is shown at a
moment is known only where a statement says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from clearreel.core.identity import fingerprint
from clearreel.rights import rules
from clearreel.rights.explanation import Exhibit
from clearreel.rights.finding import Finding
from clearreel.rights.intervals import Interval, gaps, overlaps
from clearreel.rights.policy import Policy
from clearreel.rights.times import moment_from_text
from clearreel.rights.uses import Intent, Use
from clearreel.rights.world import Clip, Consent, World

Intervals = tuple[Interval, ...] | None
"""Stretches of a file; None for all of it."""

_SHORT = 12
"""Digits of a pseudonym that are shown."""
_CALLED = re.compile(rf"person ([0-9a-f]{{{_SHORT},64}})")


def short(pseudonym: str) -> str:
    """A pseudonym as it is shown to a person."""
    return pseudonym[:_SHORT]


def called(pseudonym: str) -> str:
    """What a person is called where they have no name, also in a rights file."""
    return f"person {short(pseudonym)}"


def pseudonym_in(name: str) -> str:
    """The first digits of the pseudonym that a rights file has in the place of a name, or ""."""
    found = _CALLED.fullmatch(name)
    return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class Shown:
    """That these people are shown in some stretches, and nobody else."""

    people: tuple[str, ...]
    """Empty where nobody is."""
    intervals: Intervals = None


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """What a person consented to, for the stretches in which they are shown."""

    consent: Consent
    intervals: Intervals = None


@dataclass(frozen=True, slots=True)
class PeopleShown:
    """All that is stated of the people in one source."""

    shown: tuple[Shown, ...] = ()
    consents: tuple[ConsentRecord, ...] = ()

    @property
    def in_parts(self) -> bool:
        """Whether any of it speaks of some stretches only, so that each clip has to be asked."""
        spans = [one.intervals for one in self.shown] + [one.intervals for one in self.consents]
        return any(span is not None for span in spans)

    @property
    def people(self) -> frozenset[str]:
        """Everybody of whom any of it speaks."""
        consenting = {record.consent.person for record in self.consents}
        return frozenset(consenting.union(*(one.people for one in self.shown)))

    def seen(self, stretch: Interval | None) -> tuple[str, ...] | None:
        """The people shown in a stretch (None: the whole file), sorted; None where it is not known.

        Whoever consented for it counts, whatever the statements say.
        """
        said = [one for one in self.shown if _touches(one.intervals, stretch)]
        if not any(one.intervals is None for one in said):
            known = [interval for one in said for interval in one.intervals or ()]
            if stretch is None or gaps(stretch, known):
                return None
        found = {person for one in said for person in one.people}
        found |= {r.consent.person for r in self.consents if _touches(r.intervals, stretch)}
        return tuple(sorted(found))

    def consenting(self, stretch: Interval | None) -> tuple[Consent, ...]:
        """The records that speak of a stretch (None: the whole file).

        One that does not speak of every moment at which its person is shown permits nothing; that
        it was withdrawn counts all the same.
        """
        return tuple(
            record.consent
            if self._spans(record, stretch)
            else replace(record.consent, activities=frozenset())
            for record in self.consents
            if _touches(record.intervals, stretch)
        )

    def _spans(self, record: ConsentRecord, stretch: Interval | None) -> bool:
        if record.intervals is None:
            return True
        if stretch is None:
            return False
        moments = [
            part
            for one in self.shown
            if record.consent.person in one.people
            for part in _within(one.intervals, stretch)
        ]
        return not any(gaps(part, record.intervals) for part in moments)

    def to_json(self) -> dict[str, Any]:
        """All of it in JSON types."""
        return {
            "shown": [
                {"people": list(one.people), "intervals": _written(one.intervals)}
                for one in self.shown
            ],
            "consents": [_record_json(record) for record in self.consents],
        }


NOBODY_SAID = PeopleShown()


def people_from_json(data: Mapping[str, Any]) -> PeopleShown:
    """What `PeopleShown.to_json` wrote.

    Raises `KeyError`, `TypeError` or `ValueError` for anything else.
    """
    return PeopleShown(
        tuple(Shown(tuple(one["people"]), _read(one["intervals"])) for one in data["shown"]),
        tuple(_record(one) for one in data["consents"]),
    )


def asked_for(use: Use, policy: Policy) -> tuple[Intent, ...]:
    """What of a use needs the consent of people shown."""
    return tuple(intent for intent in use.intents if intent.activity in policy.consent)


def judge_people(
    people: PeopleShown, stretch: Interval | None, use: Use, at: datetime, policy: Policy
) -> list[Finding]:
    """What rule 7 has against a stretch (None: the whole file) at a time; empty for nothing."""
    seen, consents = people.seen(stretch), people.consenting(stretch)
    found = [
        Finding(False, _for_a_person(exhibit))
        for intent in asked_for(use, policy)
        for exhibit in exhibits(seen, consents, intent, at, policy)
        if not exhibit.holds
    ]
    return list(dict.fromkeys(found))


def people_fingerprint(people: PeopleShown, use: Use, at: datetime, policy: Policy) -> str:
    """Changes when another stretch may be used, or the same for another reason; empty where no
    consent is asked for."""
    intents = asked_for(use, policy)
    judged = [
        exhibit.said
        for intent in intents
        for record in people.consents
        for exhibit in exhibits((record.consent.person,), (record.consent,), intent, at, policy)
    ]
    return fingerprint("people", people.to_json(), judged) if intents else ""


def exhibits(
    seen: tuple[str, ...] | None,
    consents: tuple[Consent, ...],
    intent: Intent,
    at: datetime,
    policy: Policy,
) -> list[Exhibit]:
    """Rule 7 about these people alone."""
    nothing = Clip("", ())
    return list(
        rules.consented(World(nothing, intent, at, policy, (), (), people=seen, consents=consents))
    )


def _for_a_person(exhibit: Exhibit) -> str:
    if not exhibit.about:
        return f"{exhibit.said}: a [[people]] table in the rights file would say who is"
    return f"{called(exhibit.about)}: {exhibit.said}"


def _touches(intervals: Intervals, stretch: Interval | None) -> bool:
    if intervals is None or stretch is None:
        return True
    return any(overlaps(interval, stretch) for interval in intervals)


def _within(intervals: Intervals, stretch: Interval) -> list[Interval]:
    """The parts of a stretch that lie in `intervals`."""
    return [
        (max(start, stretch[0]), min(end, stretch[1]))
        for start, end in (intervals if intervals is not None else (stretch,))
        if overlaps((start, end), stretch)
    ]


def _record_json(record: ConsentRecord) -> dict[str, Any]:
    consent = record.consent
    return {
        "person": consent.person,
        "activities": sorted(consent.activities),
        "purposes": sorted(consent.purposes),
        "valid_from": consent.valid_from.isoformat(),
        "valid_until": _day(consent.valid_until),
        "withdrawn_on": _day(consent.withdrawn_on),
        "intervals": _written(record.intervals),
        "evidence_sha256": consent.evidence_sha256,
    }


def _record(data: Mapping[str, Any]) -> ConsentRecord:
    consent = Consent(
        data["person"],
        frozenset(data["activities"]),
        frozenset(data["purposes"]),
        moment_from_text(data["valid_from"]),
        None if data["valid_until"] is None else moment_from_text(data["valid_until"]),
        None if data["withdrawn_on"] is None else moment_from_text(data["withdrawn_on"]),
        data["evidence_sha256"],
    )
    return ConsentRecord(consent, _read(data["intervals"]))


def _day(moment: date | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _written(intervals: Intervals) -> list[list[str]] | None:
    return None if intervals is None else [[str(start), str(end)] for start, end in intervals]


def _read(intervals: list[list[str]] | None) -> Intervals:
    if intervals is None:
        return None
    return tuple((Fraction(start), Fraction(end)) for start, end in intervals)
