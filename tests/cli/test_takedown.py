"""A takedown as people type it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def dataset(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "set"))


def test_a_file_is_taken_down(clearreel: Any, dataset: Path, films: Path, tmp_path: Path) -> None:
    asked = ("takedown", dataset, "--file", films / "a.mp4", "--reason", "her wish")
    ended = clearreel(*asked, "--json")
    assert ended.code == 0, ended.errors
    [line] = ended.lines
    assert line["removed"] and not line["search"]["found"]
    assert "takedown: packs" in ended.errors
    assert json.loads(Path(line["receipt"]).read_text())["id"] == line["id"]
    assert clearreel("clips", dataset, "--json").lines == []

    again = clearreel(*asked)
    assert again.code == 0 and "denied from now on: 1 source\n" in again.output
    assert "beyond the reach of this command" in again.output
    verified = clearreel("verify", line["receipt"], "--json")
    assert verified.code == 0 and verified.lines[0]["kind"] == "receipt"
    verified = clearreel("verify", line["receipt"])
    assert "1 source is denied; no signed release was there" in verified.output
    verified = clearreel("verify", line["receipt"], line["receipt"])
    assert verified.code == 0
    told = f"holds: {line['receipt']}: takedown {line['id']}: 1 source is denied"
    assert [one.startswith(told) for one in verified.output.splitlines()] == [True, True]
    verified = clearreel("verify", Path(line["receipt"]).parent)
    assert verified.code == 8 and "/*.receipt.json" in verified.errors
    assert clearreel("takedown", dataset, "--queue", "--json").output == ""
    assert "nothing waits" in clearreel("takedown", dataset, "--queue").output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "a takedown names footage"),
        (["--source", "0" * 32], "a takedown has a reason"),
        (["--source", "0" * 32, "--queue"], "one thing with the queue"),
        (["--source", "x", "--reason", "y"], "is no source id"),
        (["--accept", "x"], "no near miss"),
        (["--dismiss", "x"], "no near miss"),
    ],
)
def test_a_wrong_takedown(clearreel: Any, made: Path, arguments: list[str], told: str) -> None:
    ended = clearreel("takedown", made, *arguments)
    assert (ended.code, ended.output) == (2, "") and told in ended.errors


def test_an_address_where_nothing_lies_is_named(clearreel: Any, dataset: Path) -> None:
    ended = clearreel("takedown", dataset, "--address", "example.org/ada", "--reason", "her wish")
    assert ended.code == 0
    assert f"whatever lies at {Path.cwd()}/example.org/ada" in ended.output
    assert "nothing of it was in the data set" in ended.output
    [first, *_] = ended.errors.splitlines()
    nothing = "0 sources with 0 kept clips (0 s)"
    assert first == f"takedown: {Path.cwd()}/example.org/ada: {nothing} of this data set"
    assert f"from there, when it was demanded: {nothing}" in ended.output


def test_what_is_left_to_do_stands_by_itself(clearreel: Any, dataset: Path) -> None:
    ended = clearreel("takedown", dataset, "--source", "0" * 32, "--reason", "her wish")
    assert ended.code == 3
    assert "left to do:\n  - nothing of it could be looked at" in ended.output
    assert ended.output.count("could be looked at") == 1 and "1 thing left to do" in ended.errors
