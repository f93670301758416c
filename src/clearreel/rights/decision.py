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
from clearreel.rights.grants import Grant
from clearreel.rights.licences import OWNED, judge_license
from clearreel.rights.times import begins, expires
from clearreel.rights.uses import Use, use_named


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """What one grant, or the lack of one, means for the use."""

    permits: bool
    reason: str
    """For a person: what was found, and what would permit it."""
    grant: str = ""
    """The grant's id; empty when there is none."""
    license: str = ""
    holder: str = ""
    attribution: str = ""
    """The credit to give; not empty where the licence asks for one."""
    basis: str = ""
    duties: tuple[str, ...] = ()
    """Sorted: "attribution", "share-alike"."""
    evidence: str = ""
    """A file as the rights file names it, or an address."""
    evidence_sha256: str = ""
    verified_by: str = ""
    verified_on: str = ""
    """RFC 3339; empty when nobody verified it."""
    attested_by: str = ""


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
            text += "; another grant permits it, and the strictest counts"
        return text

    @property
    def license(self) -> str:
        """The SPDX expression of all licences that apply at once; empty when there is none."""
        names = sorted({found.license for found in self.findings if found.license})
        if len(names) == 1:
            return names[0]
        return " AND ".join(f"({name})" if " OR " in name else name for name in names)

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
            "findings": [{**asdict(f), "duties": list(f.duties)} for f in self.findings],
        }


def decide(path: str, grants: Iterable[Grant], use: str, at: datetime) -> Decision:
    """Whether the file at `path` (absolute) may be used for `use` at the time `at`.

    `at` carries an offset from UTC; `ValueError` otherwise. Raises `UsageError` for a use that
    does not exist and for a grant whose licence is malformed.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at} has no offset from UTC")
    wanted = use_named(use)
    findings = [_judge(grant, wanted, at) for grant in grants if grant.scope.covers(path)]
    if not findings:
        findings = [
            Finding(
                False,
                "no grant covers it; a [[grant]] in the rights file whose files match it would, "
                "or --license, --holder and --basis for the whole run",
            )
        ]
    return Decision(use, tuple(findings))


def _judge(grant: Grant, use: Use, at: datetime) -> Finding:
    ruling = judge_license(grant.license, use, grant.uses)
    reasons = [] if ruling.permitted else [ruling.reason]
    reasons += _shortcomings(grant, at)
    credit = grant.attribution
    if not credit and "attribution" in ruling.duties:
        credit = f"{grant.holder}, {grant.license}"
    return Finding(
        permits=not reasons,
        reason=_for_a_person(grant, reasons or [ruling.reason]),
        grant=grant.id,
        license=grant.license,
        holder=grant.holder,
        attribution=credit,
        basis=grant.basis,
        duties=tuple(sorted(ruling.duties)),
        evidence=grant.evidence,
        evidence_sha256=grant.evidence_sha256,
        verified_by=grant.verified_by,
        verified_on=grant.verified_on.isoformat() if grant.verified_on else "",
        attested_by=grant.attested_by,
    )


def _shortcomings(grant: Grant, at: datetime) -> list[str]:
    """What keeps the grant from being relied upon, whatever its licence says."""
    found = []
    if not grant.holder.strip():
        found.append("it names no holder")
    if not grant.basis.strip():
        found.append("it gives no basis")
    if not grant.attested_by:
        found += _unverified(grant, at)
    if grant.valid_from is not None and at < begins(grant.valid_from):
        found.append(f"it holds from {grant.valid_from.isoformat()} on, everywhere, and not yet")
    if grant.valid_until is not None and at >= expires(grant.valid_until):
        found.append(f"it ended on {grant.valid_until.isoformat()}; it has to be renewed")
    return found


def _unverified(grant: Grant, at: datetime) -> list[str]:
    found = []
    if not grant.evidence and grant.license != OWNED:
        found.append("it shows no evidence: give a file or an address")
    if not grant.verified_by.strip() or grant.verified_on is None:
        found.append("nobody has verified it: give verified_by and verified_on")
    elif at < expires(grant.verified_on):
        found.append(f"it says that it was verified on {grant.verified_on.isoformat()}, in future")
    return found


def _for_a_person(grant: Grant, reasons: list[str]) -> str:
    origin = f"grant of {grant.holder or 'nobody'}, {grant.license}"
    stated = f", attested by {grant.attested_by}" if grant.attested_by else ""
    return f"{'; '.join(reasons)} ({origin}{stated})"


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(sorted({text for text in texts if text}))
