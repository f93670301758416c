from __future__ import annotations

import stat
import subprocess
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from securesystemslib.dsse import Envelope as OtherEnvelope
from securesystemslib.signer import SSlibKey
from smallrelease import make_release

from clearreel.core.errors import UsageError, VerificationError
from clearreel.proofs.envelope import IN_TOTO, Envelope
from clearreel.proofs.keyring import KeyRing
from clearreel.proofs.keys import VARIABLE, PublicKey, SigningKey, new_key, public_file
from clearreel.proofs.verifying import verify_release

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing(tmp_path / "config" / "keys.json")


def test_a_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "a.key"
    made = new_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert PublicKey.read(public_file(path)) == made.public
    for file in (path, public_file(path)):
        with pytest.raises(UsageError, match="exists, and a key is never written over"):
            new_key(path)
        file.unlink()
    new_key(path)
    for mode in (0o640, 0o604, 0o620):
        path.chmod(mode)
        with pytest.raises(UsageError, match="read by others") as raised:
            SigningKey.find(path)
        assert f"chmod 600 {path}" in raised.value.hint


def test_a_key_may_come_from_the_environment(key_file: Path, key: SigningKey) -> None:
    for value in (str(key_file), key_file.read_text()):
        found = SigningKey.find(None, {VARIABLE: value})
        assert found is not None and found.public == key.public
    assert SigningKey.find(None, {}) is None
    assert SigningKey.find(None, {VARIABLE: " "}) is None
    with pytest.raises(UsageError, match="no key can be read from"):
        SigningKey.find(None, {VARIABLE: "/nowhere/a.key"})


def test_other_keys_are_refused(tmp_path: Path, key_file: Path) -> None:
    curve = generate_private_key(SECP256R1())
    form = PrivateFormat.PKCS8
    locked = load_pem_private_key(key_file.read_bytes(), None).private_bytes(
        Encoding.PEM, form, BestAvailableEncryption(b"secret")
    )
    path = tmp_path / "other.key"
    for content, message in (
        (curve.private_bytes(Encoding.PEM, form, NoEncryption()), "only Ed25519"),
        (locked, "no signing key"),
        (b"", "no signing key"),
        (public_file(key_file).read_bytes(), "no signing key"),
        (b"\xff", "it is no text"),
    ):
        path.write_bytes(content)
        path.chmod(0o600)
        with pytest.raises(UsageError, match=message) as raised:
            SigningKey.find(path)
        assert "secret" not in str(raised.value)
    public = curve.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    path.write_bytes(public)
    with pytest.raises(UsageError, match="only Ed25519"):
        PublicKey.read(path)
    with pytest.raises(UsageError, match="no public key"):
        PublicKey.read(key_file)


def test_others_read_our_keys(key_file: Path) -> None:
    done = subprocess.run(
        ["openssl", "pkey", "-in", key_file, "-pubout"], capture_output=True, text=True
    )
    assert done.stdout == public_file(key_file).read_text()


def test_others_verify_our_envelopes(key: SigningKey) -> None:
    made = Envelope.sign(b'{"a":1}', key)
    other = OtherEnvelope.from_dict(made.to_json())
    public = SSlibKey(key.public.id, "ed25519", "ed25519", {"public": key.public.raw.hex()})
    assert set(other.verify([public], 1)) == {key.public.id}
    assert other.payload == made.opened(lambda _: key.public)
    assert other.payload_type == IN_TOTO


def test_an_envelope_is_for_one_payload_and_one_key(key: SigningKey, tmp_path: Path) -> None:
    made = Envelope.sign(b'{"a":1}', key)
    assert Envelope.read(made.written()) == made
    eve = new_key(tmp_path / "eve.key")
    for changed in (
        Envelope(b'{"a":2}', made.key_id, made.signature),
        Envelope(made.payload, made.key_id, bytes(64)),
        Envelope(made.payload, made.key_id, made.signature[:-1]),
        Envelope(made.payload, made.key_id, b""),
        Envelope(made.payload, made.key_id, eve.sign(made.payload)),
    ):
        with pytest.raises(VerificationError, match="does not hold"):
            changed.opened(lambda _: key.public)
    with pytest.raises(VerificationError):
        made.opened(lambda _: eve.public)


