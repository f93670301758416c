"""The decision: whether a file may enter a data set, from its grants alone.

Deny overrides, and what is not determined is a no. Every grant that covers the file is judged,
and all have to permit the use: where grants overlap the strictest wins, however special the
pattern of another. The same holds for the places where the same bytes were found.

A decision is the set of what was found, and the meet of two decisions is the union of both: it
is commutative, associative and idempotent, and nothing that is added can widen it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from clearreel.core.identity import fingerprint
from clearreel.rights.finding import Finding
from clearreel.rights.findings import Asked, judge_place
from clearreel.rights.grants import Grant
from clearreel.rights.licences import all_of
from clearreel.rights.policy import Policy, default_policy
from clearreel.rights.uses import use_named


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a source may be used, with all that was found, for and against."""

    use: str
    findings: tuple[Finding, ...]
    """At least one; distinct and sorted."""

    def __post_init__(self) -> None:
        if not self.findings:
            raise ValueError("a decision rests on at least one finding")
        object.__setattr__(self, "findings", tuple(sorted(set(self.findings))))

    @property
    def permitted(self) -> bool:
        """Whether every finding permits the use."""
        return all(finding.permits for finding in self.findings)

    @property
    def reason(self) -> str:
        """For a person: what refuses the source, or else what permits it."""
        decisive = [found for found in self.findings if found.permits == self.permitted]
        text = _joined(found.reason for found in decisive)
        if len(decisive) < len(self.findings):
            text += ", although a grant permits it: the strictest counts"
        return text

    @property
    def license(self) -> str:
        """The SPDX expression of all licences that apply at once; empty when there is none."""
        return all_of(found.license for found in self.findings)

    @property
    def holder(self) -> str:
        """Whose footage it is."""
        return _joined(found.holder for found in self.findings)

    @property
    def attribution(self) -> str:
        """The credits to give."""
        return _joined(found.attribution for found in self.findings)

    @property
    def basis(self) -> str:
        """Why the permission is known."""
        return _joined(found.basis for found in self.findings)

    @property
    def duties(self) -> tuple[str, ...]:
        """What a release has to discharge, sorted."""
        return tuple(sorted({duty for found in self.findings for duty in found.duties}))

    @property
    def grants(self) -> tuple[str, ...]:
        """The ids of the grants that were judged, sorted."""
        return tuple(sorted({found.grant for found in self.findings if found.grant}))

    @property
    def attested(self) -> bool:
        """Whether any of it rests on the operator's word alone."""
        return any(found.attested_by for found in self.findings)

    @property
    def fingerprint(self) -> str:
        """Changes when anything that was found changes; the time of asking is no part of it."""
        return fingerprint("decision", self.use, [asdict(found) for found in self.findings])

    def meet(self, other: Decision) -> Decision:
        """What holds when both have to hold. Raises `ValueError` for decisions on two uses."""
        if self.use != other.use:
            raise ValueError(f"decisions on {self.use} and on {other.use} do not meet")
        return Decision(self.use, self.findings + other.findings)

    def to_json(self) -> dict[str, Any]:
        """All of it in JSON types."""
        return {
            "permitted": self.permitted,
            "use": self.use,
            "reason": self.reason,
            "license": self.license,
            "holder": self.holder,
            "attribution": self.attribution,
            "basis": self.basis,
            "duties": list(self.duties),
            "grants": list(self.grants),
            "attested": self.attested,
            "findings": [
                {**asdict(f), "duties": list(f.duties), "alike": list(f.alike)}
                for f in self.findings
            ],
        }


def decide(
    path: str,
    grants: Iterable[Grant],
    use: str,
    at: datetime,
    policy: Policy | None = None,
    *,
    acquired_at: datetime | None = None,
) -> Decision:
    """Whether the whole file at `path` (absolute) may be used for `use` at the time `at`.

    It asks what can be asked before a file is opened, which is rule 2 of `rights.rules` for every
    moment of every layer that the policy demands (the shipped one by default). `acquired_at` is
    when the footage was acquired, where that is known: evidence has to be older. `at` carries an
    offset from UTC; `ValueError` otherwise. Raises `UsageError` for a use that does not exist.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at} has no offset from UTC")
    wanted = use_named(use)
    rules = policy or default_policy()
    layers = rules.layers_for(wanted.activities)
    asked = Asked(wanted, at, rules, acquired_at=acquired_at)
    return Decision(use, tuple(judge_place(path, grants, layers, None, asked)))


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(sorted({text for text in texts if text}))
