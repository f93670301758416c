"""Which keys may play the roles that a policy demands, and what a release tells of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

import clearreel.api as api
from clearreel.core.errors import DatasetError
from clearreel.exports import export, formats
from clearreel.exports.permission import approvals_missing
from clearreel.exports.selection import select
from clearreel.production.rights import POLICY
from clearreel.proofs.approval import Approval
from clearreel.proofs.approvals import keep
from clearreel.proofs.keyring import KeyRing
from clearreel.proofs.keys import PublicKey, SigningKey, new_key
from clearreel.rights.policy import default_policy
from clearreel.stores.catalog import Catalog
from clearreel.stores.ledger import Ledger

USE = "commercial-training"
AT = "2026-11-26T00:00:00Z"


@pytest.fixture
def key_of(tmp_path: Path, ring: KeyRing) -> Callable[[str], SigningKey]:
    """A key that is trusted here, in `NAME.key`."""

    def make(name: str) -> SigningKey:
        key = new_key(tmp_path / f"{name}.key")
        ring.trust(key.public, name)
        return key

    return make


@pytest.fixture
def ada(key_of: Callable[[str], SigningKey]) -> SigningKey:
    return key_of("Ada")


@pytest.fixture
def bob(key_of: Callable[[str], SigningKey]) -> SigningKey:
    return key_of("Bob")


def demand(catalog: Catalog, *roles: str, approvers: str = "[approvers]") -> None:
    text = default_policy().text.replace("commercial = []", f"commercial = {json.dumps(roles)}")
    (catalog.folder / POLICY).write_text(text.replace("[approvers]", approvers))


def named(key: SigningKey, *roles: str) -> str:
    return f'"{key.public.id}" = {json.dumps(roles)}\n'


def sign(catalog: Catalog, role: str, key: SigningKey) -> None:
    """As somebody does who does not ask the policy."""
    keep(catalog.folder, Approval(role, USE, AT, select(catalog).hashes), key)


def test_one_key_plays_one_role(
    dataset: Catalog, tmp_path: Path, ada: SigningKey, bob: SigningKey
) -> None:
    out, mine = tmp_path / "out", tmp_path / "Ada.key"
    demand(dataset, "rights", "legal", approvers=f"[approvers]\n{named(ada, 'rights')}")
    api.approve(dataset.folder, USE, "rights", mine)
    with pytest.raises(
        DatasetError, match="may play 'rights' by the policy, and not 'legal'"
    ) as no:
        api.approve(dataset.folder, USE, "legal", mine)
    line = f'[approvers]: "{ada.public.id}" = ["rights", "legal"]'
    assert line in no.value.hint and str(dataset.folder / POLICY) in no.value.hint
    rows = [row["kind"] for row in Ledger(dataset.folder).rows()]
    assert rows == ["run", "approval"]

    sign(dataset, "legal", ada)
    with pytest.raises(DatasetError, match="'legal' has not approved") as no:
        export(dataset, "folder", out, key=ada)
    assert f"key {ada.public.id} may play 'rights'" in no.value.message and line in no.value.hint
    sign(dataset, "legal", bob)
    with pytest.raises(DatasetError, match="'legal' has not approved"):
        export(dataset, "folder", out, key=ada)
    both = f"[approvers]\n{named(ada, 'rights')}{named(bob, 'legal')}"
    demand(dataset, "rights", "legal", approvers=both)
    made = export(dataset, "folder", out, key=ada)
    assert made.approvals == {"legal": bob.public.id, "rights": ada.public.id}


def test_a_key_plays_two_roles_where_its_line_says_so(
    dataset: Catalog, tmp_path: Path, ada: SigningKey
) -> None:
    demand(dataset, "rights", "legal", approvers=f"[approvers]\n{named(ada, 'rights', 'legal')}")
    for role in ("rights", "legal"):
        api.approve(dataset.folder, USE, role, tmp_path / "Ada.key")
    told = str(export(dataset, "folder", tmp_path / "out", key=ada))
    for role in ("rights", "legal"):
        assert f"by {role} with key {ada.public.id}, which signs the release, too" in told


@pytest.mark.parametrize("approvers", ["[approvers]", ""])
def test_a_demanded_role_that_no_key_is_named_for_is_played_by_none(
    dataset: Catalog, tmp_path: Path, ada: SigningKey, approvers: str
) -> None:
    """So it is with a policy of an earlier version, which has no such section."""
    demand(dataset, "rights", approvers=approvers)
    with pytest.raises(DatasetError, match="the policy names no key for it") as no:
        export(dataset, "folder", tmp_path / "out", key=ada)
    assert '[approvers]: "ID" = ["rights"], its ID as in clearreel keys list' in no.value.hint
    sign(dataset, "rights", ada)
    with pytest.raises(DatasetError, match=f"names no key for it, nor key {ada.public.id}") as no:
        export(dataset, "folder", tmp_path / "out", key=ada)
    assert f'[approvers]: "{ada.public.id}" = ["rights"]; else' in no.value.hint
    assert not (tmp_path / "out").exists()


def test_the_latest_approval_counts_of_those_who_may(
    dataset: Catalog, tmp_path: Path, ada: SigningKey, bob: SigningKey
) -> None:
    demand(dataset, "rights", approvers=f"[approvers]\n{named(ada, 'rights')}")
    sign(dataset, "rights", ada)
    later = Approval("rights", USE, "2026-11-26T09:00:00Z", select(dataset).hashes)
    keep(dataset.folder, later, bob)
    made = export(dataset, "folder", tmp_path / "out", key=bob)
    assert made.approvals == {"rights": ada.public.id}


def test_roles_that_nobody_demands_are_not_all_played_by_one_key_either(
    dataset: Catalog, tmp_path: Path, ada: SigningKey, bob: SigningKey
) -> None:
    out = tmp_path / "out"
    sign(dataset, "rights", ada)
    assert export(dataset, "folder", out, key=bob).approvals == {"rights": ada.public.id}
    sign(dataset, "legal", ada)
    assert not export(dataset, "folder", out, key=bob).approvals
    with pytest.raises(DatasetError, match="signs as 'legal' and as 'rights'") as no:
        export(dataset, "folder", out, key=bob, approved_by=["rights"])
    assert f'"{ada.public.id}" = ["legal", "rights"]' in no.value.hint
    sign(dataset, "legal", bob)
    with pytest.raises(DatasetError, match="'rights' has not approved"):
        export(dataset, "folder", out, key=bob, approved_by=["rights", "legal"])


@pytest.mark.parametrize("name", formats())
def test_without_a_key_the_same_is_asked_for(
    dataset: Catalog, tmp_path: Path, ada: SigningKey, name: str
) -> None:
    out = tmp_path / "out"
    demand(dataset, "rights", approvers=f"[approvers]\n{named(ada, 'rights')}")
    told = []
    for key in (None, ada):
        with pytest.raises(DatasetError, match="it has signed nothing") as no:
            export(dataset, name, out, key=key)
        told.append((no.value.message, no.value.hint, no.value.exit_code))
    assert told[0] == told[1] and not list(tmp_path.glob("out*"))
    assert approvals_missing(dataset) == [f"{told[0][0]}; {told[0][1]}"]
    assert export(dataset, name, out, use="research-training").approvals == {}

    api.approve(dataset.folder, USE, "rights", tmp_path / "Ada.key")
    made = export(dataset, name, out)
    assert made.approvals == {"rights": ada.public.id} and not made.signed_with
    assert approvals_missing(dataset) == []


def test_a_policy_that_comes_to_name_another_key_stops_what_is_being_written(
    dataset: Catalog, tmp_path: Path, ada: SigningKey, bob: SigningKey
) -> None:
    demand(dataset, "rights", approvers=f"[approvers]\n{named(ada, 'rights')}")
    sign(dataset, "rights", ada)

    def progress(done: int, total: int) -> None:
        if done == total:
            demand(dataset, "rights", approvers=f"[approvers]\n{named(bob, 'rights')}")

    for key in (None, bob):
        demand(dataset, "rights", approvers=f"[approvers]\n{named(ada, 'rights')}")
        with pytest.raises(DatasetError, match="is none that the policy names for 'rights'"):
            export(dataset, "folder", tmp_path / "out", key=key, progress=progress)
        assert not list(tmp_path.glob("out*"))


def test_verify_tells_whose_key_each_is(
    dataset: Catalog, tmp_path: Path, ring: KeyRing, ada: SigningKey, bob: SigningKey
) -> None:
    names = f"[approvers]\n{named(ada, 'rights')}{named(bob, 'legal')}"
    demand(dataset, "rights", "legal", approvers=names)
    sign(dataset, "rights", ada)
    sign(dataset, "legal", bob)
    made = export(dataset, "webdataset", tmp_path / "out", key=ada)
    proof = tmp_path / "a.proof"
    source = min(select(dataset).hashes)
    proof.write_bytes(api.prove(made.folder, source=source).written())
    expected = [
        f"approved by legal with key {bob.public.id} (Bob)",
        f"approved by rights with key {ada.public.id} (Ada): the signer's own",
        f"signed with key {ada.public.id} (Ada)",
    ]
    for path in (made.folder, proof):
        told = str(api.verify(path)).splitlines()
        assert [line for line in told if " key " in line] == expected
    said = api.verify(made.folder).to_json()
    assert said["approvals"] == [
        {"role": "legal", "key_id": bob.public.id, "name": "Bob", "own": False},
        {"role": "rights", "key_id": ada.public.id, "name": "Ada", "own": True},
    ]
    policy = (dataset.folder / POLICY).read_bytes()
    assert said["policy_sha256"] == hashlib.sha256(policy).hexdigest()


def test_whose_key_it_is_no_release_can_say(
    dataset: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ada: SigningKey
) -> None:
    sign(dataset, "rights", ada)
    made = export(dataset, "webdataset", tmp_path / "out", key=ada)
    monkeypatch.setenv("CLEARREEL_KEYS", str(tmp_path / "others.json"))
    public = tmp_path / "Ada.key.pub"
    assert PublicKey.read(public).id == ada.public.id
    told = str(api.verify(made.folder, key=public))
    assert f"{ada.public.id} (nobody has said here whose that is): the signer's own" in told
