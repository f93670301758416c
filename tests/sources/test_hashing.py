import hashlib
import os
import time
from contextlib import closing

import pytest

from clearreel.core.errors import SourceError
from clearreel.sources.folder import expand
from clearreel.sources.hashing import hash_file, hash_place, in_threads, known_from, still_at

ABC = hashlib.sha256(b"abc").hexdigest()


@pytest.fixture
def path(tmp_path):
    path = tmp_path.resolve() / "a.mp4"
    path.write_bytes(b"abc")
    return path


def place_of(path):
    (place,) = expand([str(path)]).places
    return place


def test_the_hash_is_that_of_the_bytes(path):
    path.write_bytes(b"z" * 3_000_000)
    assert hash_file(path).sha256 == hashlib.sha256(b"z" * 3_000_000).hexdigest()


def test_what_did_not_change_is_not_read_again(path):
    hashed = hash_file(path)
    known = known_from({str(path): hashed})
    place = place_of(path)
    path.unlink()
    assert hash_place(place, known) == hashed
    with pytest.raises(SourceError, match="not there any more"):
        hash_place(place)


@pytest.mark.parametrize("change", ["size", "time", "inode"])
def test_what_changed_is_read_again(path, change):
    known = known_from({str(path): hash_file(path)})
    status = path.stat()
    if change == "inode":
        path.rename(path.with_name("old"))
    path.write_bytes(b"abcd" if change == "size" else b"xyz")
    shift = 1 if change == "time" else 0
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + shift))
    place = place_of(path)
    assert known(place) is None
    assert hash_place(place, known).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_file_that_grows_while_it_is_read_is_set_aside(path, monkeypatch):
    digest = hashlib.file_digest

    def grow(file, name):
        result = digest(file, name)
        with path.open("ab") as more:
            more.write(b"d")
        return result

    monkeypatch.setattr(hashlib, "file_digest", grow)
    with pytest.raises(SourceError, match="changed while"):
        hash_file(path)


def test_a_file_without_permission_is_set_aside(path, monkeypatch):
    def refuse(self, mode):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", refuse)
    with pytest.raises(SourceError, match="no permission"):
        hash_file(path)


def test_bytes_are_found_where_they_lie_still(path):
    known = known_from({str(path): hash_file(path)})
    other = path.with_name("0.mp4")
    other.write_bytes(b"xyz")
    names = [str(path), str(other), str(path.with_name("gone.mp4")), str(path.parent)]
    assert still_at(ABC, names, known).path == path
    assert still_at(ABC, names).path == path
    path.write_bytes(b"other")
    assert still_at(ABC, names, known) is None


def test_threads_keep_the_order_and_begin_no_more_once_nobody_asks():
    begun = []

    def read(number):
        begun.append(number)
        time.sleep(0.005 if number else 0.02)  # the first is the last of its batch
        return number

    with pytest.raises(KeyboardInterrupt), closing(in_threads(read, range(400))) as found:
        for expected, number in enumerate(found):
            assert number == expected
            if number == 8:
                raise KeyboardInterrupt
    assert len(begun) < 100
    assert list(in_threads(read, range(9))) == list(range(9))
