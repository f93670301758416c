"""What a run says of sources that a screening list cannot be asked about."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any


def test_what_could_not_be_screened_is_no_success(
    bench: Any, films: Path, tmp_path: Path, typed: Any, clearreel: Any
) -> None:
    gone = Path(shutil.copy(films / "a.mp4", tmp_path / "gone.mp4"))
    bench.run(gone)
    gone.unlink()
    screening = tmp_path / "list.txt"
    screening.write_text(f"md5 {'0' * 32}\n")
    again = clearreel.run_arguments(films / "b.mp4", into=bench.into)
    ended = typed(*again, "--screen", screening)
    assert ended.code == 3, ended.errors
    assert f"! {gone}: not screened: its MD5 is asked for" in ended.output
    assert "1 source of earlier runs could not be held against" in ended.errors
    assert "clearreel takedown" in ended.errors
    [line] = typed(*again, "--screen", screening, "--json").lines[:1]
    assert (line["unscreened"], line["set_aside"]) == (1, 0)
    assert typed(*again).code == 0


def test_an_entry_is_made_and_a_quarantine_ended_as_typed(
    bench: Any, films: Path, tmp_path: Path, typed: Any
) -> None:
    made = typed("screening", "looks", films / "a.mp4")
    assert made.code == 0 and made.output.startswith("looks ") and "a.mp4" not in made.output
    screening = tmp_path / "list.txt"
    screening.write_text(made.output)
    bench.run(films / "a.mp4", screening=[screening])
    [source] = bench.rows("sources")
    assert source["status"] == "quarantined"
    ended = typed("screening", "end", bench.into, source["source_id"], "--reason", "Eve has looked")
    assert ended.code == 0 and "the next run over it takes it up again" in ended.output
    again = typed("screening", "end", bench.into, source["source_id"], "--reason", "Eve", "--json")
    assert again.code == 2 and "is in no quarantine" in again.errors
