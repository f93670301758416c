"""Run contestants over files, round after round, and keep what they took and found."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.contestants import Contestant, Outcome, Task
from bench.inputs import Prepared, Say
from bench.measuring import Cost, interleaved, measure


@dataclass(slots=True)
class Result:
    """All that is known of one contestant on one file."""

    contestant: Contestant
    costs: list[Cost] = field(default_factory=list)
    outcome: Outcome = field(default_factory=Outcome)
    failure: str = ""
    """Why there is nothing; empty if there is."""


def race(
    contestants: Sequence[Contestant],
    prepared: Prepared,
    rounds: int,
    say: Say,
    *,
    shots: Path | None = None,
    once: Collection[str] = (),
) -> dict[str, Result]:
    """Every contestant on one file, interleaved; slow ones once, and those named in `once`.

    What cannot take part, or fails, is in the results with the reason. `shots` are for those
    that cut; by default the true ones.
    """
    results = {c.name: Result(c, failure=c.missing()) for c in contestants}
    able = [c for c in contestants if not results[c.name].failure]
    jobs = [(c, 1 if c.slow or c.name in once else rounds) for c in able]
    for contestant, turn in interleaved(jobs):
        result = results[contestant.name]
        if not result.failure:
            say(f"{prepared.input.name}: {contestant.name}, round {turn + 1}")
            _run(result, prepared, shots or prepared.truth)
    return results


def _run(result: Result, prepared: Prepared, shots: Path | None) -> None:
    contestant = result.contestant
    folder = Path(tempfile.mkdtemp(prefix="clearreel-bench-"))
    out, said = folder / "out", folder / "said"
    out.mkdir()
    said.mkdir()
    try:
        task = Task(prepared.path, out, shots)
        cost = measure(contestant.command(task), said, contestant.environment)
        if cost.code:
            lines = cost.stderr.strip().splitlines() or ["it said nothing"]
            result.failure = f"ended with {cost.code}: {lines[-1][:200]}"
            return
        result.costs.append(cost)
        result.outcome = contestant.outcome(task, cost.stdout)
    finally:
        shutil.rmtree(folder)


def as_records(results: Mapping[str, Result], prepared: Prepared) -> list[str]:
    """One JSON line for each run, to be kept beside the tables."""
    return [
        json.dumps(
            {
                "input": prepared.input.name,
                "frames": prepared.frames,
                "seconds": prepared.seconds,
                "contestant": name,
                "round": turn,
                "cpu": cost.cpu,
                "wall": cost.wall,
                "peak_bytes": cost.peak_bytes,
                "decoded_share": result.outcome.decoded_share,
                "note": result.outcome.note,
            }
        )
        for name, result in results.items()
        for turn, cost in enumerate(result.costs)
    ]
