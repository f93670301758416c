"""The whole benchmark on tiny inputs: whether it works, not what it says."""

from pathlib import Path

import bench.__main__ as benchmark
import pytest
from bench.machine import processor


@pytest.mark.footage
@pytest.mark.weights
def test_a_quick_run_prints_tables_and_leaves_the_document_alone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = tmp_path / "benchmarks.md"
    monkeypatch.setattr(benchmark, "DOCUMENT", document)
    quick = ["--scale", "quick", "--peers", "none", "--only", "x264-fixed", "x264-vfr"]
    assert benchmark.main([*quick, "--parts", "goals", "speed", "accuracy", "startup"]) == 0
    said = capsys.readouterr().out
    assert not document.exists()
    for title in ("full decode", "(scout)", "--recipe fast", "(default recipe)", "cut, exact"):
        row = next(line for line in said.splitlines() if line.startswith("|") and title in line)
        assert "not measured" not in row
    assert "| fixed GOP" in said or "### fixed GOP" in said
    assert "| x264, variable frame rate | scout |" in said
    goals = said[said.index("## Goals") : said.index("## As long as the goals ask")]
    assert goals.count("| not measured |") == 7  # no goal has all of its files
    assert "first clip on disk" in goals
    measured = next(line for line in said.splitlines() if line.startswith("Measured: "))
    assert measured.endswith(f", {processor()}.")
    assert "F1 of all" in goals
