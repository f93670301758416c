"""The parts of the benchmark; each gives a section of the document."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import accuracy, startup
from bench.answers import Answers
from bench.contestants import CONTESTANTS, Contestant, Task
from bench.contestants.contract import last_object, program
from bench.contestants.cutting import CopyCut, ExactCut
from bench.contestants.detecting import Scout
from bench.contestants.running import without_gates
from bench.goals import (
    ASKED,
    ASKED_ON,
    ASKED_ONCE,
    FIRST_CLIP_GOAL,
    IMPORT_GOAL,
    MOTION_GOAL,
    PROFILED,
    PSNR_GOAL,
    SPEED,
    SPEED_PEERS_ON,
)
from bench.inputs import (
    Input,
    Prepared,
    Say,
    Scale,
    checked_inputs,
    long_input,
    prepare,
    speed_inputs,
    truth_inputs,
)
from bench.lookalike import part as copies
from bench.lookalike.clips import SAMPLES
from bench.measuring import Cost, measure
from bench.racing import Result, as_records, race
from bench.section import GoalRow, Section
from bench.statistics import rank_correlation
from bench.tables import (
    lifetime,
    peak_gb,
    seconds,
    speed_goals,
    speed_table,
    table,
)

Checked = tuple[str, Mapping[str, Any]]
"""A file and a mode, and what `check_cuts` said of the clips."""


@dataclass(slots=True)
class Session:
    """What was asked for, and what was found so far."""

    scale: Scale
    folder: Path
    """Where inputs and records are kept."""
    say: Say
    only: Sequence[str] = ()
    """Names of inputs; empty for all."""

    def goals(self) -> Section:
        """What the goals for speed ask, on files as long as they ask for."""
        inputs = self._chosen(speed_inputs(self.scale, self.scale.asked_seconds))
        races: dict[str, Mapping[str, Result]] = {}
        lines: list[str] = []
        files = prepare(inputs, self.folder, self.say)
        for name, prepared in files.items():
            names = [n for n in ASKED if name in ASKED_ON.get(n, (name,))]
            contestants = [CONTESTANTS[n] for n in names]
            shots = prepared.truth or self._scouted(prepared)
            races[name] = self._race(
                contestants, prepared, shots, self.scale.asked_rounds, ASKED_ONCE
            )
            lines += _titled_table(prepared, races[name])
        goals, after = speed_goals(files, races), lifetime(files, races)
        return Section(["## As long as the goals ask", "", *lines], goals, after)

    def speed(self) -> Section:
        """One table a file, with everyone else's tools."""
        inputs = self._chosen(speed_inputs(self.scale, self.scale.seconds))
        files = prepare(inputs, self.folder, self.say)
        lines: list[str] = []
        for name, prepared in files.items():
            peers = self.scale.peers if name in SPEED_PEERS_ON else ()
            contestants = [CONTESTANTS[n] for n in (*SPEED, *peers)]
            shots = prepared.truth or self._scouted(prepared)
            found = self._race(contestants, prepared, shots, self.scale.rounds)
            lines += _titled_table(prepared, found)
        return Section(["## Speed", "", *lines])

    def accuracy(self) -> Section:
        """F1 on truth reels in every encoding."""
        files = prepare(self._chosen(truth_inputs(self.scale)), self.folder, self.say)
        return accuracy.on_reels(files, self.scale.detectors, self.say, self._record, self._answers)

    def labelled(self) -> Section:
        """F1 on published footage, labelled by eye."""
        return accuracy.on_labels(self.scale.detectors, self.say, self._record, self._answers)

    def cuts(self) -> Section:
        """Whether cut clips hold what they should."""
        rows = []
        checked: list[Checked] = []
        files = prepare(checked_inputs(self.scale), self.folder, self.say)
        for name, prepared in files.items():
            shots = self._scouted(prepared)
            for contestant in (CopyCut(), ExactCut()):
                self.say(f"{prepared.input.name}: checking {contestant.name}")
                with tempfile.TemporaryDirectory() as scratch:
                    task = Task(prepared.path, Path(scratch), shots)
                    self._run(contestant.command(task))
                    clips = str(Path(scratch) / "clips.json")
                    said = last_object(
                        self._run(program("check_cuts", prepared.path, clips)).stdout
                    )
                checked.append((f"{name}, {contestant.name}", said))
                least = said["least_psnr"]
                rows.append(
                    [
                        f"{prepared.input.title}, {contestant.title}",
                        f"{said['counted']} of {said['clips']}",
                        f"{said['identical']} of {said['frames']}",
                        str(said["reencoded"]),
                        "–" if least is None else f"{least:.1f} ({said['mean_psnr']:.1f})",
                    ]
                )
        header = ["", "frame counts exact", "frames bit-exact", "re-encoded", "least (mean) PSNR"]
        about = f"The goal for what is re-encoded is {PSNR_GOAL:.0f} dB. Decoded by PyAV."
        return Section(["## Cut clips", "", about, "", *table(header, rows)], _cut_goals(checked))

    def motion(self) -> Section:
        """How well the cheap figure ranks clips."""
        self.say("motion against dense optical flow")
        pairs = last_object(self._run(program("motion", str(self.scale.motion_clips))).stdout)[
            "pairs"
        ]
        value = rank_correlation([one for one, _ in pairs], [other for _, other in pairs])
        said = (
            f"Spearman's rank correlation of `motion` with the mean of Farneback's optical flow "
            f"over all frames, over {len(pairs)} clips of two seconds: **{value:.3f}** "
            f"(goal: at least {MOTION_GOAL})."
        )
        goal = GoalRow(
            "motion against dense optical flow, rank correlation",
            f"{MOTION_GOAL}, at least",
            f"{value:.3f}",
            f"{len(pairs)} clips",
            value >= MOTION_GOAL,
        )
        return Section(["## Motion", "", said, ""], [goal])

    def startup(self) -> Section:
        """Imports, and the first clip."""
        self.say("imports and the first clip")
        imports = startup.imports(self.scale.starts)
        first = startup.first_clip(self.scale.starts)
        rows = [[what, seconds(value)] for what, value in imports.items()]
        title = f"`clearreel run` until the first clip of {startup.FIRST_CLIP_OF} is on disk"
        rows.append([title, seconds(first)])
        about = (
            f"Goals: imports at most {IMPORT_GOAL} s for verbs that need no model, the first clip "
            f"at most {FIRST_CLIP_GOAL} s after imports."
        )
        lines = ["## Start-up", "", about, "", *table(["", "wall s"], rows)]
        return Section(lines, startup.goals(imports, first))

    def lookalike(self) -> Section:
        """How well changed copies are told from other footage."""
        return Section(
            copies.lines(self.scale.copied or SAMPLES, self.scale.copied_seconds, self.say)
        )

    def profile(self) -> Section:
        """What the time of a whole run is spent on."""
        wanted = [
            i
            for i in self._chosen(speed_inputs(self.scale, self.scale.seconds))
            if i.name in PROFILED
        ]
        rows: dict[str, list[str]] = {}
        files = prepare(wanted, self.folder, self.say)
        for prepared in files.values():
            self.say(f"{prepared.input.name}: profile")
            with tempfile.TemporaryDirectory() as name:
                recipe = Path(name) / "fast.toml"
                recipe.write_text(without_gates("fast"), encoding="utf-8")
                command = program("profile_run", prepared.path, str(recipe), name)
                spent = last_object(self._run(command).stdout)
            total = sum(spent.values())
            for kind, value in spent.items():
                rows.setdefault(kind, []).append(f"{100 * value / total:.0f} %")
        header = ["`run --recipe fast`", *(prepared.input.title for prepared in files.values())]
        lines = table(header, [[kind, *shares] for kind, shares in rows.items()])
        return Section(["## Where the time goes", "", *lines] if files else [])

    def long(self) -> Section:
        """Memory over a very long video of tiny pictures."""
        item = long_input(self.scale)
        prepared = prepare([item], self.folder, self.say)[item.name]
        contestants = [CONTESTANTS[name] for name in ("scout", "run-fast")]
        results = race(contestants, prepared, 1, self.say)
        self._record(as_records(results, prepared))
        rows = [
            [r.contestant.title, f"{peak_gb(r) * 1000:.0f}", f"{r.costs[0].wall:.0f}"]
            if r.costs
            else [r.contestant.title, r.failure, ""]
            for r in results.values()
        ]
        header = [f"{prepared.seconds / 3600:.1f} hours, {prepared.frames} frames"]
        return Section(["## A very long video", "", *table([*header, "peak MB", "wall s"], rows)])

    def _race(
        self,
        contestants: Sequence[Contestant],
        prepared: Prepared,
        shots: Path,
        rounds: int,
        once: Sequence[str] = (),
    ) -> Mapping[str, Result]:
        found = race(contestants, prepared, rounds, self.say, shots=shots, once=once)
        self._record(as_records(found, prepared))
        return found

    def _scouted(self, prepared: Prepared) -> Path:
        """The shots that the scout finds, for footage whose shots are not known."""
        said = last_object(self._run(Scout().command(Task(prepared.path, self.folder))).stdout)
        path = self.folder / f"{prepared.input.name}.scouted.json"
        path.write_text(json.dumps(said["shots"]), encoding="utf-8")
        return path

    def _run(self, command: Sequence[str]) -> Cost:
        with tempfile.TemporaryDirectory() as folder:
            cost = measure(command, Path(folder))
        if cost.code:
            raise RuntimeError(f"{' '.join(command)} ended with {cost.code}:\n{cost.stderr}")
        return cost

    def _chosen(self, inputs: Sequence[Input]) -> list[Input]:
        return [item for item in inputs if not self.only or item.name in self.only]

    @property
    def _answers(self) -> Answers:
        return Answers(self.folder / "answers")

    def _record(self, lines: Sequence[str]) -> None:
        # At once: what was measured in hours outlives whatever fails afterwards.
        with (self.folder / "records.jsonl").open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)


def _titled_table(prepared: Prepared, found: Mapping[str, Result]) -> list[str]:
    minutes = prepared.seconds / 60
    title = f"### {prepared.input.title} ({minutes:.1f} min, {prepared.frames} frames)"
    return [title, "", *speed_table(prepared, found)]


def _cut_goals(checked: Sequence[Checked]) -> list[GoalRow]:
    copied = sum(said["identical"] for _, said in checked)
    untouched = sum(said["frames"] - said["reencoded"] for _, said in checked)
    counted, clips = (sum(said[key] for _, said in checked) for key in ("counted", "clips"))
    psnr = [(said["least_psnr"], place) for place, said in checked if said["least_psnr"]]
    goals = [
        GoalRow(
            "copied frames bit-exact", "all", f"{copied} of {untouched}", "", copied >= untouched
        ),
        GoalRow("frame counts exact", "all", f"{counted} of {clips}", "", counted == clips),
    ]
    if psnr:
        least, place = min(psnr)
        limit = f"{PSNR_GOAL:.0f} dB, at least"
        goals.append(
            GoalRow("what is re-encoded", limit, f"{least:.1f} dB", place, least >= PSNR_GOAL)
        )
    return goals
