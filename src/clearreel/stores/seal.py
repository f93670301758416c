"""What is stored of a sealed data set, under its key: AES-256-GCM (NIST SP 800-38D).

The data set's key is bound to its id and its use by HKDF (RFC 5869), and every subkey follows from
that: under another id or another use nothing opens.

*Members* are streams of chunks (STREAM: Hoang, Reyhanitabar, Rogaway and Vizár, 2015), each member
with a subkey of its own:

    mark 8 bytes | salt 32 bytes | chunk | chunk | …

A chunk is 65,536 bytes, the last one less or equal, and its tag of 16 bytes. Its nonce is its
number and whether it is the last, so chunks cannot be moved, dropped or added; the member's name
is authenticated with each, so members cannot change places. The salt is a keyed hash of name and
content: the same content gives the same bytes again, and no subkey ever serves two contents.

*Cells* of tables, and fingerprints in takedowns, are nonce 12 bytes | content | tag 16 bytes, the
nonce random, with one subkey a column; what identifies the row is authenticated.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, Self
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from clearreel.core.errors import DatasetError
from clearreel.stores.data_keys import DataKey, DataKeys

CHUNK = 1 << 16
"""Bytes of content that are sealed, and held, at a time."""

_MARK = b"crsealed"
_SALT = 32
_HEAD = len(_MARK) + _SALT
_TAG = 16
_NONCE = 12


class Seal:
    """Seals and opens what one data set stores. Two with the same key are equal.

    It crosses process borders as a reference: the other process reads the key from the ring.
    """

    def __init__(self, key: DataKey, ring: DataKeys) -> None:
        self._key = key
        self._ring = ring

    @classmethod
    def new(cls, use: str) -> Self:
        """The seal of a data set in the making. Its key is in the ring when this returns."""
        key, ring = DataKey.new(use, uuid4().hex), DataKeys.default(use)
        ring.add(key)
        return cls(key, ring)

    @classmethod
    def of(cls, about: Mapping[str, Any]) -> Self:
        """The seal that a dataset.json speaks of. The ring of its use is read, and no other.

        Raises `UsageError` when that has not its key, and `DatasetError` when nothing is said.
        """
        try:
            said = about["sealed"]
            ring, key, data_set = DataKeys.default(about["use"]), said["key"], said["data_set"]
        except (KeyError, TypeError) as error:
            raise DatasetError(
                "the dataset.json does not say what the data set is sealed with",
                hint="put back a copy of the one that it was made with",
            ) from error
        return cls(ring.find(key, data_set), ring)

    @property
    def about(self) -> dict[str, Any]:
        """What a dataset.json says of it."""
        return {"sealed": {"data_set": self._key.data_set, "key": self._key.id}}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Seal) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __reduce__(self) -> tuple[object, ...]:
        rings, use = self._ring.folder.parent, self._ring.use
        return _again, (rings, use, self._key.id, self._key.data_set)

    @property
    def key(self) -> DataKey:
        """The data set's key."""
        return self._key

    @property
    def key_file(self) -> Path:
        """Where that lies."""
        return self._ring.path(self._key.id)

    def subkey(self, purpose: str, salt: bytes | None = None) -> bytes:
        """256 bits for one purpose; for each salt other ones."""
        return _derive(self._root, purpose, salt)

    def cells(self, column: str) -> Cells:
        """Seals the cells of a column, named with its table: "clips.caption"."""
        return Cells(self.subkey(f"cells {column}"), f"{column} of the key {self._key.id}")

    def stream(self, name: str, sha256: str, content: BinaryIO) -> Iterator[bytes]:
        """The sealed bytes of a member, from its content and the SHA-256 (hex) of that."""
        salt = hmac.digest(self._salts, f"{name}\n{sha256}".encode(), "sha256")
        yield _MARK + salt
        cipher = AESGCM(self.subkey("member", salt))
        number, piece = 0, content.read(CHUNK)
        while True:
            following = content.read(CHUNK) if len(piece) == CHUNK else b""
            yield cipher.encrypt(_nonce(number, last=not following), piece, name.encode())
            if not following:
                return
            number, piece = number + 1, following

    def opened(self, name: str, size: int, sealed: BinaryIO) -> Iterator[bytes]:
        """The content of a member of `size` bytes, a chunk at a time, each of them authentic.

        `sealed` stands at the member's first byte. Raises `DatasetError` when the bytes are not
        what was sealed under this key and name; what came before is authentic, not complete.
        """
        head = sealed.read(_HEAD)
        if len(head) < _HEAD or not head.startswith(_MARK):
            raise self._broken(name)
        cipher = AESGCM(self.subkey("member", head[len(_MARK) :]))
        left = size
        for number in range(_chunks(size)):
            length = min(left, CHUNK)
            left -= length
            nonce = _nonce(number, last=not left)
            try:
                piece = cipher.decrypt(nonce, sealed.read(length + _TAG), name.encode())
            except (InvalidTag, ValueError) as error:  # ValueError: less than a tag was there
                raise self._broken(name) from error
            yield piece

    def close(self, name: str, content: bytes) -> bytes:
        """A member as a whole."""
        sha256 = hashlib.sha256(content).hexdigest()
        return b"".join(self.stream(name, sha256, io.BytesIO(content)))

    def open(self, name: str, sealed: bytes) -> bytes:
        """The content of one. Raises `DatasetError` as `opened` does."""
        chunks = -(-(len(sealed) - _HEAD) // (CHUNK + _TAG))
        size = max(0, len(sealed) - _HEAD - _TAG * chunks)
        return b"".join(self.opened(name, size, io.BytesIO(sealed)))

    @cached_property
    def _root(self) -> bytes:
        bound = f"clearreel data set\n{self._key.use}\n{self._key.data_set}"
        return _derive(self._key.secret, bound, None)

    @cached_property
    def _salts(self) -> bytes:
        return self.subkey("salts")

    def _broken(self, name: str) -> DatasetError:
        return DatasetError(
            f"{name} does not open with the key {self._key.id}: its bytes were changed, or sealed "
            "for another data set, use or place",
            hint="remove the file below packs/ that it lies in, and run again",
        )


class Cells:
    """One column's cells."""

    def __init__(self, key: bytes, what: str) -> None:
        self._cipher = AESGCM(key)
        self._what = what

    def seal(self, row: str, content: bytes) -> bytes:
        """The cell of the row with this id."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, content, row.encode())

    def open(self, row: str, sealed: bytes) -> bytes:
        """Its content. Raises `DatasetError` when it was changed, or is another row's."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], row.encode())
        except (InvalidTag, ValueError) as error:
            raise DatasetError(
                f"a cell of row {row} does not open, in {self._what}: it was changed, or sealed "
                "for another data set, use or row",
                hint="put back a copy of the data set, or make it anew from its sources",
            ) from error


def sealed_size(size: int) -> int:
    """How many bytes a member of `size` bytes takes."""
    return _HEAD + size + _TAG * _chunks(size)


def _chunks(size: int) -> int:
    return max(1, -(-size // CHUNK))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(_NONCE - 1, "big") + bytes([last])


def _derive(key: bytes, purpose: str, salt: bytes | None) -> bytes:
    return HKDF(SHA256(), 32, salt=salt, info=purpose.encode()).derive(key)


def _again(rings: Path, use: str, key_id: str, data_set: str) -> Seal:
    ring = DataKeys(rings, use)
    return Seal(ring.find(key_id, data_set), ring)
