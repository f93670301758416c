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
