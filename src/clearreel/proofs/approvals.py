"""The approvals of a data set: signed files, and which of them a release may rest on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clearreel.core.amounts import counted
from clearreel.core.errors import DatasetError, StorageError, UsageError, VerificationError
from clearreel.production.rights import POLICY
from clearreel.proofs.approval import Approval
from clearreel.proofs.envelope import Believed, Envelope
from clearreel.proofs.keys import PublicKey, SigningKey
from clearreel.rights.approvers import SECTION, Approvers

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
    asked: Iterable[str],
    believed: Believed,
    approvers: Approvers,
) -> list[Accepted]:
    """The approvals in a data set that cover all `sources` (id → SHA-256) for a purpose.

    One for each role, the latest, of a key that may play it. Raises `DatasetError` when a role that
    is asked for has none, with what its approvals lack.
    """
    covering: list[Accepted] = []
    lacking: dict[str, list[str]] = {}
    lines: dict[str, str] = {}
    for path in sorted((folder / FOLDER).glob(f"*{_SUFFIX}")):
        role = path.name.rpartition("-")[0]
        try:
            one = _read(path, believed)
            role = one.approval.role
            if objection := approvers.objection(one.key.id, role):
                lines.setdefault(role, approvers.line(one.key.id, role))
                raise ValueError(objection)
            _check(one.approval, purpose, sources)
        except (OSError, ValueError, UsageError, VerificationError) as error:
            lacking.setdefault(role, []).append(f"{path.name}: {error}")
            continue
        covering.append(one)
    found: dict[str, Accepted] = {}
    for one in covering:
        role, key_id = one.approval.role, one.key.id
        played = sorted({other.approval.role for other in covering if other.key.id == key_id})
        if len(played) > 1 and not approvers.named(key_id, role):
            lines.setdefault(role, approvers.line(key_id, *played))
            told = f"key {key_id} signs as {' and as '.join(map(repr, played))}, and the policy "
            lacking.setdefault(role, []).append(f"{told}does not let it play both")
        elif role not in found or found[role].approval.at < one.approval.at:
            found[role] = one
    for role in asked:
        if role not in found:
            raise _missing(folder, purpose, role, len(sources), lacking, lines, approvers)
    return [found[role] for role in sorted(found)]


def _missing(
    folder: Path,
    purpose: str,
    role: str,
    sources: int,
    lacking: Mapping[str, list[str]],
    lines: Mapping[str, str],
    approvers: Approvers,
) -> DatasetError:
    """That a role has not approved, why, and what to type or to write where."""
    reasons = "; ".join(lacking.get(role, ())) or "it has signed nothing"
    hint = f"clearreel approve {folder} --purpose {purpose} --role {role} --key FILE"
    named = approvers.keys(role)
    if named:
        reasons += f"; the policy names for it key {' or '.join(named)}"
    if role in lines:
        hint = f"{_to_write(folder, lines[role])}; else sign with another key: {hint}"
    elif role in approvers.demanded and not named:
        reasons += ", and the policy names no key for it"
        line = approvers.line("ID", role)
        hint = f"{_to_write(folder, line)}, its ID as in clearreel keys list; then: {hint}"
    return DatasetError(
        f"{role!r} has not approved {counted(sources, 'source')} for {purpose}: {reasons}",
        hint=hint,
    )


def check_may_play(folder: Path, role: str, key: PublicKey, approvers: Approvers) -> None:
    """Raise `DatasetError` when an approval with this key in this role would count for nothing."""
    if objection := approvers.objection(key.id, role):
        raise DatasetError(
            f"it would not count: {objection}",
            hint=f"{_to_write(folder, approvers.line(key.id, role))}; else sign with another key",
        )


def _to_write(folder: Path, line: str) -> str:
    """What lets a key play a role: for whoever answers for the policy to write."""
    return f"for the key to count, {folder / POLICY} has to have under [{SECTION}]: {line}"


def check_release(
    folder: Path, told: Iterable[Mapping[str, Any]], purpose: str, sources: Mapping[str, str]
) -> None:
    """Check the approvals that a release's statement tells of. Raises `ValueError`."""
    for row in told:
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
