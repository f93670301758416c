"""ODRL terms of a grant: the actions that it permits, prohibits and asks for.

Actions of the ODRL 2.2 common vocabulary <https://www.w3.org/TR/odrl-vocab/> that say something
about what clearreel does with footage. They narrow a licence and never widen it. ODRL knows no
action for training: which uses are permitted stays the grant's list of `uses`, or the licence's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from clearreel.rights.licences import Duty
from clearreel.rights.uses import Act

_EVERY: frozenset[Act] = frozenset({"reproduce", "adapt", "distribute", "commercial"})

ACTIONS: Mapping[str, frozenset[Act]] = MappingProxyType(
    {
        "use": _EVERY,
        "reproduce": frozenset({"reproduce"}),
        "cc:Reproduction": frozenset({"reproduce"}),
        "derive": frozenset({"adapt"}),
        "modify": frozenset({"adapt"}),
        "transform": frozenset({"adapt"}),
        "cc:DerivativeWorks": frozenset({"adapt"}),
        "distribute": frozenset({"distribute"}),
        "cc:Distribution": frozenset({"distribute"}),
        "commercialize": frozenset({"commercial"}),
        "cc:CommercialUse": frozenset({"commercial"}),
    }
)
"""Actions that may be permitted or prohibited, and the acts that each stands for."""

DUTIES: Mapping[str, Duty] = MappingProxyType(
    {
        "attribute": "attribution",
        "cc:Attribution": "attribution",
        "shareAlike": "share-alike",
        "cc:ShareAlike": "share-alike",
    }
)
"""Duties that can be discharged here. Any other is refused when a rights file is read."""

_SAID: Mapping[Act, str] = MappingProxyType(
    {
        "reproduce": "to reproduce",
        "adapt": "to derive",
        "distribute": "to distribute",
        "commercial": "to commercialize",
    }
)


def shortcomings(
    permission: Iterable[str] | None, prohibition: Iterable[str], demands: frozenset[Act]
) -> list[str]:
    """For a person: what these actions lack of `demands`. A `permission` of None lacks nothing."""
    found = []
    if permission is not None:
        lacking = demands - _acts(permission)
        found += [f"its permission does not say {_SAID[act]}" for act in sorted(lacking)]
    prohibited = demands & _acts(prohibition)
    return found + [f"it prohibits {_SAID[act]}" for act in sorted(prohibited)]


def _acts(actions: Iterable[str]) -> frozenset[Act]:
    return frozenset[Act]().union(*(ACTIONS[action] for action in actions))
