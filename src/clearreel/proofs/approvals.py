"""The approvals of a data set: signed files, and which of them a release may rest on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clearreel.core.amounts import counted
from clearreel.core.errors import DatasetError, StorageError, UsageError, VerificationError
from clearreel.proofs.approval import Approval
from clearreel.proofs.envelope import Believed, Envelope
from clearreel.proofs.keys import PublicKey, SigningKey

FOLDER = "approvals"
"""In a data set, and in a release for those that it rests on."""
_SUFFIX = ".dsse.json"


@dataclass(frozen=True, slots=True)
class Accepted:
    """An approval that a release rests on."""

    approval: Approval
    key: PublicKey
    content: bytes
    """Of its file."""

    @property
    def name(self) -> str:
        """Of its file in a release."""
        return f"{FOLDER}/{self.approval.role}{_SUFFIX}"

    def to_json(self) -> dict[str, Any]:
        """As a release's statement tells of it. The signer of that vouches for the key."""
        return {
            "role": self.approval.role,
            "file": self.name,
            "sha256": hashlib.sha256(self.content).hexdigest(),
            "key": self.key.pem,
        }


def keep(folder: Path, approval: Approval, key: SigningKey) -> Path:
    """Sign an approval and keep it with the data set in `folder`. Returns its file.

    Raises `StorageError` when it cannot be written.
    """
    content = Envelope.sign(approval.written(), key).written()
    name = f"{approval.role}-{hashlib.sha256(content).hexdigest()[:16]}{_SUFFIX}"
    path = folder / FOLDER / name
    try:
        path.parent.mkdir(exist_ok=True)
        partial = path.with_name(f"{name}.partial")
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error}") from error
    return path


def accepted(
    folder: Path,
    purpose: str,
    sources: Mapping[str, str],
    demanded: Iterable[str],
    believed: Believed,
) -> list[Accepted]:
    """The approvals in a data set that cover all `sources` (id → SHA-256) for a purpose.

    One for each role, the latest. Raises `DatasetError` when a role that is demanded has none,
    with what its approvals lack.
    """
    found: dict[str, Accepted] = {}
    lacking: dict[str, list[str]] = {}
    for path in sorted((folder / FOLDER).glob(f"*{_SUFFIX}")):
        role = path.name.rpartition("-")[0]
        try:
            one = _read(path, believed)
            role = one.approval.role
            _check(one.approval, purpose, sources)
        except (OSError, ValueError, UsageError, VerificationError) as error:
            lacking.setdefault(role, []).append(f"{path.name}: {error}")
            continue
        if role not in found or found[role].approval.at < one.approval.at:
            found[role] = one
    for role in demanded:
        if role not in found:
            reasons = "; ".join(lacking.get(role, ())) or "it has signed nothing"
            raise DatasetError(
                f"{role!r} has not approved {counted(len(sources), 'source')} for {purpose}: "
                f"{reasons}",
                hint=f"clearreel approve {folder} --purpose {purpose} --role {role} --key FILE",
            )
    return [found[role] for role in sorted(found)]


def check_release(
    folder: Path, told: Iterable[Mapping[str, Any]], purpose: str, sources: Mapping[str, str]
) -> None:
    """Check the approvals that a release's statement tells of. Raises `ValueError`."""
    for row in told:
        if set(row) != {"role", "file", "sha256", "key"}:
            raise ValueError(f"an approval has role, file, sha256 and key, not {sorted(row)}")
        try:
            key = PublicKey(row["key"])
            path = folder / FOLDER / Path(row["file"]).name
            one = _read(path, {key.id: key}.__getitem__)
            _check(one.approval, purpose, sources)
        except (KeyError, OSError, UsageError, VerificationError) as error:
            raise ValueError(f"the approval of {row['role']}: {error!r}") from error
        if one.to_json() != row:
            raise ValueError(f"the approval of {row['role']} is not the one that is told of")


def _read(path: Path, believed: Believed) -> Accepted:
    content = path.read_bytes()
    envelope = Envelope.read(content)
    approval = Approval.read(envelope.opened(believed))
    return Accepted(approval, believed(envelope.key_id), content)


def _check(approval: Approval, purpose: str, sources: Mapping[str, str]) -> None:
    if approval.purpose != purpose:
        raise ValueError(f"it is for {approval.purpose}")
    missing = approval.missing(sources)
    if missing:
        raise ValueError(f"it does not name {len(missing)} of the sources, the first {missing[0]}")
