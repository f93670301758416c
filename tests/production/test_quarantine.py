"""A quarantine is ended by a person, and by nothing else."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

import clearreel
from clearreel import api
from clearreel.core.errors import DatasetError, SourceError, UsageError
from clearreel.lookalike.screening import read_screening
from clearreel.stores.ledger import Ledger
from clearreel.testing import encode, scenes

REASON = "looked at by Eve Lawson"


@pytest.fixture
def listed(tmp_path: Path) -> Any:
    def write(*lines: str) -> Path:
        path = tmp_path / "list.txt"
        path.write_text("\n".join(lines) + "\n")
        return path

    return write


@pytest.fixture
def hit(bench: Any, films: Path, listed: Any) -> str:
    """The id of a source that was in and is in quarantine now; the list still names it."""
    film = films / "a.mp4"
    bench.run(film)
    bench.run(film, screening=[listed(hashlib.sha256(film.read_bytes()).hexdigest())])
    (row,) = bench.rows("sources")
    assert row["status"] == "quarantined" and not bench.rows("clips")
    return str(row["source_id"])


def test_an_entry_that_is_gone_does_not_end_it(
    bench: Any, films: Path, hit: str, listed: Any
) -> None:
    assert bench.run(films / "a.mp4", screening=[listed("0" * 64)]).unchanged == 1
    assert bench.rows("sources")[0]["status"] == "quarantined"


def test_a_person_ends_it_and_the_next_run_takes_it_up(bench: Any, films: Path, hit: str) -> None:
    clearreel.open(bench.into).end_quarantine(hit, REASON)
    assert bench.rows("sources")[0]["status"] == "started" and not bench.rows("clips")
    bench.run(films / "a.mp4")
    assert bench.rows("sources")[0]["status"] == "done" and bench.rows("clips")
    [row] = [row for row in Ledger(bench.into).rows() if row["kind"] == "quarantine"]
    assert row["detail"] == {"source": hit, "step": "ended"}
    assert REASON not in (bench.into / "ledger.jsonl").read_text()
    assert any(one.name == REASON for one in clearreel.open(bench.into).people())


def test_a_list_that_still_names_it_sets_it_aside_again(
    bench: Any, films: Path, hit: str, tmp_path: Path
) -> None:
    clearreel.open(bench.into).end_quarantine(hit, REASON)
    bench.run(films / "b.mp4", screening=[tmp_path / "list.txt"])  # by what is known of it
    bench.run(films / "a.mp4")
    assert {row["status"] for row in bench.rows("sources")} == {"done", "quarantined"}


def test_what_is_in_no_quarantine(bench: Any, films: Path) -> None:
    bench.run(films / "a.mp4")
    opened = clearreel.open(bench.into)
    with pytest.raises(UsageError, match="is in no quarantine"):
        opened.end_quarantine(bench.rows("sources")[0]["source_id"], REASON)
    with pytest.raises(UsageError, match="not in the data set"):
        opened.end_quarantine("0" * 32, REASON)
    assert bench.rows("sources")[0]["status"] == "done"
    with bench.catalog.writing(), pytest.raises(DatasetError, match="another run"):
        opened.end_quarantine("0" * 32, REASON)


def test_what_the_list_was_right_about_is_taken_down(bench: Any, films: Path, hit: str) -> None:
    api.takedown(bench.into, REASON, source=hit)
    bench.run(films / "a.mp4", films / "c.mp4")
    status = {Path(row["path"] or "").name: row["status"] for row in bench.rows("sources")}
    assert status == {"": "refused", "c.mp4": "done"}


def test_an_entry_of_looks_finds_a_copy(bench: Any, tmp_path: Path, listed: Any) -> None:
    reel = scenes.Reel(tuple(scenes.Shot(50, seed, "pan") for seed in (71, 72)), numbered=False)
    original = encode.write(tmp_path / "original.mp4", reel)
    copied = encode.write(tmp_path / "copy.mp4", reel, video=encode.Video(codec="mpeg4"))
    entry = api.looks_entry(original)
    assert "original" not in entry
    bench.run(copied, screening=[listed(f"{entry} # case 13")])
    assert bench.rows("sources")[0]["status"] == "quarantined"


def test_an_entry_of_what_is_no_video(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        api.looks_entry(tmp_path)
    (tmp_path / "a.mp4").write_text("no video")
    with pytest.raises(SourceError):
        api.looks_entry(tmp_path / "a.mp4")


def test_the_documents_list_is_one(tmp_path: Path) -> None:
    document = Path(__file__).parents[2] / "docs" / "screening.md"
    (text,) = re.findall(r"^```text\n(.*?)^```", document.read_text("utf-8"), re.M | re.S)
    path = tmp_path / "list.txt"
    path.write_text("\n".join(line for line in text.splitlines() if "…" not in line), "utf-8")
    found = read_screening([path])
    assert len(found) == 2 and found.wants_md5
