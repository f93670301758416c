"""What is not in a data set is told as what it is: refused, taken down, set aside, or unread."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from writing import AT, asked

from clearreel import api
from clearreel.core.identity import source_id
from clearreel.disclosures import disclose
from clearreel.disclosures.record import read_record

PAGES = ("eu-training-summary", "ab2013", "model-card")


@pytest.fixture
def thinned(bench: Any, films: Path, tmp_path: Path) -> Any:
    """A data set of three films: one is in, one was taken out, and one is on a screening list."""
    a, b, c = (films / f"{name}.mp4" for name in "abc")
    bench.run(a, b, c)
    api.takedown(bench.into, "a letter", source=source_id(sha256(b)))
    api.takedown(bench.into, "another", address="https://example.org/never-offered/")
    listed = tmp_path / "case-12.txt"
    listed.write_text(f"sha256 {sha256(c)}\n")
    bench.run(a, b, c, screening=[listed])
    return bench.catalog


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_each_is_counted_once_and_by_its_own_query(thinned: Any) -> None:
    out = read_record(thinned, AT).not_in
    found = {name: getattr(out, name).value for name in out.__dataclass_fields__}
    assert found == {
        "refused": 0,
        "taken_down": 1,
        "takedowns": 2,
        "quarantined": 1,
        "screened": 1,
        "unused": 0,
    }
    for name, value in found.items():
        assert asked(thinned, getattr(out, name).query) == [(value,)]


@pytest.mark.parametrize("kind", PAGES)
def test_they_are_told_apart(thinned: Any, kind: str) -> None:
    text = plain(disclose(thinned, kind, AT).text)
    assert "Of 3 sources that were offered, 0 sources were refused before anything was" in text
    assert "2 takedowns denied 1 source: what was in was taken out" in text
    assert "screening lists of the operator set 1 source aside" in text
    assert "0 sources could not be read or are not finished" in text


def test_the_eu_summary_has_them_in_their_sections(thinned: Any) -> None:
    text = plain(disclose(thinned, "eu-training-summary", AT).text)
    reserved = text.partition("### 3.1.")[2].partition("### 3.2.")[0]
    assert "0 sources were refused." in reserved
    assert "2 takedowns denied 1 source" in reserved
    removal = text.partition("### 3.2.")[2].partition("### 3.3.")[0]
    assert "In 1 run, screening lists of the operator set 1 source aside" in removal


def test_nothing_tells_which_it_is(thinned: Any) -> None:
    for kind in (*PAGES, "croissant", "attribution"):
        text = disclose(thinned, kind, AT).text
        for name in ("b.mp4", "c.mp4", "case-12", "line 1"):
            assert name not in text


def test_croissant_tells_them_too(thinned: Any) -> None:
    said = json.loads(disclose(thinned, "croissant", AT).text)["rai:dataCollection"]
    assert "0 sources of 3 sources were refused" in said
    assert "2 takedowns denied 1 source." in said
    assert "Screening lists of the operator set 1 source aside" in said


def test_nothing_is_said_of_what_never_was(writing: Any) -> None:
    data = writing()
    data.clip(data.source("a"))
    data.run()
    catalog = data.write()
    for kind in (*PAGES, "croissant"):
        text = disclose(catalog, kind, AT).text
        assert "denied" not in text and "screening" not in text


def plain(text: str) -> str:
    """Without the marks of footnotes."""
    return re.sub(r"(?<=.)\[\^\d+\]", "", text)
