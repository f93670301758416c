"""What a run decides about rights, and what it writes down of that: policy, evidence, decisions."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from clearreel.core.errors import StorageError
from clearreel.rights.clearance import at_the_door, clearance
from clearreel.rights.decision import Decision, decide
from clearreel.rights.grants import Grant
from clearreel.rights.policy import Policy, default_policy, read_policy
from clearreel.rights.signals.heard import Heard
from clearreel.stores.evidence import EvidenceStore

POLICY = "policy.toml"
"""In the data set's folder, for people to read and to change."""


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


def keep_evidence(folder: Path, grants: Iterable[Grant]) -> None:
    """Keep the evidence files of all grants in the data set."""
    store = EvidenceStore(folder)
    for sha256, grant in {g.evidence_sha256: g for g in grants if g.evidence_sha256}.items():
        store.keep(Path(grant.scope.folder, grant.evidence), sha256)


def decide_everywhere(
    paths: Iterable[str],
    grants: Sequence[Grant],
    use: str,
    at: datetime,
    policy: Policy,
    *,
    acquired_at: datetime | None = None,
) -> Decision:
    """The strictest of what holds for the places where the same bytes were found.

    Where grants speak of stretches, whether there are any that may be used.
    """
    paths = list(paths)
    known = clearance(paths, grants, use, at, policy, acquired_at=acquired_at)
    if known is not None:
        return at_the_door(known)
    first, *others = [
        decide(path, grants, use, at, policy, acquired_at=acquired_at) for path in paths
    ]
    for decision in others:
        first = first.meet(decision)
    return first


def rights_columns(
    decision: Decision, grants: Iterable[Grant], heard: Heard | None
) -> dict[str, str]:
    """The columns of a source's row that the decision fills.

    The decision is written down with the `grants` that speak of the source, whole and with the
    folders that their patterns start from, and with what was heard, so that it can be made again
    from the data set alone.
    """
    given = sorted(
        json.dumps(grant.to_json() | {"folder": grant.scope.folder}, sort_keys=True)
        for grant in grants
    )
    recorded = decision.to_json() | {
        "given": [json.loads(text) for text in given],
        "heard": None if heard is None else heard.to_json(),
    }
    return {
        "license": decision.license,
        "holder": decision.holder,
        "attribution": decision.attribution,
        "decision": json.dumps(recorded, sort_keys=True),
    }
