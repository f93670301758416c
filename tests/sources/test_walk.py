import os

import pytest

from clearreel.sources.place import Place, Unlisted
from clearreel.sources.walk import walk


def relatives(root):
    return [item.relative for item in walk(root, root) if isinstance(item, Place)]


def write(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")


@pytest.fixture
def root(tmp_path):
    root = (tmp_path / "root").resolve()
    write(root / "a" / "one.mp4")
    return root


def test_links_back_into_the_input_are_not_followed(root):
    (root / "a" / "loop").symlink_to(root)
    (root / "again").symlink_to(root / "a")
    assert relatives(root) == ["a/one.mp4"]


def test_links_that_leave_the_input_are_followed_once_on_their_way(root, tmp_path):
    write(tmp_path / "disk" / "two.mp4")
    (tmp_path / "disk" / "self").symlink_to(tmp_path / "disk")
    (tmp_path / "disk" / "home").symlink_to(root)
    (root / "disk").symlink_to(tmp_path / "disk")
    assert relatives(root) == ["a/one.mp4", "disk/two.mp4"]


def test_a_linked_file_is_a_place_of_its_own(root):
    (root / "b.mp4").symlink_to(root / "a" / "one.mp4")
    assert relatives(root) == ["a/one.mp4", "b.mp4"]


def test_what_cannot_be_listed_is_told(root):
    (root / "broken.mp4").symlink_to("nowhere")
    (root / "broken.txt").symlink_to("nowhere")
    (root / "ring.mp4").symlink_to("ring.mp4")
    os.mkfifo(root / "pipe.mp4")
    unlisted = {
        item.path.name: item.reason for item in walk(root, root) if isinstance(item, Unlisted)
    }
    assert unlisted.keys() == {"broken.mp4", "ring.mp4", "pipe.mp4"}
    assert "No such file" in unlisted["broken.mp4"]
    assert "neither a file nor a folder" in unlisted["pipe.mp4"]


def test_a_folder_that_may_not_be_read_is_told_and_the_rest_is_listed(root, monkeypatch):
    write(root / "closed" / "three.mp4")
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith("closed"):  # root reads whatever its mode says
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    items = list(walk(root, root))
    assert [item.relative for item in items if isinstance(item, Place)] == ["a/one.mp4"]
    assert [item.reason for item in items if isinstance(item, Unlisted)] == [
        "it cannot be listed: Permission denied"
    ]


def test_folders_deeper_than_the_stack_are_listed(root):
    folders = [root]
    for _ in range(1200):
        folders.append(folders[-1] / "d")
        folders[-1].mkdir()
    write(folders[-1] / "x.mp4")
    assert relatives(root) == ["a/one.mp4", "d/" * 1200 + "x.mp4"]
    (folders[-1] / "x.mp4").unlink()  # what tidies up after tests does not go as deep
    for folder in reversed(folders[1:]):
        folder.rmdir()


def test_names_that_are_no_text_are_printable(root):
    with open(os.fsencode(root) + b"/caf\xe9.mp4", "wb") as file:  # noqa: PTH123
        file.write(b"x")
    places = [item for item in walk(root, root) if isinstance(item, Place)]
    assert [place.relative for place in places] == ["a/one.mp4", "caf\\xe9.mp4"]
    assert places[1].path.read_bytes() == b"x"
