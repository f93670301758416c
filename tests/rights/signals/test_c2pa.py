"""Content credentials, signed here with certificates made here."""

import json
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from clearreel.rights.signals.c2pa import C2pa
from clearreel.rights.signals.embedded import Embedded, find_embedded
from clearreel.rights.signals.evidence import Evidence
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import reel
from clearreel.testing.signal_contract import check_signals, verdict

c2pa = pytest.importorskip("c2pa")

AT = datetime(2026, 11, 26, tzinfo=UTC)
ACTIVITIES = ("genai-training", "other-training", "evaluation")
NO, YES, SILENT, DOUBT, TERMS = "denies", "allows", "absent", "unknown", "constrains"


def name(common):
    parts = ((NameOID.COMMON_NAME, common), (NameOID.ORGANIZATION_NAME, "clearreel tests"))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


def usage(*bits):
    return x509.KeyUsage(*[index in bits for index in range(9)])


class Signing:
    """A root certificate, and a signer below it."""

    def __init__(self, good_for=timedelta(days=9)):
        self.good_for = good_for
        root_key, self.key = (ec.generate_private_key(ec.SECP256R1()) for _ in "ab")
        root = (
            self.certificate("root", root_key.public_key(), 1)
            .add_extension(x509.BasicConstraints(True, None), True)
            .add_extension(usage(5, 6), True)
            .sign(root_key, hashes.SHA256())
        )
        signer = (
            self.certificate("signer", self.key.public_key(), 2)
            .add_extension(x509.BasicConstraints(False, None), True)
            .add_extension(usage(0), True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), False
            )
            .sign(root_key, hashes.SHA256())
        )
        self.root = root.public_bytes(serialization.Encoding.PEM).decode()
        self.chain = signer.public_bytes(serialization.Encoding.PEM).decode() + self.root

    def certificate(self, common, key, serial):
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(name(common))
            .issuer_name(name("root"))
            .public_key(key)
            .serial_number(serial)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + self.good_for)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), False)
        )

    def _sign(self, data):
        r, s = utils.decode_dss_signature(self.key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def write(self, source, target, entries, label="cawg.training-mining", parent=None):
        """`target` as `source`, with a manifest that makes these entries."""
        assertions = [{"label": label, "data": {"entries": entries}}] if entries else []
        origin = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
        if parent is None:
            action = {"action": "c2pa.created", "digitalSourceType": origin}
            assertions.append({"label": "c2pa.actions.v2", "data": {"actions": [action]}})
        generator = [{"name": "clearreel tests", "version": "1"}]
        builder = c2pa.Builder(
            json.dumps({"claim_generator_info": generator, "assertions": assertions})
        )
        if parent is not None:
            builder.set_intent(c2pa.C2paBuilderIntent.EDIT)
            described = json.dumps({"title": "parent", "relationship": "parentOf"})
            with parent.open("rb") as file:
                builder.add_ingredient(described, "video/mp4", file)
        es256 = c2pa.C2paSigningAlg.ES256
        signer = c2pa.Signer.from_callback(self._sign, es256, self.chain)
        builder.sign_file(source, target, signer)
        return target


@pytest.fixture(scope="module")
def signing():
    return Signing()


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    path = tmp_path_factory.mktemp("c2pa") / "plain.mp4"
    write(path, reel(12), video=Video())
    return path


def stances(path, **trust):
    evidence = Evidence(media=find_embedded(path, AT))
    reader = C2pa(**trust)
    check_signals(reader.read(evidence))
    return tuple(verdict(reader, evidence, activity).stance for activity in ACTIVITIES)


def entry(kind, use, prefix="cawg"):
    return {f"{prefix}.{kind}": {"use": use}}


@pytest.mark.parametrize(
    ("entries", "expected", "trusted"),
    [
        ({}, (SILENT, SILENT, SILENT), (SILENT, SILENT, SILENT)),
        (
            entry("ai_generative_training", "notAllowed"),
            (NO, SILENT, SILENT),
            (NO, SILENT, SILENT),
        ),
        (entry("ai_training", "notAllowed"), (NO, NO, SILENT), (NO, NO, SILENT)),
        (entry("data_mining", "notAllowed"), (NO, NO, NO), (NO, NO, NO)),
        (entry("ai_inference", "constrained"), (SILENT, SILENT, TERMS), (SILENT, SILENT, TERMS)),
        (
            entry("ai_generative_training", "allowed"),
            (DOUBT, SILENT, SILENT),
            (YES, SILENT, SILENT),
        ),
        (
            entry("ai_generative_training", "allowed") | entry("data_mining", "notAllowed"),
            (NO, NO, NO),
            (NO, NO, NO),
        ),
        (entry("ai_training", "perhaps"), (DOUBT,) * 3, (DOUBT,) * 3),
        (entry("ai_dreaming", "allowed"), (DOUBT,) * 3, (DOUBT,) * 3),
    ],
)
def test_what_an_assertion_says(tmp_path, signing, plain, entries, expected, trusted):
    path = signing.write(plain, tmp_path / "signed.mp4", entries)
    assert stances(path) == expected
    assert stances(path, trust_anchors=signing.root) == trusted
    assert stances(path, trust_anchors=Signing().root) == expected


def test_the_older_label_counts_too(tmp_path, signing, plain):
    entries = entry("ai_generative_training", "notAllowed", "c2pa")
    path = signing.write(plain, tmp_path / "old.mp4", entries, "c2pa.training-mining")
    assert stances(path) == (NO, SILENT, SILENT)


def test_what_a_work_was_made_of_denies_and_never_allows(tmp_path, signing, plain):
    yes, no = (entry("ai_generative_training", use) for use in ("allowed", "notAllowed"))
    denying = signing.write(plain, tmp_path / "denying.mp4", no)
    allowing = signing.write(plain, tmp_path / "allowing.mp4", yes)
    laundered = signing.write(plain, tmp_path / "laundered.mp4", yes, parent=denying)
    assert stances(laundered, trust_anchors=signing.root)[0] == NO
    silent = signing.write(plain, tmp_path / "silent.mp4", {}, parent=allowing)
    assert stances(silent, trust_anchors=signing.root)[0] == SILENT


def test_a_changed_file_is_in_doubt_and_its_denial_stands(tmp_path, signing, plain):
    for use, expected in (("allowed", DOUBT), ("notAllowed", NO)):
        entries = entry("ai_generative_training", use)
        path = signing.write(plain, tmp_path / f"{use}.mp4", entries)
        data = bytearray(path.read_bytes())
        data[data.find(b"mdat") + 60] ^= 1
        path.write_bytes(data)
        assert stances(path, trust_anchors=signing.root) == (expected, DOUBT, DOUBT)


def test_an_expired_certificate_is_no_permission(tmp_path, plain, bench):
    signing = Signing(good_for=timedelta(seconds=3))
    path = signing.write(plain, tmp_path / "a.mp4", entry("ai_generative_training", "allowed"))
    time.sleep(4.1)  # nothing signs with a certificate that has expired already
    assert stances(path, trust_anchors=signing.root) == (DOUBT,) * 3
    assert bench.run(path).refused == 1
    [row] = bench.rows("sources")
    assert row["status"] == "refused" and "Invalid: certificate expired" in row["reason"]
    assert not bench.rows("clips")


def test_credentials_that_cannot_be_read_are_in_doubt(tmp_path, signing, plain):
    path = signing.write(plain, tmp_path / "a.mp4", entry("data_mining", "allowed"))
    data = path.read_bytes()
    start = data.find(b"jumb")
    for damage in (b"\xff" * 40, bytes(40), b"jumb" * 10):
        path.write_bytes(data[: start + 90] + damage + data[start + 130 :])
        assert stances(path, trust_anchors=signing.root) == (DOUBT,) * 3


def test_a_file_without_credentials_says_nothing(plain):
    assert stances(plain) == (SILENT,) * 3


def test_without_the_library_credentials_are_in_doubt(tmp_path, signing, plain, monkeypatch):
    path = signing.write(plain, tmp_path / "a.mp4", entry("data_mining", "allowed"))
    monkeypatch.setitem(sys.modules, "c2pa", None)
    assert stances(path) == (DOUBT,) * 3
    assert stances(plain) == (SILENT,) * 3
    (signal,) = C2pa().read(Evidence(media=find_embedded(path, AT)))
    assert "pip install 'clearreel[c2pa]'" in signal.said


def test_a_file_that_went_away_is_in_doubt(tmp_path, signing, plain):
    path = signing.write(plain, tmp_path / "a.mp4", entry("data_mining", "allowed"))
    evidence = Evidence(media=find_embedded(path, AT))
    path.unlink()
    assert verdict(C2pa(), evidence, "evaluation").stance == DOUBT


def test_credentials_that_lie_elsewhere_are_in_doubt(tmp_path):
    xmp = (
        b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        b'xmlns:d="http://purl.org/dc/terms/"><r:Description '
        b'd:provenance="https://manifests.example/1.c2pa"/></r:RDF>'
    )
    evidence = Evidence(media=Embedded(tmp_path, AT, (xmp,)))
    assert verdict(C2pa(), evidence, "evaluation").stance == DOUBT
