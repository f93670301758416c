"""The list of a data set's releases."""

from __future__ import annotations

from pathlib import Path

import pytest

from clearreel.stores.releases import Releases


def test_a_folder_is_the_same_however_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    releases = Releases(tmp_path)
    releases.begin(tmp_path / "out")
    assert releases.is_unfinished(Path("out"))
    releases.add(Path("./out"))
    assert releases.folders() == [tmp_path / "out"]
    assert not releases.is_unfinished(tmp_path / "out")


def test_nothing_is_missing_of_what_was_removed_until_the_next_export(tmp_path: Path) -> None:
    releases = Releases(tmp_path)
    releases.add(tmp_path / "out")
    releases.removed(tmp_path / "out")
    assert releases.is_unfinished(tmp_path / "out") and releases.folders() == [tmp_path / "out"]
    releases.add(tmp_path / "out")
    assert not releases.is_unfinished(tmp_path / "out")
