"""A machine that has only the verifier: a new environment, made by pip. `make deep`."""

from __future__ import annotations

import os
import shutil
import subprocess
import venv
from collections.abc import Callable
from pathlib import Path

import pytest
from build import Build
from damage import files, flip
from smallrelease import STANDALONE

from clearreel.exports import formats
from clearreel.proofs.keys import SigningKey
from clearreel.proofs.proving import Release

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of an environment with `cryptography` alone."""
    folder = tmp_path_factory.mktemp("machine") / "venv"
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "cryptography"], check=True)
    listed = subprocess.run([python, "-m", "pip", "list"], capture_output=True, text=True).stdout
    assert "cryptography" in listed and "clearreel" not in listed and "numpy" not in listed
    return python


def test_releases_and_proofs_are_checked(
    python: Path,
    released: Callable[[str], Path],
    built: Build,
    key: SigningKey,
    tmp_path: Path,
) -> None:
    machine = tmp_path / "machine"
    machine.mkdir()
    verifier = shutil.copy(STANDALONE, machine)
    (machine / "publisher.pub").write_text(key.public.pem)
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}

    def check(*given: str | Path) -> int:
        command = [python, verifier, *given, "--key", "publisher.pub"]
        return subprocess.run(command, cwd=machine, env=variables, capture_output=True).returncode

    for name in formats():
        release = released(name).rename(machine / name)
        assert check(name) == 0
        for path in files(release):
            flip(path, path.stat().st_size // 2, 5)
            assert check(name) == 1, path
            flip(path, path.stat().st_size // 2, 5)
        opened = Release(release)
        proofs = {"in": built.footage / "a.mp4", "out": built.footage / "letter.txt"}
        for number, (where, file) in enumerate(proofs.items()):
            (machine / where).write_bytes(opened.prove_file(file).written())
            other = list(proofs.values())[1 - number]
            assert (check(where, "--file", file), check(where, "--file", other)) == (0, 1)
