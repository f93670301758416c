"""What proofs say, and that no byte of one can be changed; both verifiers are asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from smallrelease import Stranger, Verifiers, footage, make_release, sha256

from clearreel.core.errors import UsageError, VerificationError
from clearreel.core.identity import source_id
from clearreel.proofs import release as release_module
from clearreel.proofs.envelope import Envelope
from clearreel.proofs.keys import SigningKey, new_key, public_file
from clearreel.proofs.layout import CLIPS, SOURCES, STATEMENT
from clearreel.proofs.proving import Release
from clearreel.proofs.verifying import verify
from clearreel.stores.canonical import canonical


def written(proof_of: Path, name: str, path: Path) -> Path:
    """A proof out of a release: `clip`, `source`, or the file of a source that is not in it."""
    opened = Release(proof_of)
    proof = {
        "clip": lambda: opened.prove_clip("clip1-0"),
        "source": lambda: opened.prove_source(source_id(sha256(footage(1)))),
        "absent": lambda: opened.prove_source(source_id(sha256(footage(99)))),
    }[name]()
    path.write_bytes(proof.written())
    return path


@pytest.mark.parametrize("name", ["clip", "source", "absent"])
def test_a_proof_holds_and_no_byte_of_it_can_be_changed(
    release: Path, verifiers: Verifiers, tmp_path: Path, name: str
) -> None:
    path = written(release, name, tmp_path / "proof")
    assert verifiers.hold(path)
    content = path.read_bytes()
    start = content.index(b'"payload":"') + 40
    end = content.index(b'"payloadType"') - 40
    # The source that an absence speaks of can be exchanged: for another that is absent.
    about = content.find(b'"source_id":"', 0, end if name != "absent" else None)
    free = range(about, about + 13 + 32) if name == "absent" else range(0)
    for offset in (*range(0, start, 3), *range(start, end, 97), *range(end, len(content), 2)):
        if offset in free:
            continue
        changed = bytearray(content)
        changed[offset] ^= 1 << offset % 7
        path.write_bytes(changed)
        assert not verifiers.hold(path), f"byte {offset}: {content[offset - 20 : offset + 9]!r}"
    for cut in (content[:-1], content + b"\n", b"", b"{}", b"[]\n", b"null\n", b"\xff"):
        path.write_bytes(cut)
        assert not verifiers.hold(path)


@pytest.mark.parametrize("sources", [0, 1, 2, 3, 8, 9])
def test_presence_and_absence_in_releases_of_any_size(
    tmp_path: Path,
    key: SigningKey,
    verifiers: Verifiers,
    sources: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(release_module.secrets, "token_bytes", bytes)  # the same order every time
    made = make_release(tmp_path / "release", key, sources, clips=1)
    assert verifiers.hold(made)
    proof = tmp_path / "proof"
    borders = set()
    for number in range(sources + 30):
        opened = Release(made).prove_source(source_id(sha256(footage(number))))
        proof.write_bytes(opened.written())
        assert verifiers.hold(proof)
        assert (opened.absent is None) == (number < sources)
        if opened.absent is not None:
            borders.add((opened.absent.before is None, opened.absent.after is None))
    if sources == 0:
        assert borders == {(True, True)}
    elif sources <= 2:
        assert borders >= {(True, False), (False, True)}
    else:
        assert (False, False) in borders


def test_a_proof_is_of_one_release_only(
    release: Path, tmp_path: Path, key: SigningKey, verifiers: Verifiers
) -> None:
    other = make_release(tmp_path / "other", key, sources=3)
    for name in ("clip", "source", "absent"):
        proof = json.loads(written(release, name, tmp_path / "proof").read_bytes())
        proof["envelope"] = Envelope.read((other / STATEMENT).read_bytes()).to_json()
        (tmp_path / "proof").write_bytes(canonical(proof) + b"\n")
        assert not verifiers.hold(tmp_path / "proof"), name


def test_a_clip_of_one_source_does_not_prove_another(
    release: Path, tmp_path: Path, verifiers: Verifiers
) -> None:
    path = written(release, "clip", tmp_path / "proof")
    proof = json.loads(path.read_bytes())
    other = Release(release).prove_source(source_id(sha256(footage(0)))).source
    assert other is not None
    proof["source"] = other.to_json()
    path.write_bytes(canonical(proof) + b"\n")
    assert not verifiers.hold(path)


@pytest.mark.parametrize("part", ["clip", "source"])
@pytest.mark.parametrize("change", ["longer", "shorter", "index", "no place"])
def test_a_path_of_another_place(
    release: Path, tmp_path: Path, verifiers: Verifiers, part: str, change: str
) -> None:
    path = written(release, "clip", tmp_path / "proof")
    proof = json.loads(path.read_bytes())
    place = proof[part]
    if change == "longer":
        place["path"].append("0" * 64)
    elif change == "shorter":
        place["path"].pop()
    else:
        place["index"] = place["index"] ^ 1 if change == "index" else 99
    path.write_bytes(canonical(proof) + b"\n")
    assert not verifiers.hold(path)


def test_a_proof_tells_nothing_of_the_neighbours(release: Path, tmp_path: Path) -> None:
    content = written(release, "absent", tmp_path / "proof").read_text()
    for number in range(3):
        assert source_id(sha256(footage(number))) not in content


def test_a_damaged_release_gives_no_proof(release: Path) -> None:
    source = source_id(sha256(footage(0)))
    for name, ask in (
        (CLIPS, lambda opened: opened.prove_clip("clip0-0")),
        (SOURCES, lambda opened: opened.prove_source(source)),
    ):
        path = release / name
        content = path.read_bytes()
        for changed in (content.replace(b"CC0-1.0", b"CC0-1.1", 1), content[:-1], b"", b"x\n"):
            path.write_bytes(changed)
            with pytest.raises(VerificationError, match="is damaged"):
                ask(Release(release))
        path.write_bytes(content)
    (release / STATEMENT).unlink()
    with pytest.raises(VerificationError, match="is no signed release"):
        Release(release)


def test_what_no_proof_can_be_about(release: Path, tmp_path: Path) -> None:
    opened = Release(release)
    with pytest.raises(UsageError, match="there is no clip 'nosuch'"):
        opened.prove_clip("nosuch")
    for name in ("", "x" * 32, "A" * 32, "a" * 64):
        with pytest.raises(UsageError, match="is no source id"):
            opened.prove_source(name)
    with pytest.raises(UsageError, match="cannot be read"):
        opened.prove_file(tmp_path / "nowhere.mp4")


def test_the_proof_has_to_speak_of_the_file(
    release: Path, tmp_path: Path, verifiers: Verifiers, stranger: Stranger
) -> None:
    film, other, clip = (tmp_path / name for name in ("film.mp4", "other.mp4", "clip.mp4"))
    film.write_bytes(footage(1))
    other.write_bytes(footage(99))
    clip.write_bytes(b"clip1-0")
    for name, right, wrong in (
        ("source", film, other),
        ("absent", other, film),
        ("clip", film, other),
        ("clip", clip, other),
        ("source", film, clip),
    ):
        proof = written(release, name, tmp_path / "proof")
        verify(proof, verifiers.believed, right)
        assert stranger(proof, "--file", right).returncode == 0
        with pytest.raises(VerificationError, match="it speaks of source"):
            verify(proof, verifiers.believed, wrong)
        assert stranger(proof, "--file", wrong).returncode == 1
    with pytest.raises(UsageError, match="only a proof speaks of one file"):
        verify(release, verifiers.believed, film)


# The stand-alone verifier, as a stranger runs it


def test_a_stranger_needs_nothing_of_clearreel(
    release: Path, tmp_path: Path, stranger: Stranger
) -> None:
    ended = stranger(release)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "'small' holds: 13 files, 6 clips of 3 sources" in ended.stdout
    ended = stranger(written(release, "absent", tmp_path / "proof"))
    assert ended.returncode == 0 and " is NOT in the release 'small'" in ended.stdout
    ended = stranger(written(release, "clip", tmp_path / "proof"))
    assert ended.returncode == 0 and "clip clip1-0 IS in the release" in ended.stdout


def test_a_stranger_is_told_what_does_not_hold(
    release: Path, tmp_path: Path, stranger: Stranger
) -> None:
    eve = tmp_path / "eve.key"
    new_key(eve)
    ended = stranger(release, key=public_file(eve))
    assert ended.returncode == 1 and "DOES NOT HOLD: signed with key" in ended.stderr
    (release / "README.md").write_text("changed")
    ended = stranger(release)
    assert ended.returncode == 1 and "'README.md' was changed" in ended.stderr
    ended = stranger(tmp_path / "nowhere")
    assert ended.returncode == 1 and "Traceback" not in ended.stderr
