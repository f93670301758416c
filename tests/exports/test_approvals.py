"""Who has to have approved a release before it is signed."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from readback import kept

import clearreel.api as api
from clearreel.core.errors import DatasetError, UsageError, VerificationError
from clearreel.exports import Exported, export
from clearreel.production.rights import POLICY
from clearreel.proofs.approval import Approval
from clearreel.proofs.approvals import keep
from clearreel.proofs.envelope import Envelope
from clearreel.proofs.keyring import KeyRing
from clearreel.proofs.keys import SigningKey, new_key
from clearreel.proofs.layout import STATEMENT
from clearreel.proofs.verifying import verify_release
from clearreel.rights.policy import default_policy
from clearreel.stores.canonical import canonical
from clearreel.stores.catalog import Catalog
from clearreel.stores.ledger import Ledger

USE = "commercial-training"
AT = "2026-11-26T00:00:00Z"


@pytest.fixture
def lawyer(tmp_path: Path, ring: KeyRing) -> SigningKey:
    """A key that is trusted, in `lawyer.key`."""
    key = new_key(tmp_path / "lawyer.key")
    ring.trust(key.public, "the lawyer")
    return key


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return new_key(tmp_path / "release.key")


def release(catalog: Catalog, tmp_path: Path, key: SigningKey, *roles: str) -> Exported:
    return export(catalog, "webdataset", tmp_path / "out", key=key, approved_by=roles)


def hashes(catalog: Catalog) -> dict[str, str]:
    return {row["source_id"]: row["sha256"] for row in catalog.rows("sources")}


def test_a_release_rests_on_what_a_role_has_approved(
    dataset: Catalog, tmp_path: Path, key: SigningKey, lawyer: SigningKey
) -> None:
    with pytest.raises(DatasetError, match=r"'rights' has not approved .*: it has signed nothing"):
        release(dataset, tmp_path, key, "rights")
    signed = api.approve(dataset.folder, USE, "rights", tmp_path / "lawyer.key")
    assert (signed["sources"], signed["key"]) == (7, lawyer.public.id)
    result = release(dataset, tmp_path, key, "rights")
    assert result.approved_by == ["rights"] and "approved by rights" in str(result)
    verified = verify_release(result.folder, {key.public.id: key.public}.__getitem__)
    assert verified.to_json()["approved_by"] == ["rights"]
    kinds = [row["kind"] for row in Ledger(dataset.folder).rows()]
    assert kinds == ["run", "approval", "release"]
    approved = Envelope.read((result.folder / "approvals/rights.dsse.json").read_bytes())
    named = {row["name"]: row["digest"] for row in json.loads(approved.payload)["subject"]}
    assert named == {name: {"sha256": sha256} for name, sha256 in hashes(dataset).items()}


def test_no_role_is_demanded_unless_it_is(
    dataset: Catalog, tmp_path: Path, key: SigningKey, ring: KeyRing
) -> None:
    assert release(dataset, tmp_path, key).approved_by == []
    with pytest.raises(UsageError, match="no key is given"):
        export(dataset, "folder", tmp_path / "out", approved_by=["rights"])


def test_a_policy_demands_roles(
    dataset: Catalog, tmp_path: Path, key: SigningKey, lawyer: SigningKey
) -> None:
    text = default_policy().text.replace("commercial = []", 'commercial = ["rights"]')
    named = f'[approvers]\n"{lawyer.public.id}" = ["rights"]'
    (dataset.folder / POLICY).write_text(text.replace("[approvers]", named))
    with pytest.raises(DatasetError, match="'rights' has not approved"):
        release(dataset, tmp_path, key)
    api.approve(dataset.folder, USE, "rights", tmp_path / "lawyer.key")
    assert release(dataset, tmp_path, key).approved_by == ["rights"]


def test_every_role_signs(
    dataset: Catalog, tmp_path: Path, key: SigningKey, lawyer: SigningKey
) -> None:
    KeyRing.default().trust(key.public, "the operator")
    for role, name in (("rights", "lawyer"), ("operator", "release")):
        with pytest.raises(DatasetError, match=f"'{role}' has not approved"):
            release(dataset, tmp_path, key, "rights", "operator")
        api.approve(dataset.folder, USE, role, tmp_path / f"{name}.key")
    assert release(dataset, tmp_path, key, "rights").approved_by == ["operator", "rights"]


def changed(catalog: Catalog, what: str) -> Approval:
    """An approval that does not do."""
    sources = hashes(catalog)
    first = min(sources)
    if what == "a source less":
        del sources[first]
    if what == "another hash":
        sources[first] = "0" * 64
    if what == "other sources":
        sources = {"0" * 32: "0" * 64}
    purpose = "research-training" if what == "another purpose" else USE
    return Approval("rights", purpose, AT, sources)


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("a source less", "does not name 1 of the sources"),
        ("another hash", "does not name 1 of the sources"),
        ("other sources", "does not name 7 of the sources"),
        ("another purpose", "it is for research-training"),
    ],
)
def test_what_does_not_cover_all_of_it_is_no_approval(
    dataset: Catalog, tmp_path: Path, key: SigningKey, lawyer: SigningKey, what: str, told: str
) -> None:
    keep(dataset.folder, changed(dataset, what), lawyer)
    with pytest.raises(DatasetError, match=told):
        release(dataset, tmp_path, key, "rights")
    assert release(dataset, tmp_path, key).approved_by == []


def test_a_source_that_came_later_is_not_approved(
    dataset: Catalog, tmp_path: Path, key: SigningKey, lawyer: SigningKey
) -> None:
    clips = kept(dataset)
    later = clips[0]["source_id"]
    out = [clip | {"kept": False} for clip in clips if clip["source_id"] == later]
    with dataset.writing():
        dataset.update_clips(out)
    api.approve(dataset.folder, USE, "rights", tmp_path / "lawyer.key")
    assert release(dataset, tmp_path, key, "rights").approved_by == ["rights"]
    with dataset.writing():
        dataset.update_clips([clip | {"kept": True} for clip in out])
    with pytest.raises(DatasetError, match=f"not name 1 of the sources, the first {later}"):
        release(dataset, tmp_path, key, "rights")


def test_a_signature_of_somebody_else_is_no_approval(
    dataset: Catalog, tmp_path: Path, key: SigningKey, ring: KeyRing
) -> None:
    eve = new_key(tmp_path / "eve.key")
    path = keep(dataset.folder, Approval("rights", USE, AT, hashes(dataset)), eve)
    with pytest.raises(DatasetError, match="nobody has said here whose that is"):
        release(dataset, tmp_path, key, "rights")
    ring.trust(eve.public, "Eve")
    assert release(dataset, tmp_path, key, "rights").approved_by == ["rights"]
    ring.revoke(eve.public.id, "she is not the lawyer", date(2026, 11, 26))
    with pytest.raises(DatasetError, match="was revoked"):
        release(dataset, tmp_path, key, "rights")
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(DatasetError, match="'rights' has not approved"):
        release(dataset, tmp_path, key, "rights")


def test_the_comprehensive_approval_cannot_be_expressed(
    dataset: Catalog, tmp_path: Path, key: SigningKey, lawyer: SigningKey
) -> None:
    """ "All data is approved", whoever signs it."""
    with pytest.raises(UsageError, match="names the sources that are approved, and none is given"):
        Approval("rights", USE, AT, {})
    said = json.loads(changed(dataset, "other sources").written())
    folder = dataset.folder / "approvals"
    folder.mkdir()
    attempts: list[Any] = [
        said | {"subject": []},
        said | {"subject": [{"name": "*", "digest": {"sha256": "*"}}]},
        said | {"subject": [{"name": "all data"}]},
        said | {"subject": "all data is approved"},
        {"text": "All data is approved for commercial training. The legal team"},
    ]
    for number, attempt in enumerate(attempts):
        signed = Envelope.sign(canonical(attempt), lawyer).written()
        (folder / f"rights-{number}.dsse.json").write_bytes(signed)
    (folder / "rights-mail.dsse.json").write_text("From: legal\n\nAll data is approved.")
    with pytest.raises(DatasetError, match="'rights' has not approved") as raised:
        release(dataset, tmp_path, key, "rights")
    assert raised.value.message.count("rights-") == len(attempts) + 1


def test_there_must_be_something_to_approve(
    dataset: Catalog, tmp_path: Path, key: SigningKey
) -> None:
    mine = tmp_path / "release.key"
    with pytest.raises(UsageError, match="is no role"):
        api.approve(dataset.folder, USE, "All of us!", mine)
    with pytest.raises(UsageError, match="no key is given"):
        api.approve(dataset.folder, USE, "rights")
    with pytest.raises(DatasetError, match="is cleared for"):
        api.approve(dataset.folder, "evaluation", "rights", mine)
    with dataset.writing():
        dataset.update_clips([clip | {"kept": False} for clip in kept(dataset)])
    with pytest.raises(UsageError, match="none is given"):
        api.approve(dataset.folder, USE, "rights", mine)
    assert not (dataset.folder / "approvals").exists()


@pytest.mark.parametrize("change", ["role", "file", "sha256", "key", "more"])
def test_a_release_that_tells_of_another_approval(
    dataset: Catalog, tmp_path: Path, key: SigningKey, lawyer: SigningKey, change: str
) -> None:
    api.approve(dataset.folder, USE, "rights", tmp_path / "lawyer.key")
    path = release(dataset, tmp_path, key).folder / STATEMENT
    said = json.loads(Envelope.read(path.read_bytes()).payload)
    [row] = said["predicate"]["approvals"]
    row[change] = key.public.pem if change == "key" else "other"
    path.write_bytes(Envelope.sign(canonical(said), key).written())
    with pytest.raises(VerificationError, match="approval"):
        verify_release(path.parent, {key.public.id: key.public}.__getitem__)
