"""What is signed of a release: an in-toto Statement v1 with a predicate of our own.

<https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md>. Its subjects are the
manifest, which covers every other file, and each shard, so that a shard alone can be checked too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from clearreel.core.errors import UsageError
from clearreel.proofs.keys import PublicKey
from clearreel.proofs.layout import MANIFEST
from clearreel.proofs.leaf import from_hex
from clearreel.rights.approvers import check_role
from clearreel.stores.canonical import canonical, from_canonical

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "urn:x-clearreel:release:v1"


@dataclass(frozen=True, slots=True)
class Root:
    """A Merkle tree."""

    root: str
    """Hex."""
    count: int
    """Of leaves."""


@dataclass(frozen=True, slots=True)
class Statement:
    """All that a signer says of a release."""

    subjects: Mapping[str, str]
    """Names of files in the release, and their SHA-256 in hex. The manifest is one of them."""
    name: str
    format: str
    use: str
    """The one use that it is declared for."""
    licenses: tuple[str, ...]
    made_by: str
    created: str
    """RFC 3339, UTC: the signer's own word."""
    clips: Root
    """Over the commitments of all clips, in the order of `proofs/clips.jsonl`."""
    sources: Root
    """A sorted map: hashed source id → commitment; see `clearreel.proofs.sorted_map`."""
    sources_salt: str
    """Hex; source ids are hashed with it."""
    policy_sha256: str
    """Of what the use demanded when it was made, as canonical JSON."""
    approvals: tuple[Mapping[str, Any], ...]
    """Role, file, SHA-256 and key of each that it rests on; see `clearreel.proofs.approvals`."""
    ledger: str
    """The data set's ledger when it was made, as a checkpoint."""

    def written(self) -> bytes:
        """The payload to sign."""
        predicate = asdict(self)
        del predicate["subjects"]
        return canonical(
            {
                "_type": STATEMENT_TYPE,
                "subject": [
                    {"name": name, "digest": {"sha256": sha256}}
                    for name, sha256 in sorted(self.subjects.items())
                ],
                "predicateType": PREDICATE_TYPE,
                "predicate": predicate,
            }
        )

    @classmethod
    def read(cls, payload: bytes) -> Statement:
        """What a payload says. Raises `ValueError` when it is no statement about a release."""
        try:
            said = from_canonical(payload)
            predicate = dict(said["predicate"])
            subjects = {row["name"]: row["digest"]["sha256"] for row in said["subject"]}
            made = cls(
                subjects=subjects,
                clips=Root(**predicate.pop("clips")),
                sources=Root(**predicate.pop("sources")),
                licenses=tuple(predicate.pop("licenses")),
                approvals=tuple(predicate.pop("approvals")),
                **predicate,
            )
            made._check()
        except (KeyError, TypeError, AttributeError, UsageError) as error:
            raise ValueError(f"it is no statement about a release: {error!r}") from error
        if made.written() != payload:
            raise ValueError("it is no statement about a release, or of a newer kind")
        return made

    def _check(self) -> None:
        texts = [f.name for f in fields(self) if f.type == "str"]
        wrong = [name for name in texts if not isinstance(getattr(self, name), str)]
        if wrong:
            raise ValueError(f"{wrong[0]} is no text")
        hashes = [self.clips.root, self.sources.root, self.sources_salt, self.policy_sha256]
        for sha256 in (*hashes, *self.subjects.values()):
            from_hex(sha256)
        for tree in (self.clips, self.sources):
            if type(tree.count) is not int or tree.count < 0:
                raise ValueError(f"{tree.count!r} is no number of leaves")
        for row in self.approvals:
            if set(row) != {"role", "file", "sha256", "key"}:
                raise ValueError(f"an approval has role, file, sha256 and key, not {sorted(row)}")
            check_role(row["role"])
            PublicKey(row["key"])
        if MANIFEST not in self.subjects:
            raise ValueError(f"it does not speak of {MANIFEST}")
