"""What holds, in words and in JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from clearreel.core.amounts import counted
from clearreel.proofs.keys import PublicKey
from clearreel.proofs.look_up import NOT_TOLD
from clearreel.proofs.proof import Proof
from clearreel.proofs.statement import Statement
from clearreel.proofs.written_by import sentences

EXACT_BYTES = (
    "It speaks of exact bytes: the same footage encoded or cut anew has another hash. "
    "And it is the signer's word that nothing is in the release which it does not list."
)


@dataclass(frozen=True, slots=True)
class Approver:
    """Who has approved a release, as its statement tells it."""

    role: str
    key_id: str
    name: str
    """Whose key that is, as the keys that this user trusts are called; empty where it is none."""
    own: bool
    """Whether it is the very key that the release is signed with."""

    def __str__(self) -> str:
        whose = self.name or "nobody has said here whose that is"
        own = ": the signer's own" if self.own else ""
        return f"approved by {self.role} with key {self.key_id} ({whose}){own}"


@dataclass(frozen=True, slots=True)
class VerifiedRelease:
    """A release of which every byte is the signed one."""

    folder: Path
    statement: Statement
    key_id: str
    files: int
    bytes: int
    names: Mapping[str, str] = field(default_factory=dict)
    """Key id → whose it is: what this user has said, and no release does."""

    def to_json(self) -> dict[str, Any]:
        """All of it in JSON types."""
        return {"kind": "release", "holds": True, "folder": str(self.folder)} | {
            **about(self.statement, self.key_id, self.names),
            "files": self.files,
            "bytes": self.bytes,
        }

    @property
    def summary(self) -> str:
        """One line."""
        said = self.statement
        return (
            f"{counted(self.files, 'file')}, {self.bytes / 1e6:.1f} MB, "
            f"{counted(said.clips.count, 'clip')} of {counted(said.sources.count, 'source')}"
        )

    def __str__(self) -> str:
        return f"{self.folder} holds: {self.summary}\n{_signed(self)}"


@dataclass(frozen=True, slots=True)
class VerifiedProof:
    """A proof that holds."""

    proof: Proof
    statement: Statement
    key_id: str
    names: Mapping[str, str] = field(default_factory=dict)
    """Key id → whose it is: what this user has said, and no release does."""

    @property
    def present(self) -> bool:
        """Whether it shows that something is in the release, or that it is not."""
        return self.proof.absent is None

    def to_json(self) -> dict[str, Any]:
        """All of it in JSON types."""
        said: dict[str, Any] = {"kind": "proof", "holds": True, "present": self.present}
        said |= about(self.statement, self.key_id, self.names) | {"source_id": self.proof.source_id}
        if self.proof.absent is not None:
            looked = self.proof.look_up
            said["look_up"] = None if looked is None else looked.to_json()
        for name, place in (("source", self.proof.source), ("clip", self.proof.clip)):
            if place is not None:
                said[name] = dict(place.leaf.value)
        return said

    @property
    def summary(self) -> str:
        """One line."""
        name = self.statement.name
        if self.proof.absent is not None:
            looked = self.proof.look_up
            finding = NOT_TOLD if looked is None else looked.finding
            absent = f"source {self.proof.source_id} is NOT in the release {name!r}"
            return f"{absent} as these bytes{finding}"
        if self.proof.clip is not None:
            return f"clip {self.proof.clip.leaf.value['clip_id']} IS in the release {name!r}"
        return f"source {self.proof.source_id} IS in the release {name!r}"

    def __str__(self) -> str:
        name = self.statement.name
        if self.proof.absent is not None:
            lines = [
                self.summary,
                *(self.proof.look_up.lines() if self.proof.look_up else ()),
                "no file whose SHA-256 begins with that id is a source of it",
            ]
            return "\n".join([*lines, _signed(self), EXACT_BYTES])
        assert self.proof.source is not None
        source = self.proof.source.leaf.value
        decision = source.get("decision", {})
        lines = [
            f"source {source['source_id']} IS in the release {name!r} with "
            f"{counted(source['clips'], 'clip')}",
            f"file with SHA-256 {source['sha256']}",
            f"permitted: {decision.get('license')}; {decision.get('basis')}",
        ]
        if self.proof.clip is not None:
            clip = self.proof.clip.leaf.value
            lines.insert(0, self.summary)
            lines.insert(1, f"file with SHA-256 {clip['sha256']}")
            lines[2:2] = sentences(clip)
        return "\n".join([*lines, _signed(self)])


def approvers(statement: Statement, key_id: str, names: Mapping[str, str]) -> Iterator[Approver]:
    """Who has approved a release that is signed with the key `key_id`, in the order of roles."""
    for row in statement.approvals:
        approver = PublicKey(row["key"]).id
        yield Approver(row["role"], approver, names.get(approver, ""), approver == key_id)


def about(statement: Statement, key_id: str, names: Mapping[str, str]) -> dict[str, Any]:
    """The release in JSON types, for a verified release or proof."""
    return {
        "name": statement.name,
        "format": statement.format,
        "use": statement.use,
        "licenses": list(statement.licenses),
        "created": statement.created,
        "made_by": statement.made_by,
        "clips": statement.clips.count,
        "sources": statement.sources.count,
        "approved_by": [row["role"] for row in statement.approvals],
        "approvals": [asdict(one) for one in approvers(statement, key_id, names)],
        "policy_sha256": statement.policy_sha256,
        "ledger": statement.ledger,
        "key": key_id,
        "key_name": names.get(key_id, ""),
    }


def _signed(verified: VerifiedRelease | VerifiedProof) -> str:
    said, key_id = verified.statement, verified.key_id
    approved = [str(one) for one in approvers(said, key_id, verified.names)]
    name = f" ({verified.names[key_id]})" if key_id in verified.names else ""
    return "\n".join(
        [
            f"declared for {said.use}, dated {said.created}",
            *(approved or ["approved by nobody"]),
            f"under the policy with SHA-256 {said.policy_sha256}",
            f"signed with key {key_id}{name}",
        ]
    )