@pytest.mark.parametrize(
    "change",
    [
        {"payloadType": "text/plain"},
        {"payload": "eyJhIjoxfR=="},
        {"payload": "eyJhIjox fQ=="},
        {"payload": 1},
        {"signatures": []},
        {"signatures": [{"keyid": "", "sig": ""}] * 2},
        {"signatures": [{"sig": ""}]},
        {"signatures": [{"keyid": "", "sig": "", "more": 1}]},
        {"more": 1},
    ],
)
def test_envelopes_of_another_form_are_refused(key: SigningKey, change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no DSSE envelope"):
        Envelope.from_json(Envelope.sign(b'{"a":1}', key).to_json() | change)


def test_only_trusted_keys_are_believed(ring: KeyRing, key: SigningKey, tmp_path: Path) -> None:
    public = key.public
    with pytest.raises(VerificationError, match="nobody has said here whose that is") as raised:
        ring.believed(public.id, None, NOW)
    assert "keys trust" in raised.value.hint
    assert ring.believed(public.id, public, NOW) == public
    eve = new_key(tmp_path / "eve.key").public
    with pytest.raises(VerificationError, match="the key that was given is"):
        ring.believed(public.id, eve, NOW)
    ring.trust(public, "Ada")
    assert ring.believed(public.id, None, NOW) == public
    assert KeyRing(ring.path).keys()[public.id].name == "Ada"


def test_an_expired_key_is_not_believed(ring: KeyRing, key: SigningKey) -> None:
    public = key.public
    ring.trust(public, "Ada", date(2026, 11, 27))
    # The date begins at UTC+14 first.
    begins = datetime(2026, 11, 26, 10, tzinfo=UTC)
    assert ring.believed(public.id, None, begins - timedelta(seconds=1)) == public
    for given in (None, public):
        with pytest.raises(VerificationError, match="expired on 2026-11-27"):
            ring.believed(public.id, given, begins)
    ring.trust(public, "Ada", date(2027, 1, 1))
    assert ring.believed(public.id, None, begins) == public


def test_a_revoked_key_is_never_believed_again(
    ring: KeyRing, key: SigningKey, tmp_path: Path
) -> None:
    public = key.public
    made = make_release(tmp_path / "release", key, sources=1)
    ring.trust(public, "Ada")
    verify_release(made, lambda key_id: ring.believed(key_id, None, NOW))
    ring.revoke(public.id[:8], "a laptop was stolen", date(2026, 11, 26))
    for given in (None, public):
        with pytest.raises(VerificationError, match="revoked on 2026-11-26: a laptop was stolen"):
            verify_release(made, partial(ring.believed, given=given, at=NOW))
    with pytest.raises(UsageError, match="was revoked"):
        ring.trust(public, "Ada")


def test_what_cannot_be_revoked(ring: KeyRing, key: SigningKey, tmp_path: Path) -> None:
    ring.trust(key.public, "Ada")
    for beginning in ("", "x"):
        with pytest.raises(UsageError, match="0 keys have an id"):
            ring.revoke(beginning, "lost", NOW.date())


@pytest.mark.parametrize("content", ["", "{}", "[1]", '[{"id": "a"}]', "null"])
def test_a_list_that_cannot_be_read_trusts_nobody(ring: KeyRing, content: str) -> None:
    ring.path.parent.mkdir()
    ring.path.write_text(content)
    if content == "{}":
        assert ring.keys() == {}
        return
    with pytest.raises(UsageError, match="cannot be read"):
        ring.keys()


def test_a_key_that_was_exchanged_is_found(ring: KeyRing, key: SigningKey, tmp_path: Path) -> None:
    ring.trust(key.public, "Ada")
    eve = new_key(tmp_path / "eve.key").public
    body = ring.path.read_text().replace(key.public.pem[30:80], eve.pem[30:80])
    ring.path.write_text(body)
    with pytest.raises(UsageError, match="is not the id of its key"):
        ring.believed(key.public.id, None, NOW)


def test_where_the_list_is(tmp_path: Path) -> None:
    assert KeyRing.default({"CLEARREEL_KEYS": "/a/b.json"}).path == Path("/a/b.json")
    assert KeyRing.default({"XDG_CONFIG_HOME": "/a"}).path == Path("/a/clearreel/keys.json")
    assert KeyRing.default({}).path.parts[-3:] == (".config", "clearreel", "keys.json")
