"""What grants mean for one use of a stretch of a file: one finding for each, and for each gap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from clearreel.core.errors import UsageError
from clearreel.rights import odrl
from clearreel.rights.finding import Finding
from clearreel.rights.grants import Grant
from clearreel.rights.intervals import Interval, gaps, overlaps, written
from clearreel.rights.layers import Layer
from clearreel.rights.licences import OWNED, Ruling, all_of, judge_license
from clearreel.rights.making import judge_making
from clearreel.rights.policy import Policy
from clearreel.rights.times import begins, expires
from clearreel.rights.uses import Use


@dataclass(frozen=True, slots=True)
class Asked:
    """What grants are held against."""

    use: Use
    at: datetime
    """The time of the decision, with an offset from UTC."""
    policy: Policy
    jurisdiction: str = ""
    """Where; empty for anywhere."""
    acquired_at: datetime | None = None
    """When the footage was acquired; None where that is not known."""


_NOTHING = Finding(
    False,
    "no grant covers it; a [[grant]] in the rights file whose files match it would, "
    "or --license, --holder and --basis for the whole run",
)


def judge_place(
    path: str,
    grants: Iterable[Grant],
    layers: Sequence[Layer],
    interval: Interval | None,
    asked: Asked,
) -> list[Finding]:
    """What holds for a stretch of the file at `path` (absolute); None asks for the whole file.

    Every grant that speaks of one of `layers` at any moment of it is judged, and every moment of
    every layer that no grant speaks of is a finding too. A file that no grant names at all is
    refused even where no layer is demanded.
    """
    here = [grant for grant in grants if grant.scope.covers(path)]
    if not here:
        return [_NOTHING]
    found = [
        judge_grant(grant, asked)
        for grant in here
        if not set(grant.layers).isdisjoint(layers) and _touches(grant, interval)
    ]
    for layer in layers:
        found += _uncovered(layer, [g for g in here if layer in g.layers], interval)
    return found


def _touches(grant: Grant, interval: Interval | None) -> bool:
    if grant.intervals is None:
        return True
    if interval is None:
        return any(first < last for first, last in grant.intervals)
    return any(overlaps(stretch, interval) for stretch in grant.intervals)


def _uncovered(layer: Layer, grants: Sequence[Grant], interval: Interval | None) -> list[Finding]:
    if any(grant.intervals is None for grant in grants):
        return []
    if not grants:
        return [Finding(False, f'no grant covers its {layer}; one with layers = ["{layer}"] would')]
    stretches = [stretch for grant in grants for stretch in grant.intervals or ()]
    if interval is None:
        known = ", ".join(written(stretch) for stretch in sorted(stretches))
        return [Finding(False, f"grants cover its {layer} only in part: {known}")]
    return [
        Finding(False, f"no grant covers its {layer} at {written(gap)}")
        for gap in gaps(interval, stretches)
    ]


def judge_grant(grant: Grant, asked: Asked) -> Finding:
    """What one grant means for what is asked: the meet with all that its footage was made from."""
    try:
        ruling = judge_license(grant.license, asked.use, grant.uses)
    except UsageError as error:
        ruling = Ruling(False, error.message)
    reasons = [] if ruling.permitted else [ruling.reason]
    reasons += odrl.shortcomings(grant.permission, grant.prohibition, asked.use.demands)
    reasons += _shortcomings(grant, asked)
    making = judge_making(grant, asked.use, asked.policy)
    reasons += [found.reason for found in making if not found.permits]
    duties = {*ruling.duties, *(odrl.DUTIES[action] for action in grant.duty)}
    alike = set(ruling.alike)
    if "share-alike" in duties - ruling.duties:
        alike |= ruling.names
    credit = grant.attribution
    if not credit and "attribution" in duties:
        credit = f"{grant.holder}, {grant.license}"
    credits_owed = dict.fromkeys([credit, *(found.attribution for found in making)])
    said = [ruling.reason, *(found.reason for found in making)]
    return Finding(
        permits=not reasons,
        reason=_for_a_person(grant, reasons or said),
        grant=grant.id,
        license=all_of([grant.license, *(found.license for found in making)]),
        holder=grant.holder,
        attribution="; ".join(filter(None, credits_owed)),
        basis=grant.basis,
        duties=tuple(sorted(duties.union(*(found.duties for found in making)))),
        evidence=grant.evidence,
        evidence_sha256=grant.evidence_sha256,
        verified_by=grant.verified_by,
        verified_on=grant.verified_on.isoformat() if grant.verified_on else "",
        attested_by=grant.attested_by,
        alike=tuple(sorted(alike.union(*(found.alike for found in making)))),
    )


def _shortcomings(grant: Grant, asked: Asked) -> list[str]:
    """What keeps the grant from being relied upon, whatever its licence says."""
    found = []
    if not grant.holder.strip():
        found.append("it names no holder")
    if not grant.basis.strip():
        found.append("it gives no basis")
    if grant.territory is not None and asked.jurisdiction not in grant.territory:
        where = f"in {asked.jurisdiction}" if asked.jurisdiction else "anywhere else"
        found.append(f"it holds in {', '.join(grant.territory)} and not {where}")
    if not grant.attested_by.strip() and not grant.machine_read.strip():
        found += _unverified(grant, asked.at)
    found += _backdated(grant, asked)
    if grant.valid_from is not None and asked.at < begins(grant.valid_from):
        found.append(f"it holds from {grant.valid_from.isoformat()} on, everywhere, and not yet")
    if grant.valid_until is not None and asked.at >= expires(grant.valid_until):
        found.append(f"it ended on {grant.valid_until.isoformat()}; it has to be renewed")
    return found


def _unverified(grant: Grant, at: datetime) -> list[str]:
    found = []
    if not grant.evidence.strip() and grant.license != OWNED:
        found.append("it shows no evidence: give a file or an address")
    if not grant.verified_by.strip() or grant.verified_on is None:
        found.append("nobody has verified it: give verified_by and verified_on")
    elif at < expires(grant.verified_on):
        found.append(f"it says that it was verified on {grant.verified_on.isoformat()}, in future")
    return found


def _backdated(grant: Grant, asked: Asked) -> list[str]:
    """What the date of the evidence contradicts.

    Without one, evidence is known to have been there when a person verified it, and not before;
    what a machine has read from the licensor is dated by its own record.
    """
    if grant.evidence_on is None:
        return _verified_late(grant, asked.acquired_at)
    written_on = grant.evidence_on.isoformat()
    found = []
    if asked.at < expires(grant.evidence_on):
        found.append(f"its evidence is of {written_on}, in future")
    if grant.verified_on is not None and begins(grant.verified_on) < begins(grant.evidence_on):
        found.append(f"it was verified before its evidence was there, on {written_on}")
    if asked.acquired_at is not None and begins(grant.evidence_on) >= asked.acquired_at:
        found.append(
            f"its evidence, of {written_on}, is no older than the acquisition, at "
            f"{asked.acquired_at.isoformat()}"
        )
    return found


def _verified_late(grant: Grant, acquired_at: datetime | None) -> list[str]:
    if acquired_at is None or grant.verified_on is None or grant.machine_read.strip():
        return []
    if begins(grant.verified_on) < acquired_at:
        return []
    return [
        f"it was verified on {grant.verified_on.isoformat()}, after the acquisition, at "
        f"{acquired_at.isoformat()}, and does not say that its evidence is older: give evidence_on"
    ]


def _for_a_person(grant: Grant, reasons: list[str]) -> str:
    origin = f"grant of {grant.holder or 'nobody'}, {grant.license}"
    stated = f", attested by {grant.attested_by}" if grant.attested_by else ""
    return f"{'; '.join(reasons)} ({origin}{stated})"
