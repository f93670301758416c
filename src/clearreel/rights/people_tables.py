"""`[[people]]` and `[[consents]]` in the rights file: see `clearreel.rights.rights_file`."""

from __future__ import annotations

from clearreel.rights.people import ConsentRecord, Shown
from clearreel.rights.policy import ACTIVITIES, PURPOSES
from clearreel.rights.rights_table import Table
from clearreel.rights.signals.signal import Activity
from clearreel.rights.statements import ConsentStatement, PeopleStatement
from clearreel.rights.uses import Purpose
from clearreel.rights.world import Consent

SHOWN_REQUIRED = ("files", "shown")
SHOWN_KEYS = (*SHOWN_REQUIRED, "intervals")
CONSENT_REQUIRED = ("files", "person", "activities", "purposes", "valid_from", "evidence")
CONSENT_KEYS = (*CONSENT_REQUIRED, "intervals", "valid_until", "withdrawn_on")
_SHOWN = 'write names, as in shown = ["Ada Lovelace"], or shown = "none"'


def read_shown(table: Table) -> PeopleStatement:
    """Who is shown, as a table states. Raises `UsageError` for one that is malformed."""
    table.check_keys(SHOWN_KEYS, SHOWN_REQUIRED)
    value = table.table["shown"]
    if value == "none":
        people: tuple[str, ...] = ()
    elif isinstance(value, list) and value and all(_is_name(name) for name in value):
        people = tuple(sorted({name.strip() for name in value}))
    else:
        raise table.error("shown", f"is {value!r}, no list of names", _SHOWN)
    return PeopleStatement(table.scope(), Shown(people, table.intervals()))


def read_consent(table: Table) -> ConsentStatement:
    """What somebody consented to. Raises `UsageError` for a table that is malformed."""
    table.check_keys(CONSENT_KEYS, CONSENT_REQUIRED)
    start, end = table.validity()
    assert start is not None  # it is required, and a TOML value is never None
    evidence = table.text("evidence")
    sha256 = table.evidence_hash(evidence)
    if not sha256:
        hint = "keep a copy of what was signed, and name that file: it stays with the data set"
        raise table.error("evidence", f"is {evidence!r}, an address and no file", hint)
    activities: dict[str, Activity] = {name: name for name in ACTIVITIES}
    purposes: dict[str, Purpose] = {name: name for name in PURPOSES}
    consent = Consent(
        person=table.text("person"),
        activities=frozenset(
            activities[name] for name in table.among("activities", ACTIVITIES, "activity")
        ),
        purposes=frozenset(purposes[name] for name in table.among("purposes", PURPOSES, "purpose")),
        valid_from=start,
        valid_until=end,
        withdrawn_on=table.moment("withdrawn_on"),
        evidence_sha256=sha256,
    )
    record = ConsentRecord(consent, table.intervals())
    return ConsentStatement(table.scope(), record, evidence)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
