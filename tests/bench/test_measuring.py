"""What processes cost, seen from outside."""

import sys
from pathlib import Path

import pytest
from bench.measuring import interleaved, measure

BURN = "import time\nwhile time.process_time() < 0.3: pass"
HOLD = "b = bytearray(120_000_000); b[::4096] = b'x' * len(b[::4096])"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_children_count(tmp_path: Path) -> None:
    code = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BURN!r}])"
    alone, parent = (measure(python(c), tmp_path) for c in (BURN, code))
    assert 0.3 <= alone.cpu < 1.5
    assert parent.cpu >= 0.3
    assert parent.wall >= 0.3


def test_the_peak_is_that_of_the_process_and_not_of_who_measures(tmp_path: Path) -> None:
    ballast = bytearray(300_000_000)
    ballast[::4096] = b"x" * len(ballast[::4096])
    little, much = (measure(python(c), tmp_path) for c in ("pass", HOLD))
    assert little.peak_bytes < 60_000_000
    assert 120_000_000 < much.peak_bytes < 200_000_000


def test_what_it_said_and_how_it_ended(tmp_path: Path) -> None:
    code = "import sys; print('out'); sys.stderr.write('err'); sys.exit(3)"
    cost = measure(python(code), tmp_path)
    assert (cost.stdout, cost.stderr, cost.code) == ("out\n", "err", 3)


def test_what_takes_too_long_is_ended(tmp_path: Path) -> None:
    cost = measure(python("import time; time.sleep(60)"), tmp_path, timeout=0.5)
    assert cost.code == -9
    assert cost.wall < 10


def test_no_such_program(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no-such-program"):
        measure(["no-such-program"], tmp_path)


def test_rounds_interleave_and_slow_ones_run_less_often() -> None:
    order = [name for name, _ in interleaved([("a", 3), ("b", 1), ("c", 3)])]
    assert order == ["a", "b", "c", "a", "c", "a", "c"]
    assert list(interleaved([])) == []
