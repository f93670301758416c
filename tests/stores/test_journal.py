"""A journal gives back every part that was written whole, whatever a kill left behind it."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from clearreel.core.errors import DatasetError, StorageError
from clearreel.stores.data_keys import DataKey, DataKeys
from clearreel.stores.journal import Journal, forget_journals
from clearreel.stores.packs import Packs
from clearreel.stores.seal import Seal

FILES = {"a": b"\xff\xd8" * 50, "b": b"", "c": b"segment\n" * 9}


def write(packs: Path, count: int = 3, name: str = "f1") -> Path:
    with Journal(Packs(packs, None), "ab12", name) as journal:
        for number in range(count):
            journal.append({"number": number, "share": 0.1 + number}, FILES)
    [path] = (packs / ".segments").iterdir()
    return path


def numbers(packs: Path) -> list[int]:
    with Journal(Packs(packs, None), "ab12", "f1") as journal:
        assert all(dict(entry.files) == FILES for entry in journal.entries)
        return [entry.about["number"] for entry in journal.entries]


def test_entries_are_there_when_it_is_opened_again(tmp_path: Path) -> None:
    write(tmp_path)
    with Journal(Packs(tmp_path, None), "ab12", "f1") as journal:
        assert [entry.about["share"] for entry in journal.entries] == [0.1, 1.1, 2.1]
        assert dict(journal.append({"number": 3}, FILES).files) == FILES
    assert numbers(tmp_path) == [0, 1, 2, 3]


def test_numbers_come_back_as_they_were(tmp_path: Path) -> None:
    values = [np.float32(0.1), np.float64(1 / 3), np.int64(7), np.bool_(True), 2.5e-310, None]
    with Journal(Packs(tmp_path, None), "ab12", "f1") as journal:
        journal.append({"values": values}, {})
    with Journal(Packs(tmp_path, None), "ab12", "f1") as journal:
        assert journal.entries[0].about["values"] == values


def test_a_torn_end_is_cut_off(tmp_path: Path) -> None:
    path = write(tmp_path)
    whole = path.read_bytes()
    entry = len(whole) // 3
    for length in range(entry, 2 * entry, 7):
        path.write_bytes(whole[:length])
        assert numbers(tmp_path) == [0]
        assert path.stat().st_size == entry
    path.write_bytes(whole[:-1])
    with Journal(Packs(tmp_path, None), "ab12", "f1") as journal:
        journal.append({"number": 9}, FILES)
    assert numbers(tmp_path) == [0, 1, 9]


@pytest.mark.parametrize("place", [0, 8, 30, 60, 150])
def test_what_was_not_written_whole_ends_it(tmp_path: Path, place: int) -> None:
    """As on a file system that kept the length of a file and lost what was in it."""
    path = write(tmp_path)
    content = bytearray(path.read_bytes())
    start = len(content) // 3 + place
    content[start : start + 8] = bytes(8)
    path.write_bytes(content)
    assert numbers(tmp_path) == [0]


def test_another_fingerprint_begins_anew(tmp_path: Path) -> None:
    write(tmp_path)
    assert write(tmp_path, 1, "f2").name == "ab12-f2.journal"
    assert numbers(tmp_path) == []


def test_a_second_writer_waits(tmp_path: Path) -> None:
    path = write(tmp_path, 1)
    program = """
import sys
from pathlib import Path
from clearreel.stores.journal import Journal
from clearreel.stores.packs import Packs

with Journal(Packs(Path(sys.argv[1]), None), "ab12", "f1") as journal:
    journal.append({"number": 8}, journal.entries[0].files)
"""
    with path.open("a+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        other = subprocess.Popen([sys.executable, "-c", program, tmp_path])
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(1.0)
    assert other.wait(20) == 0
    assert numbers(tmp_path) == [0, 8]


def test_journals_of_finished_sources_are_removed(tmp_path: Path) -> None:
    forget_journals(tmp_path, {"ab12"})
    write(tmp_path)
    forget_journals(tmp_path, {"ab1", "cd34"})
    assert numbers(tmp_path) == [0, 1, 2]
    forget_journals(tmp_path, {"ab12"})
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told(tiny_disk: Path) -> None:
    with (
        Journal(Packs(tiny_disk, None), "ab12", "f1") as journal,
        pytest.raises(StorageError, match="cannot be written: No space left"),
    ):
        for _ in range(100):
            journal.append({"number": 0}, {"a": bytes(100_000)})
    with Journal(Packs(tiny_disk, None), "ab12", "f1") as journal:
        assert 0 < len(journal.entries) < 100


# ---- sealed --------------------------------------------------------------------------------------

SEAL = Seal(DataKey("research-training", "d" * 32, b"k" * 32), DataKeys(Path("nowhere"), "x"))


def sealed(folder: Path, count: int = 3) -> Path:
    """A sealed journal; where it lies."""
    with Journal(Packs(folder, SEAL), "ab12", "f1") as journal:
        for number in range(count):
            entry = journal.append({"number": number, "caption": "a heron"}, FILES)
            assert dict(entry.files) == FILES
    [path] = (folder / ".segments").iterdir()
    return path


def test_a_sealed_journal_gives_the_same_and_shows_nothing(tmp_path: Path) -> None:
    content = sealed(tmp_path).read_bytes()
    assert b"heron" not in content and FILES["a"][:8] not in content and FILES["c"] not in content
    with Journal(Packs(tmp_path, SEAL), "ab12", "f1") as journal:
        assert [entry.about["number"] for entry in journal.entries] == [0, 1, 2]
        assert all(dict(entry.files) == FILES for entry in journal.entries)


def test_a_torn_end_of_a_sealed_one_is_cut_off(tmp_path: Path) -> None:
    path = sealed(tmp_path)
    path.write_bytes(path.read_bytes()[:-1])
    with Journal(Packs(tmp_path, SEAL), "ab12", "f1") as journal:
        assert [entry.about["number"] for entry in journal.entries] == [0, 1]


def test_sealed_entries_that_change_places_are_found(tmp_path: Path) -> None:
    path = sealed(tmp_path, 2)
    content = path.read_bytes()
    path.write_bytes(content[len(content) // 2 :] + content[: len(content) // 2])
    with pytest.raises(DatasetError, match="does not open"):
        Journal(Packs(tmp_path, SEAL), "ab12", "f1").__enter__()
