"""The whole job: `clearreel run`, from one file to a data set with its clips.

The rules about size and rate are left out of the recipes, because clips that these drop are not
measured, and the live band is too small for them; and all clips are stored, also those that are
dropped, as the second to thirtieth copy of the same shot is. So no work is left undone.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import ClassVar

from bench.contestants.contract import (
    ONE_THREAD,
    Contestant,
    Outcome,
    Task,
    last_object,
    program,
)
from clearreel.stores.schema import BASE_FACTS


def without_gates(recipe: str) -> str:
    """The text of a shipped recipe without rules that need nothing decoded."""
    text = resources.files("clearreel.recipes.shipped").joinpath(f"{recipe}.toml").read_text()
    head, *rules = text.split("[[rules]]")
    kept = [
        rule for rule in rules if not any(f'fact = "{fact.name}"' in rule for fact in BASE_FACTS)
    ]
    return "[[rules]]".join([head, *kept])


@dataclass(frozen=True)
class RunFast(Contestant):
    """Scout, motion and the other cheap facts, verdicts, copy-cut and catalog; no models."""

    name: ClassVar[str] = "run-fast"
    title: ClassVar[str] = "clearreel run --recipe fast"
    environment: ClassVar[Mapping[str, str]] = ONE_THREAD

    recipe: ClassVar[str] = "fast"

    def command(self, task: Task) -> Sequence[str]:
        """See `Contestant.command`."""
        rights = ["--license", "owned", "--holder", "the benchmark", "--basis", "a benchmark"]
        recipe = _recipe(self.recipe, task)
        return [
            *(sys.executable, "-m", "clearreel", "run", str(task.file)),
            *("--into", str(task.folder / "set"), "--recipe", recipe, "--store", "all"),
            *("--workers", "1", "--offline", "--json", *rights),
        ]

    def outcome(self, task: Task, stdout: str) -> Outcome:
        """See `Contestant.outcome`."""
        import clearreel

        opened = clearreel.open(task.folder / "set")
        source = opened.sources()[0]
        clips = opened.clips()
        kept = [clip for clip in clips if clip["kept"]]
        return Outcome(
            decoded_share=source["decoded_frames"] / source["frames"],
            note=f"{len(kept)} of {len(clips)} clips kept",
        )


@dataclass(frozen=True)
class RunDefault(RunFast):
    """The default recipe with its models: embedding, text, NSFW, faces, quality."""

    name: ClassVar[str] = "run-default"
    slow: ClassVar[bool] = True
    title: ClassVar[str] = "clearreel run (default recipe)"

    recipe: ClassVar[str] = "default"


@dataclass(frozen=True)
class ToldRun(Contestant):
    """All of a run but finding the shots: a bound from below."""

    name: ClassVar[str] = "told-run"
    title: ClassVar[str] = "the same run, told where the shots are"
    environment: ClassVar[Mapping[str, str]] = ONE_THREAD

    def command(self, task: Task) -> Sequence[str]:
        """See `Contestant.command`."""
        if task.shots is None:
            raise ValueError("a run that is told where shots are needs a list of them")
        recipe = _recipe(RunFast.recipe, task)
        return program("told_run", task.file, task.shots, recipe, task.folder)

    def outcome(self, task: Task, stdout: str) -> Outcome:
        """See `Contestant.outcome`."""
        said = last_object(stdout)
        return Outcome(decoded_share=said["decoded"] / said["frames"])


def _recipe(name: str, task: Task) -> str:
    """The place of a shipped recipe `without_gates`."""
    path = task.folder / f"{name}.toml"
    path.write_text(without_gates(name), encoding="utf-8")
    return str(path)
