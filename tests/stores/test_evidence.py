from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from clearreel.core.errors import StorageError, UsageError
from clearreel.stores.evidence import EvidenceStore


@pytest.fixture
def letter(tmp_path: Path) -> tuple[Path, str]:
    path = tmp_path / "letter.txt"
    path.write_bytes(b"we permit")
    return path, hashlib.sha256(b"we permit").hexdigest()


def test_evidence_is_kept_under_its_hash(tmp_path: Path, letter: tuple[Path, str]) -> None:
    store = EvidenceStore(tmp_path / "set")
    path, name = letter
    assert store.state(name) == "missing"
    store.keep(path, name)
    path.unlink()
    assert store.path(name).read_bytes() == b"we permit"
    assert store.state(name) == "kept"
    assert [file.name for file in (tmp_path / "set").rglob("*") if file.is_file()] == [name]
    store.keep(path, name)  # what is kept needs no original any more


def test_a_changed_byte_is_seen_and_repaired(tmp_path: Path, letter: tuple[Path, str]) -> None:
    store = EvidenceStore(tmp_path / "set")
    path, name = letter
    store.keep(path, name)
    store.path(name).write_bytes(b"we permit!")
    assert store.state(name) == "changed"
    store.keep(path, name)
    assert store.state(name) == "kept"


def test_an_original_that_changed_is_not_kept(tmp_path: Path, letter: tuple[Path, str]) -> None:
    store = EvidenceStore(tmp_path / "set")
    path, name = letter
    path.write_bytes(b"we do not permit")
    with pytest.raises(UsageError, match="its bytes are others now"):
        store.keep(path, name)
    path.unlink()
    with pytest.raises(UsageError, match="cannot be read"):
        store.keep(path, name)
    assert store.state(name) == "missing"


def test_a_place_that_cannot_be_written(tmp_path: Path, letter: tuple[Path, str]) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "evidence").write_text("in the way")
    with pytest.raises(StorageError, match="cannot be written"):
        EvidenceStore(tmp_path / "set").keep(*letter)
