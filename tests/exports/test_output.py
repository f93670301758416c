import hashlib
import json
from pathlib import Path

import pytest

from clearreel.core.errors import DatasetError
from clearreel.exports.output import Output


def write(to: Path, **files: str) -> None:
    with Output(to) as output:
        for name, content in files.items():
            output.write(f"{name}/{name}.txt", content)
        output.commit({"made_by": "a test"})


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(p.relative_to(folder)): p.read_text() for p in files if p.name != "manifest.json"}


def test_the_manifest_lists_every_file_with_its_hash(tmp_path: Path) -> None:
    write(tmp_path / "out", a="content", b="é")
    about = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert about["made_by"] == "a test"
    assert about["files"] == {
        "a/a.txt": {"sha256": hashlib.sha256(b"content").hexdigest(), "bytes": 7},
        "b/b.txt": {"sha256": hashlib.sha256("é".encode()).hexdigest(), "bytes": 2},
    }
    assert contents(tmp_path / "out") == {"a/a.txt": "content", "b/b.txt": "é"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError, DatasetError])
def test_what_is_interrupted_leaves_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), Output(tmp_path / "out") as output:
        output.write("a.txt", "content")
        raise error("now")
    assert not list(tmp_path.iterdir())


def test_what_is_interrupted_leaves_an_earlier_export_whole(tmp_path: Path) -> None:
    write(tmp_path / "out", a="first")
    with pytest.raises(KeyboardInterrupt), Output(tmp_path / "out") as output:
        output.write("a/a.txt", "second")
        raise KeyboardInterrupt
    assert contents(tmp_path / "out") == {"a/a.txt": "first"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_a_killed_export_left_is_cleared_away(tmp_path: Path) -> None:
    killed = Output(tmp_path / "out").__enter__()
    killed.write("a.txt", "half")
    assert (tmp_path / "out.partial").exists()
    write(tmp_path / "out", b="whole")
    assert contents(tmp_path / "out") == {"b/b.txt": "whole"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_kill_between_the_two_moves_keeps_the_next_export_from_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "out", a="first")
    replace = Path.replace

    def killed(self: Path, target: Path) -> Path:
        if self.name == "out.partial":
            raise KeyboardInterrupt
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        # A kill runs no clean-up: the context manager is left out.
        output = Output(tmp_path / "out").__enter__()
        output.write("b.txt", "second")
        with pytest.raises(KeyboardInterrupt):
            output.commit({})
    write(tmp_path / "out", c="third")
    assert contents(tmp_path / "out") == {"c/c.txt": "third"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_empty_folder_and_an_earlier_export_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write(tmp_path / "out", a="first")
    write(tmp_path / "out", b="second")
    assert contents(tmp_path / "out") == {"b/b.txt": "second"}


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "disk")
    write(tmp_path / "out", a="first")
    write(tmp_path / "out", b="second")
    assert (tmp_path / "out").is_symlink()
    assert contents(tmp_path / "disk") == {"b/b.txt": "second"}


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_text("mine")
    with pytest.raises(DatasetError, match="not empty and no earlier export"):
        Output(tmp_path)
    (tmp_path / "manifest.json").write_text("[]")
    with pytest.raises(DatasetError, match="not empty and no earlier export"):
        Output(tmp_path)
    with pytest.raises(DatasetError, match="is a file, not a folder"):
        Output(tmp_path / "film.mp4")
    assert (tmp_path / "film.mp4").read_text() == "mine"


def test_a_folder_with_the_name_of_a_leftover_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "out.partial" / "film.mp4"
    mine.parent.mkdir()
    mine.write_text("mine")
    with pytest.raises(DatasetError, match=r"out\.partial is in the way"):
        Output(tmp_path / "out")
    assert mine.read_text() == "mine"
