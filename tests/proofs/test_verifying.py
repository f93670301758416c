"""Every damage to a release is found, by both verifiers."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from smallrelease import DECISION, Verifiers, footage, make_release, sha256

from clearreel.core.errors import UsageError, VerificationError
from clearreel.core.identity import source_id
from clearreel.proofs import release as release_module
from clearreel.proofs.envelope import Envelope
from clearreel.proofs.keys import SigningKey, new_key
from clearreel.proofs.layout import CLIPS, MANIFEST, SOURCES, STATEMENT
from clearreel.proofs.proving import Release
from clearreel.proofs.statement import PREDICATE_TYPE, STATEMENT_TYPE, Statement
from clearreel.proofs.verifying import verify, verify_release
from clearreel.stores.canonical import canonical


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_release_holds(release: Path, verifiers: Verifiers) -> None:
    verified = verify_release(release, verifiers.believed)
    assert verified.files == len(files(release)) == 6 + 3 + 2 + 2
    assert (verified.statement.clips.count, verified.statement.sources.count) == (6, 3)
    assert verifiers.hold(release)
    moved = release.rename(release.with_name("elsewhere"))
    assert verifiers.hold(moved)


def test_the_statement_is_an_in_toto_statement(release: Path) -> None:
    payload = Envelope.read((release / STATEMENT).read_bytes()).payload
    said = json.loads(payload)
    assert (said["_type"], said["predicateType"]) == (STATEMENT_TYPE, PREDICATE_TYPE)
    assert {row["name"]: row["digest"] for row in said["subject"]} == {
        name: {"sha256": sha256((release / name).read_bytes())}
        for name in (MANIFEST, "train-000000.tar")
    }


def test_a_flipped_bit_anywhere_is_found(release: Path, verifiers: Verifiers) -> None:
    for path in files(release):
        content = path.read_bytes()
        step = max(1, len(content) // 12)
        offsets = {*range(0, len(content), step), *range(3), *range(len(content) - 3, len(content))}
        for offset in sorted(offsets & set(range(len(content)))):
            changed = bytearray(content)
            changed[offset] ^= 1 << offset % 8
            path.write_bytes(changed)
            assert not verifiers.hold(release), f"{path.name}, byte {offset}"
        path.write_bytes(content)
    assert verifiers.hold(release)


def test_every_byte_of_the_statement_counts(release: Path, verifiers: Verifiers) -> None:
    """Where the signature does not reach as well: the keys, the base64, the end of the line."""
    path = release / STATEMENT
    content = path.read_bytes()
    inside = content.index(b'"payload":"') + 60, content.index(b'"payloadType"') - 60
    for offset in (*range(inside[0]), *range(inside[1], len(content))):
        changed = bytearray(content)
        changed[offset] ^= 1 << offset % 7
        path.write_bytes(changed)
        assert not verifiers.hold(release), f"byte {offset}"


@pytest.mark.parametrize(
    "change",
    [b" ", b"\n", b"", None],
    ids=["a space more", "a line more", "cut short", "gone"],
)
def test_a_file_that_is_longer_shorter_or_gone(
    release: Path, verifiers: Verifiers, change: bytes | None
) -> None:
    for path in files(release):
        content = path.read_bytes()
        if change is None:
            path.unlink()
        else:
            path.write_bytes(content + change if change else content[:-1])
        assert not verifiers.hold(release), path.name
        path.write_bytes(content)


def _link(release: Path) -> None:
    path = release / "README.md"
    shutil.copy(path, release.parent / "the-same.md")
    path.unlink()
    path.symlink_to(release.parent / "the-same.md")


def _linked_folder(release: Path) -> None:
    (release / "train").rename(release.parent / "train")
    (release / "train").symlink_to(release.parent / "train")


ADDITIONS: dict[str, Callable[[Path], object]] = {
    "a file": lambda release: (release / "train" / "more.mp4").write_text("more"),
    "a hidden file": lambda release: (release / ".hidden").touch(),
    "an empty folder": lambda release: (release / "more").mkdir(),
    "an empty folder within": lambda release: (release / "train" / "more").mkdir(),
    "a link to the same": _link,
    "a folder that is a link": _linked_folder,
    "a pipe": lambda release: os.mkfifo(release / "pipe"),
    "another name": lambda release: (release / "README.md").rename(release / "readme.md"),
    "two files exchanged": lambda release: [
        (release / "LICENSES" / "CC0-1.0.txt").rename(release / "x"),
        (release / "README.md").rename(release / "LICENSES" / "CC0-1.0.txt"),
        (release / "x").rename(release / "README.md"),
    ],
}


@pytest.mark.parametrize("name", ADDITIONS)
def test_what_was_added_or_moved_is_found(release: Path, verifiers: Verifiers, name: str) -> None:
    ADDITIONS[name](release)
    assert not verifiers.hold(release)


def test_problems_are_listed_with_what_to_do(release: Path, verifiers: Verifiers) -> None:
    (release / "README.md").write_text("changed")
    (release / "train" / "clip0-0.mp4").unlink()
    (release / "more").touch()
    with pytest.raises(VerificationError) as raised:
        verify_release(release, verifiers.believed)
    for problem in (
        "'train/clip0-0.mp4' is missing",
        "'more' is not a file of the release",
        "'README.md' was changed",
    ):
        assert problem in raised.value.message
    assert "anew from its publisher" in raised.value.hint


def signed_again(release: Path, key: SigningKey, **changes: object) -> None:
    """What a signer could do who wants to deceive, or anybody with a key of their own."""
    path = release / STATEMENT
    said = json.loads(Envelope.read(path.read_bytes()).payload)
    said["predicate"] |= changes
    path.write_bytes(Envelope.sign(canonical(said), key).written())


def test_another_key_is_not_believed(
    release: Path, verifiers: Verifiers, tmp_path: Path, key: SigningKey
) -> None:
    signed_again(release, key)
    assert verifiers.hold(release)
    signed_again(release, new_key(tmp_path / "eve.key"))
    assert not verifiers.hold(release)


@pytest.mark.parametrize(
    "changes",
    [
        {"clips": {"root": "0" * 64, "count": 6}},
        {"sources": {"root": "0" * 64, "count": 3}},
        {"sources_salt": "0" * 64},
        {"clips": {"root": "0" * 63, "count": 6}},
    ],
)
def test_a_statement_that_contradicts_the_release(
    release: Path, verifiers: Verifiers, key: SigningKey, changes: dict[str, object]
) -> None:
    signed_again(release, key, **changes)
    assert not verifiers.hold(release)


@pytest.mark.parametrize(
    "changes", [{"use": "commercial-training"}, {"more": 1}, {"licenses": None}, {"name": 1}]
)
def test_a_statement_that_we_do_not_write(
    release: Path, verifiers: Verifiers, key: SigningKey, changes: dict[str, object]
) -> None:
    signed_again(release, key, **changes)
    with pytest.raises(VerificationError):
        verify_release(release, verifiers.believed)


def test_a_source_that_was_not_permitted_is_in_no_release(
    tmp_path: Path, key: SigningKey, verifiers: Verifiers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(DECISION, "permitted", False)
    made = make_release(tmp_path / "refused", key, sources=1)
    with pytest.raises(VerificationError, match="was not permitted"):
        verify_release(made, verifiers.believed)


def test_a_statement_that_names_another_shard(
    release: Path, verifiers: Verifiers, key: SigningKey
) -> None:
    path = release / STATEMENT
    said = json.loads(Envelope.read(path.read_bytes()).payload)
    [shard] = [row for row in said["subject"] if row["name"] == "train-000000.tar"]
    shard["digest"]["sha256"] = "0" * 64
    path.write_bytes(Envelope.sign(canonical(said), key).written())
    assert not verifiers.hold(release)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"sha256": "0" * 64}, "the hash and id of source"),
        ({"clips": 3}, "does not have the sources of the clips"),
    ],
)
def test_a_signer_who_contradicts_himself(
    tmp_path: Path,
    key: SigningKey,
    verifiers: Verifiers,
    monkeypatch: pytest.MonkeyPatch,
    change: dict[str, object],
    told: str,
) -> None:
    add = release_module.Signing.add_source

    def lying(self: release_module.Signing, source: dict[str, object], clips: int) -> None:
        add(self, source | change, int(str(change.get("clips", clips))))

    monkeypatch.setattr(release_module.Signing, "add_source", lying)
    made = make_release(tmp_path / "made", key, sources=1)
    with pytest.raises(VerificationError, match=told):
        verify_release(made, verifiers.believed)
    proof = tmp_path / "proof"
    proof.write_bytes(Release(made).prove_source(source_id(sha256(footage(0)))).written())
    assert verifiers.hold(proof) == ("sha256" not in change)


def test_what_is_unsigned_or_no_release(
    release: Path, verifiers: Verifiers, tmp_path: Path
) -> None:
    (release / STATEMENT).unlink()
    with pytest.raises(VerificationError, match="is unsigned") as raised:
        verify_release(release, verifiers.believed)
    assert "--key FILE" in raised.value.hint
    (tmp_path / "empty").mkdir()
    with pytest.raises(VerificationError, match="is no release"):
        verify_release(tmp_path / "empty", verifiers.believed)
    with pytest.raises(UsageError, match="cannot be read"):
        verify(tmp_path / "nowhere", verifiers.believed)


def test_names_of_people_do_not_go_out(release: Path) -> None:
    assert not any(b"Grace" in path.read_bytes() for path in files(release))
    decision = json.loads((release / SOURCES).read_bytes().splitlines()[0])["value"]["decision"]
    assert decision["findings"] == [{"permits": True, "license": "CC0-1.0", "attested": True}]
    assert b"1152921504606846976" in (release / CLIPS).read_bytes()


def test_statements_are_read_as_they_were_written(release: Path) -> None:
    payload = Envelope.read((release / STATEMENT).read_bytes()).payload
    assert Statement.read(payload).written() == payload
