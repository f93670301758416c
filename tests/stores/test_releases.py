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
