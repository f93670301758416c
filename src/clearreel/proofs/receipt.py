"""The receipt of a takedown: what was taken out, and proofs that it is in no release any more.

A receipt is one line of canonical JSON. It holds when each of its proofs does and they show, for
every release that it tells of, the absence of every source that it names. What it says beyond that
is the word of whoever wrote it, and the ledger's, which has a row with the SHA-256 of all of the
receipt but `ledger`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from clearreel.core.amounts import counted
from clearreel.proofs.verified import EXACT_BYTES, VerifiedProof
from clearreel.stores.canonical import canonical, from_canonical

RECEIPT_TYPE = "urn:x-clearreel:takedown-receipt:v1"
_KEYS = {
    *("type", "id", "kind", "demanded", "carried_out", "denied", "removed", "releases"),
    *("look_up", "near", "search", "by_hand", "proofs", "ledger"),
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt says, in JSON types."""

    value: Mapping[str, Any]

    @property
    def sources(self) -> list[str]:
        """Ids of the sources that were taken out, or are denied."""
        return list(self.value["denied"]["sources"])

    @property
    def body_sha256(self) -> str:
        """What the ledger's row of it has."""
        body = {name: part for name, part in self.value.items() if name != "ledger"}
        return hashlib.sha256(canonical(body)).hexdigest()

    def written(self) -> bytes:
        """What its file holds."""
        return canonical(dict(self.value)) + b"\n"

    @classmethod
    def read(cls, content: bytes) -> Receipt:
        """The receipt in a file. Raises `ValueError` if it has another form."""
        value = from_canonical(content.removesuffix(b"\n"))
        if not is_receipt(value) or set(value) != _KEYS:
            raise ValueError("it is no receipt of a takedown")
        return cls(value)


@dataclass(frozen=True, slots=True)
class VerifiedReceipt:
    """A receipt whose proofs hold."""

    receipt: Receipt
    releases: list[str]
    """Names of the releases that are shown to be without it."""

    def to_json(self) -> dict[str, Any]:
        """All of it in JSON types."""
        said = self.receipt.value
        return {"kind": "receipt", "holds": True, "takedown": said["id"]} | {
            "sources": self.receipt.sources,
            "releases": self.releases,
            "receipt_sha256": self.receipt.body_sha256,
            "ledger": said["ledger"],
        }

    @property
    def summary(self) -> str:
        """One line."""
        return f"takedown {self.receipt.value['id']}: {self._shown}"

    @property
    def _shown(self) -> str:
        gone = counted(len(self.receipt.sources), "source is", "sources are")
        if self.releases:
            return f"{gone} proven absent from {', '.join(map(repr, self.releases))}"
        return f"{gone} denied; no signed release was there to prove absence from"

    @property
    def _compared(self) -> str:
        """What the look-up came to, which is the word of whoever wrote the receipt."""
        looked, near = self.receipt.value["look_up"], len(self.receipt.value["near"])
        if not looked["looked_for"]:
            return "what looks or sounds like it was NOT looked for: nothing of it could be"
        alone = looked.get("sound_alone", [])
        how = "sound alone" if len(alone) == looked["looked_for"] else "looks and sound"
        return (
            f"compared by {how} with {counted(looked['compared'], 'clip')} of other sources: "
            f"the same, and gone too: {len(looked['same'])}; near: {near}"
        )

    def __str__(self) -> str:
        said = self.receipt.value
        return "\n".join(
            [
                f"takedown {said['id']}, carried out {said['carried_out']}",
                self._shown,
                self._compared,
                f"its ledger: {said['ledger']}, with a row of {self.receipt.body_sha256}",
                EXACT_BYTES,
            ]
        )


def is_receipt(value: Any) -> bool:
    """Whether JSON says that it is a receipt."""
    return isinstance(value, dict) and value.get("type") == RECEIPT_TYPE


def verify_receipt(
    content: bytes, verify_proof: Callable[[bytes], VerifiedProof]
) -> VerifiedReceipt:
    """Verify every proof in a receipt. Raises `ValueError`, and what `verify_proof` raises."""
    receipt = Receipt.read(content)
    names = []
    for statement, proofs in receipt.value["proofs"].items():
        missing = set(receipt.sources) - proofs.keys()
        if missing:
            raise ValueError(f"source {min(missing)} is not shown to be absent from {statement}")
        name = ""
        for source, proof in proofs.items():
            shown = verify_proof(canonical(proof) + b"\n")
            if shown.present or shown.proof.source_id != source:
                raise ValueError(f"it does not show that source {source} is absent")
            if hashlib.sha256(shown.proof.envelope.written()).hexdigest() != statement:
                raise ValueError(f"a proof is not from the release {statement}")
            name = shown.statement.name
        names.append(name)
    return VerifiedReceipt(receipt, names)
