"""Environments for the peers, which are not dependencies of clearreel: made when asked for."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent.parent / ".bench"
REQUIREMENTS = Path(__file__).parent / "requirements"


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment, made from files of pinned requirements, one after the other."""

    name: str
    requirements: tuple[str, ...]
    made_by: str
    """The command that makes it."""
    place: str = ""
    """The folder, where it is shared with another environment."""

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return FOLDER / (self.place or self.name)

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def _mark(self) -> Path:
        return self.folder / f".{self.name}.installed"

    def missing(self) -> str:
        """Why it is not there; empty if it is."""
        if self._mark.is_file() and self._mark.read_text() == self._pins():
            return ""
        return f"not installed; {self.made_by}"

    def make(self) -> None:
        """Install it. Raises `CalledProcessError` when that fails."""
        if not self.missing():
            return
        FOLDER.mkdir(exist_ok=True)
        (FOLDER / ".gitignore").write_text("*\n")
        if not self.python.exists():
            subprocess.run([sys.executable, "-m", "venv", str(self.folder)], check=True)
        pip = [str(self.python), "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
        for name in self.requirements:
            subprocess.run([*pip, "--requirement", str(REQUIREMENTS / name)], check=True)
        self._mark.write_text(self._pins())

    def _pins(self) -> str:
        return "".join((REQUIREMENTS / name).read_text() for name in self.requirements)


SCENEDETECT = Environment("scenedetect", ("scenedetect.txt",), "make bench PEERS=scenedetect")
# torch by itself first, so that what comes after it finds it there and brings no CUDA build.
NEMO = Environment("nemo", ("torch.txt", "nemo.txt"), "make bench PEERS=all")
TORCH = Environment(
    "transnetv2", ("torch.txt", "transnetv2.txt"), "make bench PEERS=all", place="nemo"
)
DECORD = Environment("decord", ("decord.txt",), "make readers")
# It has decord's name, so each lives by itself.
DECORD2 = Environment("decord2", ("decord2.txt",), "make readers")
TORCHCODEC = Environment("torchcodec", ("torch.txt", "torchcodec.txt"), "make readers")

PEERS: dict[str, tuple[Environment, ...]] = {
    "none": (),
    "scenedetect": (SCENEDETECT,),
    "all": (SCENEDETECT, NEMO, TORCH),
}
