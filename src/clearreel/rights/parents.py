"""Parents: what a model or data set, from which labels of a clip come, means for a use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clearreel.core.errors import UsageError
from clearreel.rights.findings import Finding
from clearreel.rights.licences import OWNED, judge_license
from clearreel.rights.policy import Policy
from clearreel.rights.uses import Intent
from clearreel.rights.world import Parent


def tree(parents: Iterable[Parent]) -> Iterator[Parent]:
    """The parents, and all that they were made from."""
    for parent in parents:
        yield parent
        yield from tree(parent.made_from or ())


def named_in(texts: Iterable[str], policy: Policy) -> tuple[Parent, ...]:
    """What the policy excludes by name, or keeps to research, and any of `texts` speaks of.

    Nothing is known of them but the name, which is what counts.
    """
    told = [text.lower() for text in texts]
    named = policy.excluded | policy.research_only
    return tuple(
        Parent(name, OWNED) for name in sorted(named) if any(name in text for text in told)
    )


def judge_parent(parent: Parent, intent: Intent, policy: Policy) -> Finding:
    """What one parent means for the use, without what it was made from: see `tree`."""
    reasons = []
    name = parent.name.lower()
    if name in policy.excluded:
        reasons.append(f"the policy excludes {parent.name}")
    if name in policy.research_only and intent.purpose != "research":
        reasons.append(f"the policy keeps {parent.name} to research")
    if parent.made_from is None:
        reasons.append(f"nobody says what {parent.name} was made from")
    duties: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    said = f"{parent.name} is under {parent.license}, which the policy accepts"
    if parent.license not in policy.parent_licenses:
        try:
            ruling = judge_license(parent.license, intent.use, free=policy.parent_licenses)
        except UsageError as error:
            reasons.append(f"the licence of {parent.name} is not known: {error.message}")
        else:
            said = ruling.reason
            duties, alike = tuple(sorted(ruling.duties)), tuple(sorted(ruling.alike))
            reasons += [] if ruling.permitted else [f"{parent.name}: {ruling.reason}"]
    return Finding(
        permits=not reasons,
        reason="; ".join(reasons) or said,
        license=parent.license,
        holder=parent.name,
        attribution=f"{parent.name}, {parent.license}" if "attribution" in duties else "",
        duties=duties,
        alike=alike,
    )
