"""Roles that approve releases, and which keys may play them.

A role is a word that anybody can type, so a word alone is nobody's approval: the policy names the
keys. Whoever holds a key, and that two keys are two people's, no file can show.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from clearreel.core.errors import UsageError

SECTION = "approvers"
"""Of a policy: the roles of each key."""

_ROLE = re.compile(r"[a-z][a-z0-9-]{0,39}")
_KEY_ID = re.compile(r"[0-9a-f]{64}")


def check_role(name: str) -> None:
    """Raises `UsageError` for what is no role."""
    if not _ROLE.fullmatch(name):
        raise UsageError(f"{name!r} is no role", hint="a role is one word in small letters: rights")


def check_key_id(name: str) -> None:
    """Raises `UsageError` for what is no key's id, or not the whole of it.

    A part would do for whoever makes keys until the id of one begins so.
    """
    if not _KEY_ID.fullmatch(name):
        raise UsageError(
            f"{name!r} is no key's id",
            hint="an id is 64 hex digits in small letters, as printed by: clearreel keys list",
        )


@dataclass(frozen=True, slots=True)
class Approvers:
    """Which keys may approve in which roles."""

    roles: Mapping[str, tuple[str, ...]]
    """Key id → the roles that it may play, each of them or all in one release."""
    demanded: frozenset[str]
    """Roles that the policy demands for any purpose, whether or not a key is named for them."""

    def keys(self, role: str) -> tuple[str, ...]:
        """Ids of the keys that are named for a role."""
        return tuple(key for key, roles in self.roles.items() if role in roles)

    def named(self, key_id: str, role: str) -> bool:
        """Whether the policy says of this key that it may play this role."""
        return role in self.roles.get(key_id, ())

    def objection(self, key_id: str, role: str) -> str:
        """Why an approval with this key in this role counts for nothing; empty where it does.

        A role that no policy demands, and that no key is named for, anybody's key may play of whom
        the policy says nothing.
        """
        if self.named(key_id, role):
            return ""
        if key_id in self.roles:
            others = " and ".join(repr(one) for one in self.roles[key_id]) or "no role"
            return f"key {key_id} may play {others} by the policy, and not {role!r}"
        if self.keys(role):
            return f"key {key_id} is none that the policy names for {role!r}"
        if role in self.demanded:
            return f"the policy demands {role!r} and names no key for it, nor key {key_id}"
        return ""

    def line(self, key_id: str, *roles: str) -> str:
        """The line of the section that lets a key play these roles, beside those that it may."""
        listed = dict.fromkeys((*self.roles.get(key_id, ()), *roles))
        return f'"{key_id}" = {json.dumps(list(listed))}'
