"""Verify a release, or a proof from one: it holds, or an error says what does not."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from clearreel.core.errors import UsageError, VerificationError
from clearreel.core.identity import source_id
from clearreel.pinned.files import sha256_of
from clearreel.proofs import approvals
from clearreel.proofs.envelope import Believed, Envelope
from clearreel.proofs.layout import CLIPS, MANIFEST, SOURCES, STATEMENT
from clearreel.proofs.leaf import read_leaves
from clearreel.proofs.merkle import MerkleTree, leaf_hash
from clearreel.proofs.proof import Proof
from clearreel.proofs.receipt import VerifiedReceipt, is_receipt, verify_receipt
from clearreel.proofs.sorted_map import SortedMap, check_absence, hashed_key
from clearreel.proofs.statement import Statement
from clearreel.proofs.verified import VerifiedProof, VerifiedRelease
from clearreel.proofs.written_by import sentences
from clearreel.stores.clock import is_later, shown
from clearreel.stores.takedowns import RECEIPT_SUFFIX

_ANEW = "get it anew from its publisher, and use nothing of this copy"
_SHOWN = 5
"""Problems that a message lists."""


def verify(
    path: Path, believed: Believed, about: Path | None = None
) -> VerifiedRelease | VerifiedProof | VerifiedReceipt:
    """Verify what is at `path`: a release folder, or the file of a proof or of a receipt.

    `about` is a file that the proof has to speak of. Raises `VerificationError` with what does not
    hold, and `UsageError` when nothing is there.
    """
    if path.is_dir():
        if about is not None:
            raise UsageError(
                f"{path} is a release, and only a proof speaks of one file",
                hint=f"clearreel prove {path} --file {about} -o PROOF",
            )
        return verify_release(path, believed)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror or error}",
            hint="give a release folder, or a file from: clearreel prove",
        ) from error
    try:
        if _is_receipt(content):
            return _verified_receipt(content, believed, about)
        verified = verify_proof(content, believed)
        if about is not None:
            _check_about(verified, about)
    except VerificationError as error:
        raise VerificationError(f"{path}: {error.message}", hint=error.hint) from error
    return verified


def verify_proof(content: bytes, believed: Believed) -> VerifiedProof:
    """Verify the content of a proof's file. Raises `VerificationError`."""
    try:
        proof = Proof.read(content)
        statement = _opened(proof.envelope, believed)
        _check_proof(proof, statement)
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise VerificationError(
            f"the proof does not hold: {error}",
            hint="ask for it anew; it is made with: clearreel prove RELEASE --file FILE -o PROOF",
        ) from error
    return VerifiedProof(proof, statement, proof.envelope.key_id)


def _is_receipt(content: bytes) -> bool:
    try:
        return is_receipt(json.loads(content))
    except (ValueError, RecursionError):
        return False


def _verified_receipt(content: bytes, believed: Believed, about: Path | None) -> VerifiedReceipt:
    try:
        verified = verify_receipt(content, partial(verify_proof, believed=believed))
        if about is not None and source_id(_hashed(about)) not in verified.receipt.sources:
            raise ValueError(f"it does not speak of {about}")
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise VerificationError(
            f"the receipt does not hold: {error}",
            hint="ask for it anew: it lies in the takedowns folder of the data set",
        ) from error
    return verified


def _hashed(file: Path) -> str:
    try:
        return sha256_of(file)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror or error}") from error


def _check_about(verified: VerifiedProof, file: Path) -> None:
    sha256 = _hashed(file)
    clip = verified.proof.clip
    if clip is not None and clip.leaf.value["sha256"] == sha256:
        return
    if verified.proof.source_id != source_id(sha256):
        raise VerificationError(
            f"the proof holds, but it speaks of source {verified.proof.source_id}, and {file} is "
            f"{source_id(sha256)}",
            hint=f"ask for a proof of that one: clearreel prove RELEASE --file {file} -o PROOF",
        )


def _check_proof(proof: Proof, statement: Statement) -> None:
    salt, count = bytes.fromhex(statement.sources_salt), statement.sources.count
    root = bytes.fromhex(statement.sources.root)
    if proof.absent is not None:
        key = hashed_key(salt, proof.absent.source_id)
        check_absence(key, root, count, proof.absent.before, proof.absent.after)
        if proof.look_up is not None:
            proof.look_up.check(proof.absent.source_id, statement.clips.count)
        return
    assert proof.source is not None
    source = proof.source.leaf.value
    if source_id(source["sha256"]) != source["source_id"]:
        raise ValueError("the source's hash and id do not belong together")
    if proof.source.entry(hashed_key(salt, source["source_id"])).root(count) != root:
        raise ValueError("the source is not in the release")
    if proof.clip is not None:
        if proof.clip.leaf.value["source_id"] != source["source_id"]:
            raise ValueError("the clip is of another source")
        if proof.clip.clip_root(statement.clips.count).hex() != statement.clips.root:
            raise ValueError("the clip is not in the release")
        sentences(proof.clip.leaf.value)  # it has to be a form that can be told


def verify_release(folder: Path, believed: Believed) -> VerifiedRelease:
    """Verify every byte of a release folder: statement, manifest, every file, the trees.

    Raises `VerificationError` that lists what does not hold.
    """
    try:
        envelope, statement = _statement(folder, believed)
        problems, files, size = _compare(folder, statement)
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise VerificationError(f"{folder} does not hold: {error}", hint=_ANEW) from error
    if problems:
        more = f"; and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        raise VerificationError(
            f"{folder} is not as it was signed: {'; '.join(problems[:_SHOWN])}{more}", hint=_ANEW
        )
    return VerifiedRelease(folder, statement, envelope.key_id, files, size)


