"""What does not hold any more of what was permitted when it was decided."""

from __future__ import annotations

from collections.abc import Collection

from clearreel.production.recorded import UNRECORDED
from clearreel.report.recorded import Recorded
from clearreel.rights.explanation import Explanation

DUTIES = 6
"""The rule that a release can still meet."""


def lapsed(explained: tuple[Explanation, ...], told: Collection[str]) -> list[str]:
    """What refuses a clip now, though its source was permitted when it was decided: all but what
    is `told` already."""
    found: dict[str, None] = {}
    for one in explained:
        for outcome in one.outcomes:
            if outcome.rule != DUTIES:
                said = [e.said for e in outcome.exhibits if not e.holds and e.said not in told]
                found["; ".join(dict.fromkeys(said))] = None
    return [f"not permitted any more: {reason}" for reason in found if reason]


def unproven(recorded: Recorded, source: str) -> list[str]:
    """What is wrong with the evidence of a source, for which no export lets it out."""
    problems = [str(kept) for kept in recorded.evidence(source) if kept.state != "kept"]
    if not recorded.grants(source):
        problems.append(UNRECORDED)
    return problems
