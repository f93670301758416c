"""Names as people list and erase them."""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.onefilm import GRANT

from clearreel import api
from clearreel.cli.main import main

NAME = "Ada Quellenberg"


@pytest.fixture(scope="module")
def taken(made: Path, films: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data set out of which Ada has had a film taken. Not to be changed."""
    into = Path(shutil.copytree(made, tmp_path_factory.mktemp("taken") / "set"))
    api.takedown(into, f"{NAME}\nasks for it", file=films / "b.mp4")
    return into


@pytest.fixture
def dataset(taken: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(taken, tmp_path / "set"))


@pytest.fixture(autouse=True)
def nobody_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())


def test_names_are_listed_and_erased(typed: Any, dataset: Path) -> None:
    [row] = typed("people", dataset, "--json").lines
    assert (row["name"], row["rows"], row["roles"]) == (f"{NAME}\nasks for it", 1, ["reason"])
    listed = typed("people", dataset).output
    told = f"{NAME}\\nasks for it: 1 row of the ledger (reason)"
    assert listed.splitlines() == [f"{row['pseudonym']}  {told}"]
    assert row["commitment"].startswith(row["pseudonym"]) and row["sources"] == 0

    ended = typed("people", dataset, "--erase", NAME)
    assert ended.code == 2 and "nobody is here to confirm" in ended.errors
    assert "--yes" in ended.errors and NAME in (dataset / "people.json").read_text()

    ended = typed("people", dataset, "--erase", "ada quellenberg", "--yes", "--json")
    assert ended.code == 0, ended.errors
    [line] = ended.lines
    assert (line["erased"], line["rows"], line["search"]["left"]) == (1, 1, [])
    assert line["beyond"] and line["search"]["files"] > 3
    files = [path for path in dataset.rglob("*") if path.is_file()]
    assert not [path for path in files if b"Quellenberg" in path.read_bytes()]
    assert "no names are kept" in typed("people", dataset).output
    assert typed("audit", dataset).code == 0
    ended = typed("people", dataset, "--erase", NAME, "--yes")
    assert ended.code == 2 and "is nowhere in" in ended.errors


def test_a_holder_stays_and_is_told(typed: Any, dataset: Path) -> None:
    ended = typed("people", dataset, "--erase", "Ada", "--yes")
    assert ended.code == 0, ended.errors
    assert "erased: 1 text with Ada" in ended.output
    assert "sources.holder: the right to use these sources rests on it" in ended.output
    assert "backups" in ended.output


@pytest.mark.parametrize(("answer", "goes"), [("y\n", True), ("n\n", False), ("\n", False)])
def test_a_person_is_asked(
    dataset: Path,
    answer: str,
    goes: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    terminal = io.StringIO(answer)
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)
    monkeypatch.setattr(sys, "argv", ["clearreel", "people", str(dataset), "--erase", NAME])
    with pytest.raises(SystemExit) as end:
        main()
    told = capsys.readouterr().err
    assert not end.value.code
    assert f"  {NAME}\\nasks for it: 1 row of the ledger (reason)" in told
    assert ("nothing was erased" in told) is not goes
    assert (NAME in (dataset / "people.json").read_text()) is not goes


PEOPLE = """
[[people]]
files = ["a.mp4"]
shown = ["{who}"]
"""


def test_a_rights_file_may_have_the_pseudonym(
    clearreel: Any, typed: Any, films: Path, tmp_path: Path
) -> None:
    into, rights = tmp_path / "set", tmp_path / "rights.toml"
    shutil.copy(films / "a.mp4", tmp_path)
    (tmp_path / "letter.txt").write_text("we permit")

    def run(who: str) -> Any:
        rights.write_text(GRANT + PEOPLE.format(who=who))
        asked = clearreel.run_arguments(tmp_path / "a.mp4", into=into, granted=False)
        return typed(*asked, "--rights", rights)

    ended = run(NAME)
    assert ended.code == 0, ended.errors
    [row] = typed("people", into, "--json").lines
    ended = typed("people", into, "--erase", NAME, "--yes")
    assert f"in [[people]] and [[consents]] alike: 'person {row['pseudonym']}'" in ended.output
    assert run(f"person {row['pseudonym']}").code == 0
    assert "no names are kept" in typed("people", into).output
    ended = run(NAME)
    assert ended.code == 0 and f"person {row['pseudonym']}, of whom the name was" in ended.output
    [again] = typed("people", into, "--json").lines
    assert again["name"] == NAME and again["pseudonym"] != row["pseudonym"]


def test_a_wrong_call(typed: Any, made: Path) -> None:
    ended = typed("people", made, "--yes")
    assert ended.code == 2 and "add --erase NAME" in ended.errors
    ended = typed("people", made, "--erase", " ", "--yes")
    assert ended.code == 2 and "is no name" in ended.errors
