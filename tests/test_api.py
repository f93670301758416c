from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import pytest

import clearreel
from clearreel import api
from clearreel.core.errors import (
    DatasetError,
    NothingProducedError,
    UsageError,
)

GRANT = {"license": "CC0-1.0", "holder": "Ada", "basis": "her own"}


@pytest.fixture(scope="module")
def recipe(quick: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("recipe") / "quick.toml"
    file.write_text(quick)
    return str(file)


@pytest.fixture(scope="module")
def made(films: Path, recipe: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    into = tmp_path_factory.mktemp("made") / "set"
    clearreel.run(films, into, recipe=recipe, workers=2, limit=2, **GRANT)
    return clearreel.open(into)


def test_clips_come_in_the_order_of_path_and_time(made: Any, films: Path) -> None:
    found = [(Path(clip["path"]).name, clip["start_frame"]) for clip in made.clips()]
    assert found == [(name, 12 * n) for name in ("a.mp4", "b.mp4") for n in range(5)]


def test_a_limit_is_kept(made: Any) -> None:
    assert [Path(source["path"]).name for source in made.sources()] == ["a.mp4", "b.mp4"]


def test_a_stored_clip_is_a_file(made: Any, tmp_path: Path) -> None:
    clip = made.clips()[1]
    file = tmp_path / "clip.mp4"
    file.write_bytes(made.media(clip["clip_id"]))
    with av.open(str(file)) as container:
        assert sum(1 for _ in container.decode(video=0)) == clip["frames"]


@pytest.mark.parametrize("clip_id", ["nosuch", "' OR 'a' = 'a"])
def test_a_clip_that_is_not_there(made: Any, clip_id: str) -> None:
    with pytest.raises(UsageError, match="no clip"):
        made.media(clip_id)


def test_a_script_needs_no_guard(films: Path, recipe: str, tmp_path: Path) -> None:
    """Workers don't run the script that started them again."""
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, clearreel\n"
        "film, into, recipe = sys.argv[1:]\n"
        "made = clearreel.run(film, into, recipe=recipe, workers=2, "
        'license="CC0-1.0", holder="Ada", basis="her own")\n'
        "print(made.visited, len(clearreel.open(into).clips()))\n"
    )
    command = [sys.executable, script, films / "a.mp4", tmp_path / "set", recipe]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "1 5\n"), done.stderr


def test_without_rights_nothing_is_produced(films: Path, recipe: str, tmp_path: Path) -> None:
    with pytest.raises(NothingProducedError, match="3 sources were refused: no grant covers it"):
        clearreel.run(films, tmp_path / "set", recipe=recipe)
    noncommercial = {**GRANT, "license": "CC-BY-NC-4.0"}
    both = "3 sources were refused, 2 of them: no grant"
    for _ in range(2):
        with pytest.raises(NothingProducedError, match=both):
            clearreel.run(films / "a.mp4", tmp_path / "set", recipe=recipe, **noncommercial)
    with pytest.raises(NothingProducedError, match=r"refused: CC-BY-NC-4\.0 does not"):
        clearreel.run(films, tmp_path / "set", recipe=recipe, **noncommercial)


@pytest.mark.parametrize(
    "wrong",
    [
        {"store": "some", **GRANT},
        {"use": "fun", **GRANT},
        {"holder": "Ada"},
        {"rights": "rights.toml", **GRANT},
        {"recipe": "nosuch", **GRANT},
    ],
)
def test_a_wrong_call_makes_nothing(films: Path, tmp_path: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        clearreel.run(films, tmp_path / "set", **{"recipe": "fast", **wrong})
    assert not (tmp_path / "set").exists()


def test_what_is_no_data_set(tmp_path: Path) -> None:
    with pytest.raises(DatasetError):
        clearreel.open(tmp_path)


def test_shots_of_a_file(films: Path, tmp_path: Path) -> None:
    assert [shot["frames"] for shot in api.shots(films / "a.mp4")] == [60]
    with pytest.raises(UsageError, match="is no shot detector"):
        api.shots(films / "a.mp4", "light")
    with pytest.raises(UsageError, match="is no file"):
        api.shots(tmp_path / "nowhere.mp4")