def _compare(folder: Path, statement: Statement) -> tuple[list[str], int, int]:
    """What is not as it was signed, the number of files, and the bytes of those in the manifest."""
    manifest = _manifest(folder, statement)
    listed: dict[str, dict[str, Any]] = manifest["files"]
    found = dict(_walk(folder, ""))
    problems = [
        f"the statement's {name} is not the manifest's"
        for name in ("name", "format", "use", "created", "made_by")
        if manifest[name] != getattr(statement, name)
    ]
    problems += [f"{name!a} is missing" for name in sorted(listed) if name not in found]
    total = 0
    for name, kind in sorted(found.items()):
        if name in (MANIFEST, STATEMENT) and kind == "file":
            continue
        if name not in listed or kind != "file":
            problems.append(f"{name!a} is {_STRANGE[kind]}")
            continue
        path = folder / name
        size, said = path.stat().st_size, listed[name]
        total += size
        if size != said["bytes"] or sha256_of(path) != said["sha256"]:
            problems.append(f"{name!a} was changed")
    for name, sha256 in statement.subjects.items():
        if name != MANIFEST and listed.get(name, {}).get("sha256") != sha256:
            problems.append(f"{name!a} is not the one that the statement names")
    if not problems:
        _check_trees(folder, statement)
    return problems, len(found), total


def _statement(folder: Path, believed: Believed) -> tuple[Envelope, Statement]:
    path = folder / STATEMENT
    if not path.is_file():
        signed = "is unsigned" if (folder / MANIFEST).is_file() else "is no release"
        hint = "sign it when it is made: clearreel export FORMAT DATASET --to DIR --key FILE"
        if any(folder.glob(f"*{RECEIPT_SUFFIX}")):
            # Not taken for what was asked about: they may have been put where a release was.
            hint = f"name the receipts: clearreel verify {folder}/*{RECEIPT_SUFFIX}"
        raise VerificationError(f"{folder} {signed}: there is no {STATEMENT} in it", hint=hint)
    try:
        envelope = Envelope.read(path.read_bytes())
        return envelope, _opened(envelope, believed)
    except ValueError as error:
        raise ValueError(f"{STATEMENT}: {error}") from error


def _opened(envelope: Envelope, believed: Believed) -> Statement:
    """A statement of a believed key, which has to be of the past: else no expiry means anything."""
    statement = Statement.read(envelope.opened(believed))
    if is_later(statement.created):
        raise VerificationError(
            f"it is dated {statement.created}, and the clock here shows {shown().isoformat()}: one "
            "of both is wrong, and whether its key has expired cannot be told",
            hint="set the clock (date -u shows it), and type the same again; if it is right, ask "
            "the publisher for another release",
        )
    return statement


def _manifest(folder: Path, statement: Statement) -> dict[str, Any]:
    path = folder / MANIFEST
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != statement.subjects[MANIFEST]:
        what = "is not the one that was signed" if path.is_file() else "is missing"
        raise ValueError(f"{MANIFEST} {what}")
    manifest: dict[str, Any] = json.loads(content)
    return manifest


_STRANGE = {
    "file": "not a file of the release",
    "folder": "an empty folder, which the release does not have",
    "other": "neither a file nor a folder, such as a link",
}


def _walk(folder: Path, below: str) -> Iterator[tuple[str, str]]:
    """Every file, every empty folder, and all that is neither: name and kind. Follows no link."""
    empty = True
    for entry in os.scandir(folder):
        empty = False
        name = f"{below}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(folder / entry.name, f"{name}/")
        else:
            yield name, "file" if entry.is_file(follow_symlinks=False) else "other"
    if empty and below:
        yield below.removesuffix("/"), "folder"


def _check_trees(folder: Path, statement: Statement) -> None:
    """Check that the leaves in the release are the signed ones, and belong together."""
    salt = bytes.fromhex(statement.sources_salt)
    hashes: list[bytes] = []
    clips: Counter[str] = Counter()
    with (folder / CLIPS).open("rb") as lines:
        for leaf in read_leaves(lines):
            hashes.append(leaf_hash(leaf.commitment))
            sentences(leaf.value)  # as a proof of it will have to
            clips[leaf.value["source_id"]] += 1
    if (MerkleTree(hashes).root.hex(), len(hashes)) != (
        statement.clips.root,
        statement.clips.count,
    ):
        raise ValueError(f"{CLIPS} has another root")
    with (folder / SOURCES).open("rb") as lines:
        leaves = list(read_leaves(lines))
    entries = [(hashed_key(salt, leaf.value["source_id"]), leaf.commitment) for leaf in leaves]
    sources = SortedMap(entries)
    if (sources.root.hex(), len(sources)) != (statement.sources.root, statement.sources.count):
        raise ValueError(f"{SOURCES} has another root")
    if {leaf.value["source_id"]: leaf.value["clips"] for leaf in leaves} != clips:
        raise ValueError(f"{SOURCES} does not have the sources of the clips")
    named = {leaf.value["source_id"]: leaf.value["sha256"] for leaf in leaves}
    approvals.check_release(folder, statement.approvals, statement.use, named)
    for leaf in leaves:
        if leaf.value["decision"].get("permitted") is not True:
            raise ValueError(f"source {leaf.value['source_id']} was not permitted")
        if source_id(leaf.value["sha256"]) != leaf.value["source_id"]:
            raise ValueError(f"the hash and id of source {leaf.value['source_id']} differ")
