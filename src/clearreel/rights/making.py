"""What footage was made from: as its grant states it, and as words and addresses give it away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from clearreel.rights.finding import Finding
from clearreel.rights.grants import Grant
from clearreel.rights.licences import OWNED
from clearreel.rights.parent import Parent, tree
from clearreel.rights.parents import judge_parent, named_in
from clearreel.rights.policy import Policy
from clearreel.rights.uses import Use


def judge_making(grant: Grant, use: Use, policy: Policy) -> list[Finding]:
    """What everything that the footage of a grant was made from means for the use.

    Of a finding about what the policy alone speaks of, the licence is empty: nobody says it.
    """
    return list(dict.fromkeys((*_stated(grant, use, policy), *_spoken_of(grant, use, policy))))


def _stated(grant: Grant, use: Use, policy: Policy) -> Iterator[Finding]:
    """What `made_from` lists. Without a licence a name is what the policy says of it, if that does;
    else its licence is not known."""
    for parent in tree(grant.made_from):
        by_name = not parent.license and bool(named_in([parent.name], policy))
        judged = replace(parent, license=OWNED) if by_name else parent
        for intent in use.intents:
            found = judge_parent(judged, intent, policy)
            said = f"made from {parent.name}: {found.reason}"
            if by_name and found.permits:
                said = f"made from {parent.name}, which is for research, as the policy has it"
            elif not parent.license and not by_name:
                said += f'; say it, as in {{ name = "{parent.name}", license = "…" }}'
            yield replace(found, reason=said, license=parent.license)


def _spoken_of(grant: Grant, use: Use, policy: Policy) -> Iterator[Finding]:
    """What the policy excludes or keeps to research, and the grant names in whatever it says."""
    found: dict[Parent, list[str]] = {}
    for key, texts in _words(grant, policy).items():
        for named in named_in(texts, policy):
            found.setdefault(named, []).append(key)
    for named, keys in found.items():
        told = f"the grant speaks of {named.name} in its {' and '.join(keys)}"
        yield from _by_name(named, told, "write it without that name", use, policy)


def judge_addresses(addresses: Iterable[str], use: Use, policy: Policy) -> list[Finding]:
    """What the addresses that footage was fetched from name, of what the policy has by name."""
    return [
        found
        for address in addresses
        for named in named_in([address], policy)
        for found in _by_name(
            named, f"it was fetched from {address}", "take that name out of the list", use, policy
        )
    ]


def _by_name(named: Parent, told: str, way_out: str, use: Use, policy: Policy) -> Iterator[Finding]:
    for intent in use.intents:
        judged = judge_parent(named, intent, policy)
        said = f"{told}, which is for research, as the policy has it"
        if not judged.permits:
            said = f"{judged.reason}, and {told}: if nothing of it is from there, {way_out}"
        yield replace(judged, reason=said, license="")


def _words(grant: Grant, policy: Policy) -> Mapping[str, tuple[str, ...]]:
    """All that a grant says in words of its own, by the key that says it."""
    listed = policy.excluded | policy.research_only
    stated = [text for one in tree(grant.made_from) for text in (one.name, one.license)]
    return {
        "files": grant.scope.patterns,
        "license": (grant.license,),
        "holder": (grant.holder,),
        "basis": (grant.basis,),
        "attribution": (grant.attribution,),
        "evidence": (grant.evidence,),
        "machine_read": (grant.machine_read,),
        "made_from": tuple(text for text in stated if text.lower() not in listed),
    }
