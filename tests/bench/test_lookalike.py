"""The part on copies of footage, on two seconds of one sample and two changes."""

import shutil

import bench.lookalike.part as part
import pytest
from bench.lookalike.changes import CHANGES


@pytest.mark.footage
@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="copies are made by ffmpeg")
def test_copies_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    few = {name: CHANGES[name] for name in ("mirrored", "container")}
    monkeypatch.setattr(part, "CHANGES", few)
    said = part.lines(("talk",), 10, lambda what: None)
    rows = [line for line in said if line.startswith("| mirrored |")]
    assert len(rows) == 3
    assert all("of 2 (" in row for row in rows)
    assert any("| parts of one shot" in line or "parts of one shot" in line for line in said)
