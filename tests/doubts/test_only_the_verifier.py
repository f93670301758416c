"""A release of footage, checked where there is nothing but the verifier and `cryptography`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path

import pytest
from build import Build
from damage import flip
from smallrelease import STANDALONE

from clearreel.exports import formats
from clearreel.proofs.keys import SigningKey
from clearreel.proofs.proving import Release

Alone = Callable[..., "subprocess.CompletedProcess[str]"]

WITHOUT_SITE = """
import runpy, sys
packages, program, *sys.argv[1:] = sys.argv[1:]
sys.path.append(packages)
sys.argv[0] = program
runpy.run_path(program, run_name="__main__")
"""


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `cryptography`, what it is bound with, and nothing else."""
    folder = tmp_path_factory.mktemp("packages")
    for name in ("cryptography", "cffi"):
        found = distribution(name)
        for top in {path.parts[0] for path in found.files or ()} - {".."}:
            (folder / top).symlink_to(str(found.locate_file(top)))
    return folder


@pytest.fixture(scope="session")
def alone(packages: Path, tmp_path_factory: pytest.TempPathFactory, key: SigningKey) -> Alone:
    """Runs a program, by default a copy of the verifier, with those packages and no others."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    verifier = Path(shutil.copy(STANDALONE, elsewhere))
    public = elsewhere / "publisher.pub"
    public.write_text(key.public.pem)

    def run(*given: str | Path, program: Path | None = None) -> subprocess.CompletedProcess[str]:
        # -I leaves out the environment and the script's folder, -S all that is installed.
        arguments = [program] if program else [verifier, *given, "--key", public]
        return subprocess.run(
            [sys.executable, "-I", "-S", "-c", WITHOUT_SITE, packages, *arguments],
            capture_output=True,
            text=True,
            cwd=elsewhere,
        )

    return run


@pytest.mark.parametrize("name", ["clearreel", "numpy", "rfc8785"])
def test_there_is_nothing_else(alone: Alone, tmp_path: Path, name: str) -> None:
    program = tmp_path / "program.py"
    program.write_text(f"import cryptography, {name}")
    ended = alone(program=program)
    assert ended.returncode and f"No module named '{name}'" in ended.stderr


@pytest.mark.parametrize("name", formats())
def test_a_release_of_footage_holds(
    alone: Alone, released: Callable[[str], Path], name: str
) -> None:
    release = released(name)
    ended = alone(release)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "clips of 3 sources, declared for commercial-training" in ended.stdout
    largest = max(release.rglob("*"), key=lambda path: path.stat().st_size)
    flip(largest, largest.stat().st_size // 2, 3)
    ended = alone(release)
    assert ended.returncode == 1 and f"{largest.name}' was changed" in ended.stderr


def test_a_creator_asks_whether_she_is_in_it(
    alone: Alone, built: Build, released: Callable[[str], Path], tmp_path: Path
) -> None:
    release = Release(released("webdataset"))
    proof, film = tmp_path / "proof", built.footage / "a.mp4"
    proof.write_bytes(release.prove_file(film).written())
    ended = alone(proof, "--file", film)
    assert ended.returncode == 0 and " IS in the release 'out'" in ended.stdout
    assert alone(proof, "--file", built.footage / "b.mp4").returncode == 1

    copied = Path(shutil.copy(film, tmp_path / "copy.mp4"))
    flip(copied, 100, 0)
    absent = tmp_path / "absent"
    absent.write_bytes(release.prove_file(copied).written())
    ended = alone(absent, "--file", copied)
    assert ended.returncode == 0 and " is NOT in the release 'out'" in ended.stdout
    assert alone(absent, "--file", film).returncode == 1

    for path in (proof, absent):
        flip(path, path.stat().st_size // 2, 1)
        ended = alone(path)
        assert ended.returncode == 1 and "DOES NOT HOLD" in ended.stderr


def test_every_clip_is_proven_by_its_bytes(
    alone: Alone, built: Build, released: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = released("folder")
    clip = next(folder.rglob("*.mp4"))
    proof = tmp_path / "proof"
    proof.write_bytes(Release(folder).prove_clip(clip.stem).written())
    ended = alone(proof, "--file", clip)
    assert ended.returncode == 0 and f"clip {clip.stem} IS in the release" in ended.stdout
    flip(clip, 60, 0)
    assert alone(proof, "--file", clip).returncode == 1
