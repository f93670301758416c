"""A signed statement in its envelope: DSSE 1.0, with one Ed25519 signature.

<https://github.com/secure-systems-lab/dsse>. The file is canonical JSON and nothing else, so that
no byte of it can be changed unnoticed, not even where the signature does not reach.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from clearreel.core.errors import VerificationError
from clearreel.proofs.keys import PublicKey, SigningKey
from clearreel.stores.canonical import canonical, from_canonical

IN_TOTO = "application/vnd.in-toto+json"
"""The type of the payload: an in-toto statement."""

Believed = Callable[[str], PublicKey]
"""Gives the key with an id when it is to be believed, and raises `VerificationError` if not."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload and who signed it. Not checked until `opened`."""

    payload: bytes
    key_id: str
    signature: bytes

    @classmethod
    def sign(cls, payload: bytes, key: SigningKey) -> Envelope:
        """Put a statement in an envelope."""
        return cls(payload, key.public.id, key.sign(_signed_bytes(payload)))

    @classmethod
    def from_json(cls, value: Any) -> Envelope:
        """The envelope that was written as `value`. Raises `ValueError` if it has another form."""
        try:
            [signature] = value["signatures"]
            made = cls(
                base64.b64decode(value["payload"], validate=True),
                signature["keyid"],
                base64.b64decode(signature["sig"], validate=True),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError("it is no DSSE envelope with one signature") from error
        if made.to_json() != value:
            raise ValueError("it is no DSSE envelope of an in-toto statement in its one form")
        return made

    def to_json(self) -> dict[str, Any]:
        """All of it in JSON types."""
        signature = base64.b64encode(self.signature).decode()
        return {
            "payload": base64.b64encode(self.payload).decode(),
            "payloadType": IN_TOTO,
            "signatures": [{"keyid": self.key_id, "sig": signature}],
        }

    @classmethod
    def read(cls, content: bytes) -> Envelope:
        """The envelope in a file. Raises `ValueError` if it has another form."""
        if not content.endswith(b"\n"):
            raise ValueError("it does not end with the end of a line")
        return cls.from_json(from_canonical(content[:-1]))

    def written(self) -> bytes:
        """What its file holds: one line."""
        return canonical(self.to_json()) + b"\n"

    def opened(self, believed: Believed) -> bytes:
        """The payload, if the signature holds.

        Raises `VerificationError`.
        """
        if not believed(self.key_id).verifies(self.signature, _signed_bytes(self.payload)):
            raise VerificationError(
                f"the signature with key {self.key_id} does not hold: what is signed was changed",
                hint="get it anew from its publisher, and believe nothing of this copy",
            )
        return self.payload


def _signed_bytes(payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding."""
    return b"DSSEv1 %d %b %d %b" % (len(IN_TOTO), IN_TOTO.encode(), len(payload), payload)
