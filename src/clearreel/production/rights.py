"""What a run decides about rights, and what it writes down of that: policy, evidence, decisions."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path

from clearreel.core.errors import StorageError
from clearreel.rights.clearance import at_the_door, clearance
from clearreel.rights.decision import Decision, decide
from clearreel.rights.grants import Grant
from clearreel.rights.people import NOBODY_SAID, PeopleShown, judge_people, pseudonym_in
from clearreel.rights.policy import Policy, default_policy, read_policy
from clearreel.rights.signals.heard import Heard
from clearreel.rights.statements import Statements
from clearreel.rights.uses import use_named
from clearreel.stores.evidence import EvidenceStore
from clearreel.stores.ledger import PEOPLE, Ledger
from clearreel.stores.people import People

POLICY = "policy.toml"
"""In the data set's folder, for people to read and to change."""

RIGHTS_COLUMNS = ("license", "holder", "attribution", "decision")
"""The columns of a source's row that its decision fills."""


def policy_of(folder: Path) -> Policy:
    """The policy of a data set; the shipped one where it has none yet.

    Raises `UsageError` for one that is malformed.
    """
    path = folder / POLICY
    return read_policy(path) if path.exists() else default_policy()


def print_policy(folder: Path) -> Policy:
    """The policy of a data set, which has it in its folder from now on."""
    policy = policy_of(folder)
    path = folder / POLICY
    if not path.exists():
        partial = folder / f".{POLICY}.{os.getpid()}.partial"
        try:
            partial.write_text(policy.text, "utf-8")
            partial.replace(path)
        except OSError as error:
            raise StorageError(f"{path} cannot be written: {error.strerror}") from error
    return policy


def keep_evidence(folder: Path, grants: Iterable[Grant], statements: Statements) -> None:
    """Keep the evidence files of all grants and statements in the data set."""
    store = EvidenceStore(folder)
    for sha256, original in evidence_files(grants, statements).items():
        store.keep(original, sha256)


def evidence_files(grants: Iterable[Grant], statements: Statements) -> dict[str, Path]:
    """The files that grants and statements name as evidence, by their SHA-256."""
    found = [(g.evidence_sha256, g.scope, g.evidence) for g in grants]
    for said in statements.captions:
        found.append((said.origin.evidence_sha256, said.scope, said.origin.evidence))
    for given in statements.consents:
        found.append((given.record.consent.evidence_sha256, given.scope, given.evidence))
    return {sha256: Path(scope.folder, name) for sha256, scope, name in found if sha256}


def hide_names(folder: Path, statements: Statements) -> Statements:
    """The same with pseudonyms, which the data set's table of names can turn back.

    Who is called by a pseudonym already keeps it, and gets no entry there: a name that was erased
    does not have to come back. Raises `DatasetError` when the table or the ledger is damaged and
    `StorageError` when the table cannot be written.
    """
    if not statements.names:
        return statements
    ledger = Ledger(folder)
    given = _pseudonyms(ledger, statements.names)
    return statements.under_pseudonyms(given | ledger.commit(statements.names - given.keys()))


def hide_known_names(folder: Path, statements: Statements) -> Statements:
    """The same for who asks and writes nothing: names without a pseudonym stay as they are.

    Raises `DatasetError` when the table or the ledger is damaged.
    """
    if not statements.names:
        return statements
    given = _pseudonyms(Ledger(folder), statements.names)
    known = {name: key for key, name in People(folder / PEOPLE).names().items()}
    return statements.under_pseudonyms({name: name for name in statements.names} | known | given)


def _pseudonyms(ledger: Ledger, names: Collection[str]) -> dict[str, str]:
    """Of these names those that are pseudonyms of this data set: as written → in full.

    One of another data set is a name here, as any other.
    """
    asked = {name: digits for name in names if (digits := pseudonym_in(name))}
    known = ledger.commitments() if asked else frozenset()
    found = {}
    for name, digits in asked.items():
        meant = [one for one in known if one.startswith(digits)]
        if len(meant) == 1:
            found[name] = meant[0]
    return found


def decide_everywhere(
    paths: Iterable[str],
    grants: Sequence[Grant],
    use: str,
    at: datetime,
    policy: Policy,
    people: PeopleShown = NOBODY_SAID,
    *,
    acquired_at: datetime | None = None,
) -> Decision:
    """The strictest of what holds for the places where the same bytes were found.

    Where grants or what is said of people speak of stretches, whether there are any that may be
    used.
    """
    paths = list(paths)
    known = clearance(paths, grants, use, at, policy, people, acquired_at=acquired_at)
    if known is not None and known.in_parts:
        decided = at_the_door(known)
    else:
        decided, *others = [
            decide(path, grants, use, at, policy, acquired_at=acquired_at) for path in paths
        ]
        for decision in others:
            decided = decided.meet(decision)
    if people.in_parts and people.shown:
        return decided
    objections = judge_people(people, None, use_named(use), at, policy)
    return Decision(use, (*decided.findings, *objections))


def rights_columns(
    decision: Decision,
    grants: Iterable[Grant],
    heard: Heard | None,
    people: PeopleShown = NOBODY_SAID,
) -> dict[str, str]:
    """The columns of a source's row that the decision fills.

    The decision is written down with the `grants` that speak of the source, whole and with the
    folders that their patterns start from, with what was heard, and with what is said of the people
    shown, so that it can be made again from the data set alone.
    """
    given = sorted(
        json.dumps(grant.to_json() | {"folder": grant.scope.folder}, sort_keys=True)
        for grant in grants
    )
    recorded = decision.to_json() | {
        "given": [json.loads(text) for text in given],
        "heard": None if heard is None else heard.to_json(),
    }
    if people != NOBODY_SAID:
        recorded["people"] = people.to_json()
    return {
        "license": decision.license,
        "holder": decision.holder,
        "attribution": decision.attribution,
        "decision": json.dumps(recorded, sort_keys=True),
    }
