from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from clearreel.cli.main import main

sys.path.insert(0, str(Path(__file__).parents[1] / "proofs"))  # for smallrelease.py


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int
    output: str
    errors: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output as one JSON object a line."""
        return [json.loads(line) for line in self.output.splitlines()]


class CommandLine:
    """`clearreel` as a person types it."""

    def __init__(self, recipe: Path) -> None:
        self.recipe = recipe

    def __call__(self, *arguments: str | Path, **settings: Any) -> Ended:
        done = subprocess.run(
            [sys.executable, "-m", "clearreel", *arguments], capture_output=True, **settings
        )
        told = (text.decode("utf-8") for text in (done.stdout, done.stderr))
        return Ended(done.returncode, *told)

    def run_arguments(self, *inputs: str | Path, into: Path, granted: bool = True) -> list[Any]:
        """A run with the quick recipe and two workers."""
        arguments: list[Any] = ["run", *inputs, "--into", into, "--recipe", self.recipe]
        if granted:
            arguments += ["--license", "CC0-1.0", "--holder", "Ada", "--basis", "her own"]
        return [*arguments, "--workers", "2"]

    def run(self, *inputs: str | Path, into: Path, granted: bool = True, **settings: Any) -> Ended:
        return self(*self.run_arguments(*inputs, into=into, granted=granted), **settings)


@pytest.fixture(scope="session")
def clearreel(tmp_path_factory: pytest.TempPathFactory, quick: str) -> CommandLine:
    recipe = tmp_path_factory.mktemp("recipes") / "quick.toml"
    recipe.write_text(quick)
    return CommandLine(recipe)


@pytest.fixture(scope="session")
def made(clearreel: CommandLine, films: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data set of one film. Not to be changed."""
    into = tmp_path_factory.mktemp("made") / "set"
    ended = clearreel.run(films / "a.mp4", into=into)
    assert ended.code == 0, ended.errors
    return into


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `typed` commands are typed."""
    return tmp_path_factory.mktemp("account")


@pytest.fixture(scope="module")
def typed(folder: Path) -> Callable[..., Any]:
    """A command in a user's account of its own, in this process because there are many."""

    def run(*arguments: str | Path, **variables: str) -> SimpleNamespace:
        output, errors = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            for name in ("CLEARREEL_SIGNING_KEY", "CLEARREEL_KEYS"):
                patch.delenv(name, raising=False)
            for name, value in ({"XDG_CONFIG_HOME": str(folder / "config")} | variables).items():
                patch.setenv(name, value)
            patch.chdir(folder)
            patch.setattr(sys, "argv", ["clearreel", *map(str, arguments)])
            with redirect_stdout(output), redirect_stderr(errors), pytest.raises(SystemExit) as end:
                main()
        assert "Traceback" not in errors.getvalue()
        told = output.getvalue()
        lines = [json.loads(line) for line in told.splitlines()] if "--json" in arguments else []
        return SimpleNamespace(
            code=end.value.code or 0, output=told, errors=errors.getvalue(), lines=lines
        )

    return run


HOSTILE = (
    b"two\nlines.mp4",
    b"quote\"'s.mp4",
    "\u202egpj.mp4".encode(),
    b"\xff\xfe.mp4",
    b"-x.mp4",
)


@pytest.fixture(scope="session")
def hostile(films: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with footage under names that terminals, shells and tables stumble over."""
    folder = tmp_path_factory.mktemp("hostile")
    film = (films / "a.mp4").read_bytes()
    for number, name in enumerate(HOSTILE):
        box = (9).to_bytes(4, "big") + b"free" + bytes([number])
        (folder / os.fsdecode(name)).write_bytes(film + box)
    return folder
