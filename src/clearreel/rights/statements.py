"""What a rights file states beside its grants: who wrote captions, who is shown, who consented."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from clearreel.rights.origins import CaptionStatement
from clearreel.rights.people import ConsentRecord, PeopleShown, Shown
from clearreel.rights.scope import Scope


@dataclass(frozen=True, slots=True)
class PeopleStatement:
    """Who is shown in some files."""

    scope: Scope
    shown: Shown


@dataclass(frozen=True, slots=True)
class ConsentStatement:
    """What somebody who is shown in some files consented to."""

    scope: Scope
    record: ConsentRecord
    evidence: str
    """The evidence file, as written in the rights file."""


@dataclass(frozen=True, slots=True)
class Statements:
    """All of them, in the order of the file."""

    captions: tuple[CaptionStatement, ...] = ()
    people: tuple[PeopleStatement, ...] = ()
    consents: tuple[ConsentStatement, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """Everybody that they name."""
        shown = {name for statement in self.people for name in statement.shown.people}
        return frozenset(shown | {s.record.consent.person for s in self.consents})

    def about(self, places: Collection[str]) -> PeopleShown:
        """What they say of the people in a source that lies at `places`.

        What is shown does not change with the place, so what is said of any counts.
        """
        return PeopleShown(
            tuple(one.shown for one in self.people if any(map(one.scope.covers, places))),
            tuple(one.record for one in self.consents if any(map(one.scope.covers, places))),
        )

    def under_pseudonyms(self, pseudonyms: Mapping[str, str]) -> Statements:
        """The same with a pseudonym in the place of each name."""
        return Statements(
            self.captions,
            tuple(replace(one, shown=_hidden(one.shown, pseudonyms)) for one in self.people),
            tuple(
                replace(one, record=_hidden_record(one.record, pseudonyms)) for one in self.consents
            ),
        )


NOTHING_STATED = Statements()


def _hidden(shown: Shown, pseudonyms: Mapping[str, str]) -> Shown:
    return replace(shown, people=tuple(sorted(pseudonyms[name] for name in shown.people)))


def _hidden_record(record: ConsentRecord, pseudonyms: Mapping[str, str]) -> ConsentRecord:
    consent = replace(record.consent, person=pseudonyms[record.consent.person])
    return replace(record, consent=consent)
