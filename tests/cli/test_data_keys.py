"""Keys of sealed data sets, as people move them from machine to machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from clearreel.stores.data_keys import VARIABLE

USE = "research-training"


@pytest.fixture(scope="module")
def study(clearreel: Any, films: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data set for research. Not to be changed."""
    into = tmp_path_factory.mktemp("study") / "set"
    arguments = clearreel.run_arguments(films / "a.mp4", into=into)
    ended = clearreel(*arguments, "--use", USE)
    assert ended.code == 0, ended.errors
    return into


def machine(folder: Path) -> dict[str, Any]:
    """Another user's machine."""
    return {"env": {**os.environ, VARIABLE: str(folder)}}


def test_a_key_goes_to_another_machine(clearreel: Any, study: Path, tmp_path: Path) -> None:
    other = machine(tmp_path / "other")
    ended = clearreel("clips", study, **other)
    assert ended.code == 2 and "is not here" in ended.errors
    assert "clearreel data-keys import FILE" in ended.errors
    assert clearreel("data-keys", "list", **other).output == ""
    file = tmp_path / "study.key"
    [made] = clearreel("data-keys", "export", study, file, "--json").lines
    assert made["use"] == USE and file.stat().st_mode & 0o777 == 0o600
    [kept] = clearreel("data-keys", "import", file, "--json", **other).lines
    assert kept["id"] == made["id"] and kept["file"].startswith(str(tmp_path / "other" / USE))
    [listed] = clearreel("data-keys", "list", "--json", **other).lines
    assert listed == kept
    assert len(clearreel("clips", study, "--json", **other).lines) == 5


def test_whoever_makes_it_is_told_of_the_key(
    clearreel: Any, study: Path, made: Path, data_keys: Path
) -> None:
    key = data_keys / USE / f"{key_id(study)}.key"
    assert f"keep a copy of {key}" in clearreel("show", study).output
    assert "sealed" not in clearreel("show", made).output


def test_a_secret_is_never_shown(clearreel: Any, study: Path, data_keys: Path) -> None:
    [key] = (data_keys / USE).glob(f"{key_id(study)}.key")
    secret = key.read_text().split('"secret": "')[1][:64]
    ended = clearreel("data-keys", "list")
    assert key.stem in ended.output and secret not in ended.output
    assert secret not in "".join(
        path.read_text("latin-1") for path in study.rglob("*") if path.is_file()
    )


def test_an_existing_file_is_no_place_for_a_key(
    clearreel: Any, study: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine").write_text("mine")
    ended = clearreel("data-keys", "export", study, tmp_path / "mine")
    assert ended.code == 2 and "never written over" in ended.errors


def test_a_commercial_data_set_has_no_key(clearreel: Any, made: Path, tmp_path: Path) -> None:
    ended = clearreel("data-keys", "export", made, tmp_path / "key")
    assert ended.code == 2 and "is not sealed" in ended.errors
    assert not (tmp_path / "key").exists()


def key_id(study: Path) -> str:
    """The id of a data set's key, from its dataset.json."""
    text = (study / "dataset.json").read_text()
    return text.split('"key": "')[1][:32]
