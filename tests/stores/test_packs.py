from __future__ import annotations

import hashlib
import json
import tarfile
from pathlib import Path

import pytest
import webdataset

from clearreel.core.errors import StorageError
from clearreel.stores.packs import Packs, PackWriter, clear, cutting_folder, sweep

FILES = {"a.mp4": b"A" * 1000, "a.jpg": b"\xff\xd8", "a.json": b'{"n": 1}', "b.mp4": b"B" * 512}


def write(packs: Path, files: dict[str, bytes] = FILES, source: str = "ab12") -> str:
    with PackWriter(Packs(packs, None), source) as pack:
        for name, content in files.items():
            pack.add(name, content)
        return pack.commit()


def test_every_member_lies_where_its_offset_says(tmp_path: Path) -> None:
    with PackWriter(Packs(tmp_path, None), "ab12") as pack:
        members = [pack.add(name, content) for name, content in FILES.items()]
        name = pack.commit()
    for member in members:
        content = Packs(tmp_path, None).read(name, member.name, member.offset, member.bytes)
        assert content == FILES[member.name]
        assert member.sha256 == hashlib.sha256(content).hexdigest()


def test_tarfile_reads_it(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / write(tmp_path)) as tar:
        read = {info.name: tar.extractfile(info).read() for info in tar}
    assert read == FILES


def test_webdataset_reads_it(tmp_path: Path) -> None:
    url = f"file:{tmp_path / write(tmp_path)}"
    samples = list(webdataset.WebDataset([url], shardshuffle=False))
    assert [sample["__key__"] for sample in samples] == ["a", "b"]
    assert samples[0]["mp4"] == FILES["a.mp4"]
    assert json.loads(samples[0]["json"]) == {"n": 1}


def test_the_same_members_give_the_same_bytes_and_name(tmp_path: Path) -> None:
    names = [
        write(tmp_path / folder) for folder in ("x", "y") if (tmp_path / folder).mkdir() is None
    ]
    assert names[0] == names[1]
    one, other = ((tmp_path / folder / names[0]).read_bytes() for folder in ("x", "y"))
    assert one == other


@pytest.mark.parametrize(
    "changed", [{"a.mp4": b"A" * 999}, {"c.mp4": b"A" * 1000}, {**FILES, "c.txt": b""}]
)
def test_other_members_give_another_name(tmp_path: Path, changed: dict[str, bytes]) -> None:
    assert write(tmp_path) != write(tmp_path, changed)


def test_a_file_is_taken_over_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "clip.mp4"
    file.write_bytes(FILES["a.mp4"])
    with PackWriter(Packs(tmp_path, None), "ab12") as pack:
        member = pack.add_file("a.mp4", file, hashlib.sha256(FILES["a.mp4"]).hexdigest())
        name = pack.commit()
    assert name == write(tmp_path, {"a.mp4": FILES["a.mp4"]})
    content = Packs(tmp_path, None).read(name, "a.mp4", member.offset, member.bytes)
    assert content == FILES["a.mp4"]


def test_without_members_there_is_no_pack(tmp_path: Path) -> None:
    assert write(tmp_path, {}) == ""
    assert not list(tmp_path.rglob("*"))


def test_an_error_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), PackWriter(Packs(tmp_path, None), "ab12") as pack:
        pack.add("a.mp4", FILES["a.mp4"])
        raise RuntimeError
    assert not list(tmp_path.rglob("*"))


def test_without_a_commit_nothing_is_left(tmp_path: Path) -> None:
    with PackWriter(Packs(tmp_path, None), "ab12") as pack:
        pack.add("a.mp4", FILES["a.mp4"])
    assert not list(tmp_path.rglob("*"))


@pytest.mark.parametrize("length", [1_000, 2_000, 600_000])
def test_a_full_disk_leaves_nothing(tiny_disk: Path, length: int) -> None:
    """However much is still in a buffer when there is no room for it."""
    packs = tiny_disk / "packs"
    packs.mkdir()
    filler = (tiny_disk / "filler").open("wb", buffering=0)
    with filler, pytest.raises(OSError, match="No space"):
        while True:
            filler.write(bytes(4096))
    with (
        pytest.raises(StorageError, match="No space"),
        PackWriter(Packs(packs, None), "ab12") as pack,
    ):
        pack.add("a.mp4", bytes(length))
        pack.commit()
    assert not list(packs.rglob("*"))


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be written"):
        PackWriter(Packs(tmp_path / "nowhere", None), "ab12")


def test_sweeping_removes_what_nothing_names(tmp_path: Path) -> None:
    kept = write(tmp_path)
    write(tmp_path, {"a.mp4": b"old"})
    (tmp_path / "notes.txt").write_text("somebody's own")
    assert sweep(tmp_path, {kept}) == 1
    assert files(tmp_path) == {kept, "notes.txt"}


def test_clearing_removes_what_was_being_written(tmp_path: Path) -> None:
    kept = write(tmp_path)
    (tmp_path / "ab12.tar.77.partial").write_bytes(b"half")
    with pytest.raises(RuntimeError), cutting_folder(Packs(tmp_path, None)) as folder:
        (folder / "clip.mp4").write_bytes(b"half")
        raise RuntimeError
    (tmp_path / ".cutting-of-a-killed-worker").mkdir()
    clear(Packs(tmp_path, None))
    assert files(tmp_path) == {kept}
    assert not list(tmp_path.glob(".*"))


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
