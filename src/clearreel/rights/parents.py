"""Parents: what a model, data set or work that a clip or its labels come from means for a use."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from clearreel.core.errors import UsageError
from clearreel.rights.finding import Finding
from clearreel.rights.licences import OWNED, judge_license
from clearreel.rights.parent import Parent
from clearreel.rights.policy import Policy
from clearreel.rights.uses import Intent


def named_in(texts: Iterable[str], policy: Policy) -> tuple[Parent, ...]:
    """What the policy excludes by name, or keeps to research, and any of `texts` speaks of.

    Letters and digits count, in capitals or not, and not what stands between them: `HD VG 130m` is
    HD-VG-130M. Nothing is known of them but the name, which is what counts.
    """
    told = [_letters(text) for text in texts]
    named = policy.excluded | policy.research_only
    return tuple(
        Parent(name, OWNED)
        for name in sorted(named)
        if any(_letters(name) in text for text in told)
    )


@lru_cache(maxsize=4096)
def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def judge_parent(parent: Parent, intent: Intent, policy: Policy) -> Finding:
    """What one parent means for the use, without what it was made from: see `parent.tree`."""
    reasons = []
    name = parent.name.lower()
    if name in policy.excluded:
        reasons.append(f"the policy excludes {parent.name} ([parents] excluded in policy.toml)")
    if name in policy.research_only and intent.purpose != "research":
        said = f"the policy keeps {parent.name} to research"
        reasons.append(f"{said} ([parents] research-only in policy.toml)")
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
