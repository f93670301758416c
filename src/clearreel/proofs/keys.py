"""Ed25519 keys (RFC 8032): a signing key is a file for its owner alone, or an environment variable.

Both halves are PEM, as `openssl pkey` reads them. A key's id is the SHA-256, in hex, of its public
half as SubjectPublicKeyInfo in DER.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from clearreel.core.errors import StorageError, UsageError

VARIABLE = "CLEARREEL_SIGNING_KEY"
"""A path, or the PEM itself where a secret should be in no file."""

_PEM = "-----BEGIN "


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What signatures are checked with."""

    pem: str

    def __post_init__(self) -> None:
        self._key()  # refuse what is no key at once

    @property
    def id(self) -> str:
        """64 hex digits."""
        der = self._key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return hashlib.sha256(der).hexdigest()

    @property
    def raw(self) -> bytes:
        """32 bytes."""
        return self._key().public_bytes_raw()

    def verifies(self, signature: bytes, content: bytes) -> bool:
        """Whether `signature` (64 bytes) was made over `content` with the other half."""
        try:
            self._key().verify(signature, content)
        except InvalidSignature:
            return False
        return True

    @classmethod
    def read(cls, path: Path) -> Self:
        """The public key in a file. Raises `UsageError` when there is none."""
        return cls(_read(path))

    def _key(self) -> Ed25519PublicKey:
        try:
            key = load_pem_public_key(self.pem.encode())
        except (ValueError, UnsupportedAlgorithm) as error:
            raise UsageError(
                f"{self.pem[:40]!r}… is no public key",
                hint="give the file that ends in .pub, from: clearreel keys new FILE",
            ) from error
        if not isinstance(key, Ed25519PublicKey):
            raise UsageError(f"a {type(key).__name__} is given; only Ed25519 keys are used here")
        return key


class SigningKey:
    """What signs. It is never printed, and shows nothing of itself but its public half."""

    def __init__(self, pem: str) -> None:
        """Raises `UsageError` when `pem` is not an unencrypted Ed25519 private key."""
        try:
            key = load_pem_private_key(pem.encode(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise UsageError(
                "what is given is no signing key: not an unencrypted private key as PEM",
                hint="make one with: clearreel keys new FILE",
            ) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise UsageError(f"a {type(key).__name__} is given; only Ed25519 keys are used here")
        self._key = key

    @classmethod
    def find(cls, path: Path | None, environ: Mapping[str, str] = os.environ) -> Self | None:
        """The key in the file `path`, else the one that `CLEARREEL_SIGNING_KEY` gives, else None.

        Raises `UsageError` for a file that others than its owner can read, or that holds no key.
        """
        if path is None:
            given = environ.get(VARIABLE, "").strip()
            if not given:
                return None
            if given.startswith(_PEM):
                return cls(given)
            path = Path(given).expanduser()
        pem = _read(path)
        if path.stat().st_mode & 0o077:
            raise UsageError(
                f"{path} can be read by others than its owner, so anybody may have signed with it",
                hint=f"make a new key, or if nobody else had access: chmod 600 {path}",
            )
        return cls(pem)

    @property
    def public(self) -> PublicKey:
        """The half that everybody may have."""
        form = self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return PublicKey(form.decode())

    def sign(self, content: bytes) -> bytes:
        """The signature, 64 bytes; the same every time."""
        return self._key.sign(content)


def new_key(path: Path) -> SigningKey:
    """Make a key: `path` for its owner alone (0600), and `path` + ".pub" for everybody.

    Raises `UsageError` when either file exists, and `StorageError` when they cannot be written.
    """
    public = public_file(path)
    for file in (path, public):
        if file.exists():
            raise UsageError(
                f"{file} exists, and a key is never written over",
                hint="give another file name, or move it away",
            )
    made = Ed25519PrivateKey.generate()
    pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(pem)
        key = SigningKey(pem.decode())
        public.write_text(key.public.pem)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror or error}") from error
    return key


def public_file(path: Path) -> Path:
    """Where the public half of the key in `path` lies."""
    return path.with_name(f"{path.name}.pub")


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise UsageError(
            f"no key can be read from {path}: {reason}",
            hint="make one with: clearreel keys new FILE",
        ) from error
