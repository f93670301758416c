from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from clearreel.proofs.keys import SigningKey, new_key, public_file

sys.path.insert(0, str(Path(__file__).parent))  # for smallrelease.py

from smallrelease import STANDALONE, Stranger, Verifiers, make_release


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "ada.key"
    new_key(path)
    return path


@pytest.fixture(scope="session")
def key(key_file: Path) -> SigningKey:
    found = SigningKey.find(key_file)
    assert found is not None
    return found


@pytest.fixture
def release(tmp_path: Path, key: SigningKey) -> Path:
    """Three sources with two clips each, to be damaged."""
    return make_release(tmp_path / "release", key, sources=3)


@pytest.fixture(scope="session")
def verifiers(key: SigningKey) -> Verifiers:
    return Verifiers(key.public)


@pytest.fixture(scope="session")
def stranger(key_file: Path) -> Stranger:
    """Runs the stand-alone verifier where clearreel cannot be imported."""

    def run(*arguments: str | Path, key: Path | None = None) -> subprocess.CompletedProcess[str]:
        # -I leaves out PYTHONPATH and the script's folder; the hook below what pip installed.
        program = (
            "import runpy, sys\n"
            "class Hide:\n"
            "    def find_spec(self, name, path=None, target=None):\n"
            "        if name.partition('.')[0] in ('clearreel', 'rfc8785', 'securesystemslib'):\n"
            "            raise ModuleNotFoundError(name)\n"
            "sys.meta_path.insert(0, Hide())\n"
            f"sys.argv[0] = {str(STANDALONE)!r}\n"
            f"runpy.run_path({str(STANDALONE)!r}, run_name='__main__')\n"
        )
        given = ["--key", key or public_file(key_file)]
        return subprocess.run(
            [sys.executable, "-I", "-c", program, *arguments, *given],
            capture_output=True,
            text=True,
        )

    return run
