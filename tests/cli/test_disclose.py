from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def test_printed_and_written(clearreel: Any, made: Path, tmp_path: Path) -> None:
    printed = clearreel("disclose", made, "--as", "ab2013")
    assert printed.code == 0 and "5 clips[^" in printed.output
    assert "to be filled in by the provider: name and version" in printed.errors
    to = tmp_path / "new" / "a.csv"
    written = clearreel("disclose", made, "--as", "attribution", "-o", to)
    assert written.code == 0 and written.output == f"{to}\n" and not written.errors
    assert to.read_text("utf-8").startswith("title,holder,license,")


def test_for_machines(clearreel: Any, made: Path, tmp_path: Path) -> None:
    to = tmp_path / "croissant.json"
    [line] = clearreel("disclose", made, "--as", "croissant", "-o", to, "--json").lines
    assert line["kind"] == "croissant" and line["written"] == str(to)
    assert json.loads(line["text"]) == json.loads(to.read_text("utf-8"))


def test_an_unknown_kind(clearreel: Any, made: Path) -> None:
    ended = clearreel("disclose", made, "--as", "poem")
    assert ended.code == 2 and not ended.output
    assert "eu-training-summary, ab2013, model-card, croissant, attribution" in ended.errors
