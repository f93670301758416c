"""Which keys this user trusts, whose they are, until when, and which were revoked.

A signature shows that a key made it; whose key that is, no file can show that comes with it. It is
said here, once for each key, by somebody who has compared it with what its owner publishes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Self

from clearreel.core.errors import StorageError, UsageError, VerificationError
from clearreel.proofs.envelope import Believed
from clearreel.proofs.keys import PublicKey, SigningKey
from clearreel.rights.times import expires

_ANOTHER = (
    "see: clearreel keys list; ask its owner for a signature with another key, or if it is yours "
    "make one: clearreel keys new FILE"
)


@dataclass(frozen=True, slots=True)
class Trusted:
    """A key and what is known of it."""

    id: str
    pem: str
    name: str
    """Whose it is."""
    expires: str = ""
    """A date, RFC 3339, from which on it is good for nothing; empty for never."""
    revoked: str = ""
    """The date on which it was revoked; empty while it is good."""
    reason: str = ""
    """Why it was revoked."""

    @property
    def told(self) -> str:
        """Whose it is, and what has become of it: for people."""
        if self.revoked:
            return f"{self.name}, revoked on {self.revoked}: {self.reason}"
        return f"{self.name}, until {self.expires}" if self.expires else self.name


class KeyRing:
    """The list, in one file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def default(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """`$CLEARREEL_KEYS`, else `clearreel/keys.json` in the user's configuration folder."""
        if own := environ.get("CLEARREEL_KEYS"):
            return cls(Path(own).expanduser())
        shared = environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
        return cls(Path(shared) / "clearreel" / "keys.json")

    def keys(self) -> dict[str, Trusted]:
        """Every key by its id. Raises `UsageError` when the file cannot be understood."""
        if not self.path.exists():
            return {}
        try:
            listed = json.loads(self.path.read_text("utf-8"))
            keys = {row["id"]: Trusted(**row) for row in listed}
            for key in keys.values():
                if PublicKey(key.pem).id != key.id:
                    raise ValueError(f"{key.id} is not the id of its key")
                if key.expires:
                    date.fromisoformat(key.expires)
        except (OSError, ValueError, TypeError, KeyError, UsageError) as error:
            raise UsageError(
                f"the list of trusted keys {self.path} cannot be read: {error}",
                hint="move it away, and say again whom you trust: clearreel keys trust FILE.pub",
            ) from error
        return keys

    def trust(self, key: PublicKey, name: str, until: date | None = None) -> Trusted:
        """Add a key, or change whose it is and until when.

        Raises `UsageError` for one that was revoked: that cannot be taken back.
        """
        keys = self.keys()
        known = keys.get(key.id)
        if known is not None and known.revoked:
            raise UsageError(
                f"key {key.id} was revoked on {known.revoked}: {known.reason}",
                hint="ask its owner for the new key",
            )
        entry = Trusted(key.id, key.pem, name, until.isoformat() if until else "")
        self._write(keys | {key.id: entry})
        return entry

    def revoke(self, beginning: str, reason: str, on: date) -> Trusted:
        """Never believe a key again. `beginning`: of its id, enough to know it by.

        Raises `UsageError` when no key, or more than one, begins so.
        """
        keys = self.keys()
        found = [key for key in keys.values() if beginning and key.id.startswith(beginning)]
        if len(found) != 1:
            raise UsageError(
                f"{len(found)} keys have an id that begins with {beginning!r}",
                hint="clearreel keys list",
            )
        entry = replace(found[0], revoked=on.isoformat(), reason=reason)
        self._write(keys | {entry.id: entry})
        return entry

    def at_present(self, given: PublicKey | None = None) -> Believed:
        """`believed` at the present time."""
        return partial(self.believed, given=given, at=datetime.now(UTC))

    def believed(self, key_id: str, given: PublicKey | None, at: datetime) -> PublicKey:
        """The key with this id, if its signatures are to be believed at the time `at`.

        `given` is a key that the user named: it is trusted for this once, unless it was revoked
        or has expired here. Raises `VerificationError` otherwise.
        """
        known = self.keys().get(key_id)
        if known is not None and known.revoked:
            raise VerificationError(
                f"key {key_id} ({known.name}) was revoked on {known.revoked}: {known.reason}",
                hint=_ANOTHER,
            )
        if known is not None and known.expires and at >= expires(date.fromisoformat(known.expires)):
            raise VerificationError(
                f"key {key_id} ({known.name}) expired on {known.expires}: "
                "what it signed before cannot be told from what was dated back",
                hint=_ANOTHER,
            )
        if given is not None:
            if given.id == key_id:
                return given
            raise VerificationError(
                f"it is signed with key {key_id}, and the key that was given is {given.id}",
                hint="leave out --key to use the keys that you trust, or give the right one",
            )
        if known is None:
            raise VerificationError(
                f"it is signed with key {key_id}, and nobody has said here whose that is",
                hint="compare the id with what the publisher shows, then: "
                "clearreel keys trust FILE.pub --name PUBLISHER",
            )
        return PublicKey(known.pem)

    def _write(self, keys: Mapping[str, Trusted]) -> None:
        partial = self.path.with_name(f"{self.path.name}.partial")
        listed = [asdict(key) for key in sorted(keys.values(), key=lambda key: key.id)]
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_text(json.dumps(listed, indent=2, ensure_ascii=False) + "\n", "utf-8")
            partial.replace(self.path)
        except OSError as error:
            raise StorageError(f"{self.path} cannot be written: {error}") from error


def own_key(path: Path | None) -> SigningKey | None:
    """The key to sign with: see `SigningKey.find`.

    Raises `VerificationError` for one that has expired or was revoked here: what it signs, nobody
    is to believe.
    """
    key = SigningKey.find(path)
    if key is not None:
        check_own(key)
    return key


def check_own(key: SigningKey) -> None:
    """Raises `VerificationError` for a key to sign with that is over here by now."""
    KeyRing.default().at_present(key.public)(key.public.id)


def today() -> date:
    """The date in UTC."""
    return datetime.now(UTC).date()
