"""What is signed and proven: approvals, proofs, their verification, and takedowns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clearreel.core.errors import UsageError

if TYPE_CHECKING:
    from clearreel.proofs.proof import Proof
    from clearreel.proofs.receipt import VerifiedReceipt
    from clearreel.proofs.verified import VerifiedProof, VerifiedRelease


def approve(
    dataset: str | Path,
    purpose: str,
    role: str,
    key: str | Path | None = None,
    share_alike: str | None = None,
) -> dict[str, Any]:
    """Sign, in a role, that the sources of a data set may be used for a purpose.

    The approval names every source that an export would hold now, with its hash, and no other that
    comes later: of the share-alike works that an export with the same `share_alike` would hold, or
    of all the others. It is kept with the data set, and its ledger has a row of it. The key is that
    in the file `key`, else the one in `CLEARREEL_SIGNING_KEY`. Returns what was signed.

    Raises `UsageError` without a key, or when there is nothing to approve, `VerificationError` for
    a key that is not to be believed, and `DatasetError` for a purpose that the data set is not
    cleared for, and for a key that may not play the role by its policy.
    """
    from hashlib import sha256

    from clearreel.exports.selection import declared_use, select
    from clearreel.production.rights import policy_of
    from clearreel.proofs.approval import Approval
    from clearreel.proofs.approvals import check_may_play, keep
    from clearreel.proofs.keyring import own_key
    from clearreel.stores.catalog import Catalog
    from clearreel.stores.clock import now
    from clearreel.stores.ledger import Ledger
    from clearreel.stores.wholeness import check_whole

    signing = own_key(None if key is None else Path(key))
    if signing is None:
        raise UsageError("an approval is a signature, and no key is given", hint="add --key FILE")
    catalog = Catalog(Path(dataset))
    check_whole(catalog.folder)
    sources = select(catalog, share_alike).hashes
    approval = Approval(role, declared_use(catalog, purpose), now(), sources)
    check_may_play(catalog.folder, role, signing.public, policy_of(catalog.folder).approvers)
    path = keep(catalog.folder, approval, signing)
    said = {"role": role, "purpose": purpose, "key": signing.public.id, "sources": len(sources)}
    signed = sha256(path.read_bytes()).hexdigest()
    Ledger(catalog.folder).append("approval", said | {"approval_sha256": signed})
    return said | {"approval": str(path)}


def prove(
    release: str | Path,
    *,
    clip: str | None = None,
    source: str | None = None,
    file: str | Path | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Proof:
    """A proof, out of a signed release, about one clip or source by its id, or about a file.

    It shows that it is in the release, or that a source or file is not. A file that is not is
    compared by looks and sound with every clip of the release, and `look_up` of the proof has what
    was found; `progress` is told how many clips of how many were looked at. `written()` of the
    proof is what `verify` reads. Raises `VerificationError` when the release is unsigned or
    damaged, and `UsageError` for a clip that is not in it.
    """
    from dataclasses import replace

    from clearreel.proofs.proving import Release
    from clearreel.takedown.release_looks import look_up

    if sum(asked is not None for asked in (clip, source, file)) != 1:
        raise UsageError("a proof is about one thing", hint="give one of --clip, --source, --file")
    opened = Release(Path(release))
    if clip is not None:
        return opened.prove_clip(clip)
    named = None if file is None else Path(file)
    proof = opened.prove_source(str(source)) if named is None else opened.prove_file(named)
    if proof.absent is None:
        return proof
    return replace(proof, look_up=look_up(opened, named, progress))


def verify(
    path: str | Path,
    *,
    key: str | Path | None = None,
    about: str | Path | None = None,
    beside: Sequence[str | Path] = (),
) -> VerifiedRelease | VerifiedProof | VerifiedReceipt:
    """Check a release folder, or the file of a proof or of a takedown's receipt, offline.

    It returns only when everything holds.

    The signature has to be of a key that is trusted: see `clearreel keys`; or of the public `key`
    in a file, for this once. `about` is a file that the proof has to speak of. `beside` are
    receipts, newer releases and data sets that may say that a release was replaced; those that lie
    in the same folder are asked in any case. Raises `VerificationError` that says what does not
    hold, and `ReplacedError` of a release that holds and must not be used any more.
    """
    from clearreel.proofs.keyring import KeyRing
    from clearreel.proofs.keys import PublicKey
    from clearreel.proofs.receipt import VerifiedReceipt
    from clearreel.proofs.replaced import check_not_replaced
    from clearreel.proofs.verified import VerifiedRelease
    from clearreel.proofs.verifying import verify as verify_at

    given = None if key is None else PublicKey.read(Path(key))
    ring = KeyRing.default()
    found = verify_at(Path(path), ring.at_present(given), None if about is None else Path(about))
    if isinstance(found, VerifiedReceipt):
        return found
    verified = replace(found, names={key.id: key.told for key in ring.keys().values()})
    if isinstance(verified, VerifiedRelease):
        check_not_replaced(verified, map(Path, beside))
    return verified


def takedown(
    dataset: str | Path,
    reason: str,
    *,
    source: str | None = None,
    file: str | Path | None = None,
    address: str | None = None,
    releases: Sequence[str | Path] = (),
    key: str | Path | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> dict[str, Any]:
    """Take footage out of a data set and its releases, for ever: the receipt, in JSON types.

    It is named by a source's id, by a `file` with its bytes or a copy that looks like it, or by an
    `address` where it lies. What looks the same goes too; what is near waits for a person, and goes
    out with no export until then. `releases` are folders that the data set does not know of. Signed
    releases are signed anew with the key in the file `key`, else in `CLEARREEL_SIGNING_KEY`.

    After a crash the same call goes on. Raises `UsageError` when not one thing is named; and
    `VerificationError`, once it is denied, for a key that is not to be believed: without one,
    releases are unsigned.
    """
    from clearreel.proofs.keyring import own_key
    from clearreel.stores.catalog import Catalog
    from clearreel.takedown.carrying_out import carry_out, deny, still_denied
    from clearreel.takedown.demand import demanded

    catalog = Catalog(Path(dataset))
    demand = demanded(source, None if file is None else Path(file), address)
    denied = deny(catalog, demand, reason, [Path(folder) for folder in releases], progress)
    with still_denied(denied):
        signing = own_key(None if key is None else Path(key))
        return carry_out(catalog, denied, demand.file, key=signing, progress=progress)
