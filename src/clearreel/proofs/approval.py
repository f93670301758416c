"""An approval: a role's signature over the very sources that may be used for a purpose.

It is an in-toto Statement v1 whose subjects are the sources. It names each of them with its hash,
and there is no way to write "all of it": what is added later is not approved by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clearreel.core.errors import UsageError
from clearreel.proofs.leaf import from_hex
from clearreel.proofs.statement import STATEMENT_TYPE
from clearreel.rights.approvers import check_role
from clearreel.stores.canonical import canonical, from_canonical

APPROVAL_TYPE = "urn:x-clearreel:approval:v1"


@dataclass(frozen=True, slots=True)
class Approval:
    """What one role has approved."""

    role: str
    """A word: "rights", "operator"."""
    purpose: str
    """The use that it is approved for, and no other."""
    at: str
    """RFC 3339, UTC: the signer's own word."""
    sources: Mapping[str, str]
    """Source id → SHA-256 in hex. At least one."""

    def __post_init__(self) -> None:
        check_role(self.role)
        if not self.sources:
            raise UsageError(
                "an approval names the sources that are approved, and none is given",
                hint="see what there is with: clearreel sources DATASET",
            )

    def missing(self, sources: Mapping[str, str]) -> list[str]:
        """Ids among `sources` (id → SHA-256) that it does not cover, sorted."""
        return sorted(name for name, sha in sources.items() if self.sources.get(name) != sha)

    def written(self) -> bytes:
        """The payload to sign."""
        return canonical(
            {
                "_type": STATEMENT_TYPE,
                "subject": [
                    {"name": name, "digest": {"sha256": sha256}}
                    for name, sha256 in sorted(self.sources.items())
                ],
                "predicateType": APPROVAL_TYPE,
                "predicate": {"role": self.role, "purpose": self.purpose, "at": self.at},
            }
        )

    @classmethod
    def read(cls, payload: bytes) -> Approval:
        """What a payload says. Raises `ValueError` when it is no approval."""
        try:
            said = from_canonical(payload)
            sources = {row["name"]: row["digest"]["sha256"] for row in said["subject"]}
            made = cls(sources=sources, **said["predicate"])
            for sha256 in sources.values():
                from_hex(sha256)
        except (KeyError, TypeError, AttributeError, UsageError) as error:
            raise ValueError(f"it is no approval: {error!r}") from error
        if made.written() != payload:
            raise ValueError("it is no approval, or of a newer kind")
        return made
