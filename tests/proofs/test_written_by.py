"""Who wrote a clip's captions is told by its proof, and nothing of that can be changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from smallrelease import MODEL, PEOPLE, UNSAID, Stranger, Verifiers, make_release

from clearreel.proofs.keys import PublicKey, SigningKey
from clearreel.proofs.layout import CLIPS
from clearreel.proofs.proving import Release
from clearreel.proofs.release import Signing
from clearreel.proofs.verified import VerifiedProof
from clearreel.proofs.verifying import verify, verify_release
from clearreel.proofs.written_by import sentences, told_of
from clearreel.rights.origins import Origin

EARLIER = Path(__file__).parent / "earlier"
"""A release and a proof out of it, as the version wrote them before who wrote captions was told."""


def proof_of_a_clip(release: Path, path: Path) -> Path:
    path.write_bytes(Release(release).prove_clip("clip1-0").written())
    return path


def shown(path: Path, verifiers: Verifiers) -> VerifiedProof:
    verified = verify(path, verifiers.believed)
    assert isinstance(verified, VerifiedProof)
    return verified


def test_a_proof_tells_which_model_wrote_the_captions(
    release: Path, tmp_path: Path, verifiers: Verifiers, stranger: Stranger
) -> None:
    proof = proof_of_a_clip(release, tmp_path / "clip.proof")
    verified = shown(proof, verifiers)
    assert verified.to_json()["clip"]["captions"] == [
        {
            "writer": "model",
            "model": "captioner-7b",
            "license": "Apache-2.0",
            "trained_on": [["COCO", ""], ["our own", "CC-BY-4.0"]],
            "evidence_sha256": MODEL.evidence_sha256,
        },
        {"writer": "people", "license": "CC-BY-4.0"},
        {"writer": "nobody says"},
    ]
    told = [
        "captions: written by the model captioner-7b; Apache-2.0; trained on COCO, our own "
        f"(CC-BY-4.0); evidence {MODEL.evidence_sha256}",
        "captions: written by people; CC-BY-4.0",
        "captions: nobody says who wrote them",
    ]
    assert [line for line in str(verified).splitlines() if "captions" in line] == told
    ended = stranger(proof)
    assert ended.returncode == 0
    assert [line for line in ended.stdout.splitlines() if "captions" in line] == told


def test_one_changed_byte_is_found(release: Path, tmp_path: Path, verifiers: Verifiers) -> None:
    proof = proof_of_a_clip(release, tmp_path / "clip.proof")
    for path in (proof, release / CLIPS):
        content = path.read_bytes()
        start = content.index(b'"captions":')
        end = content.index(b'"clip_id":')
        for offset in range(start, end, 1 if path is proof else 17):
            path.write_bytes(
                content[:offset] + bytes([content[offset] ^ 1]) + content[offset + 1 :]
            )
            assert not verifiers.hold(proof if path is proof else release), offset
        path.write_bytes(content.replace(b"Apache-2.0", b"CC0-1.0", 1))
        assert not verifiers.hold(proof if path is proof else release)


def test_no_file_is_named_as_people_may_be_in_its_name() -> None:
    told = json.dumps(told_of([MODEL, PEOPLE, UNSAID]))
    assert "Grace" not in told and MODEL.evidence_sha256 in told


def test_the_same_writer_of_two_files_is_told_once() -> None:
    more = [replace(MODEL, sidecar="b.srt"), MODEL, UNSAID, replace(UNSAID, sidecar="b.txt")]
    assert told_of(more) == told_of(reversed(more)) == told_of([MODEL, UNSAID])


@pytest.mark.parametrize(
    ("origin", "told"),
    [
        (Origin("a", "model", "m"), "written by the model m; under no licence that is said"),
        (Origin("a", "model", "m", "MIT", ()), "written by the model m; MIT; trained on no data"),
        (Origin("a", "people"), "written by people; under no licence that is said"),
    ],
)
def test_what_is_not_said_is_not_made_up(origin: Origin, told: str) -> None:
    assert sentences({"captions": told_of([origin])}) == [f"captions: {told}"]


def test_a_clip_without_captions_says_so(
    tmp_path: Path, key: SigningKey, verifiers: Verifiers, stranger: Stranger
) -> None:
    made = make_release(tmp_path / "made", key, sources=2, origins=())
    proof = proof_of_a_clip(made, tmp_path / "clip.proof")
    for told in (str(shown(proof, verifiers)), stranger(proof).stdout):
        assert "it carries no captions or columns" in told


@pytest.mark.parametrize(
    "captions",
    [
        {"writer": "people"},
        ["people"],
        [{}],
        [{"writer": "model"}],
        [{"writer": "model", "model": 7}],
        [{"writer": "people", "license": 7}],
        [{"writer": "people", "trained_on": [["COCO"]]}],
        [{"writer": "people", "trained_on": 7}],
        [{"writer": "people", "evidence_sha256": None}],
    ],
)
def test_what_cannot_be_told_does_not_hold(
    tmp_path: Path,
    key: SigningKey,
    verifiers: Verifiers,
    monkeypatch: pytest.MonkeyPatch,
    captions: Any,
) -> None:
    carry = Signing.carry_clip
    monkeypatch.setattr(
        Signing, "carry_clip", lambda self, value: carry(self, value | {"captions": captions})
    )
    made = make_release(tmp_path / "made", key, sources=2)
    assert not verifiers.hold(made)
    assert not verifiers.hold(proof_of_a_clip(made, tmp_path / "clip.proof"))


# Releases that were written before


@pytest.fixture
def earlier() -> Verifiers:
    return Verifiers(PublicKey.read(EARLIER / "publisher.pub"))


def test_an_earlier_release_still_holds(earlier: Verifiers, tmp_path: Path) -> None:
    assert earlier.hold(EARLIER / "release") and earlier.hold(EARLIER / "clip.proof")
    verified = shown(EARLIER / "clip.proof", earlier)
    assert "who wrote its captions is not told: the release is of an earlier" in str(verified)
    proof = proof_of_a_clip(EARLIER / "release", tmp_path / "new.proof")
    assert proof.read_bytes() == (EARLIER / "clip.proof").read_bytes()
    damaged = Path(shutil.copytree(EARLIER / "release", tmp_path / "damaged"))
    (damaged / CLIPS).write_bytes((damaged / CLIPS).read_bytes().replace(b"CC0", b"CC1"))
    assert not earlier.hold(damaged)


def test_a_stranger_reads_an_earlier_proof(stranger: Stranger) -> None:
    ended = stranger(EARLIER / "clip.proof", key=EARLIER / "publisher.pub")
    assert ended.returncode == 0 and "the release is of an earlier version" in ended.stdout


def test_what_a_takedown_carries_over_tells_the_same(
    tmp_path: Path, key: SigningKey, verifiers: Verifiers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of an earlier release as well: nobody knows more of it."""
    [line, _] = (EARLIER / "release" / CLIPS).read_text().splitlines()
    old = json.loads(line)["value"]

    def carry(self: Signing, record: dict[str, Any], origins: Iterable[Origin]) -> None:
        known = {name: record[name] for name in ("clip_id", "source_id", "sha256")}
        self.carry_clip(old | known)

    monkeypatch.setattr(Signing, "add_clip", carry)
    made = make_release(tmp_path / "made", key, sources=2)
    assert verify_release(made, verifiers.believed).statement.clips.count == 4
    assert verifiers.hold(made)
    proof = proof_of_a_clip(made, tmp_path / "clip.proof")
    assert "not told" in str(shown(proof, verifiers))
