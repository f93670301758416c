"""A release of footage, checked where there is nothing but the verifier and `cryptography`."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from build import Build
from damage import flip
from smallrelease import STANDALONE, Verifiers, standalone

from clearreel.exports import formats
from clearreel.proofs.approval import Approval
from clearreel.proofs.envelope import Envelope
from clearreel.proofs.keys import SigningKey, new_key
from clearreel.proofs.layout import MANIFEST, STATEMENT
from clearreel.proofs.proving import Release
from clearreel.stores.canonical import canonical

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
    alone: Alone, released: Callable[[str], Path], key: SigningKey, name: str
) -> None:
    release = released(name)
    ended = alone(release)
    assert (ended.returncode, ended.stderr) == (0, "")
    said, approved = ended.stdout.splitlines()
    assert said.endswith("clips of 3 sources, declared for commercial-training")
    assert approved == f"approved by rights with key {key.public.id}: the signer's own"
    largest = max(release.rglob("*"), key=lambda path: path.stat().st_size)
    flip(largest, largest.stat().st_size // 2, 3)
    ended = alone(release)
    assert ended.returncode == 1 and f"{largest.name}' was changed" in ended.stderr


def test_a_creator_asks_whether_she_is_in_it(
    alone: Alone,
    built: Build,
    released: Callable[[str], Path],
    tmp_path: Path,
    key: SigningKey,
) -> None:
    release = Release(released("webdataset"))
    proof, film = tmp_path / "proof", built.footage / "a.mp4"
    proof.write_bytes(release.prove_file(film).written())
    ended = alone(proof, "--file", film)
    assert ended.returncode == 0 and " IS in the release 'out'" in ended.stdout
    assert f"approved by rights with key {key.public.id}: the signer's own" in ended.stdout
    assert alone(proof, "--file", built.footage / "b.mp4").returncode == 1

    copied = Path(shutil.copy(film, tmp_path / "copy.mp4"))
    flip(copied, 100, 0)
    absent = tmp_path / "absent"
    absent.write_bytes(release.prove_file(copied).written())
    ended = alone(absent, "--file", copied)
    assert ended.returncode == 0 and " is NOT in the release 'out'" in ended.stdout
    assert f"approved by rights with key {key.public.id}" in ended.stdout
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


def _told(release: Path, key: SigningKey, change: Callable[[dict[str, Any]], None]) -> None:
    """Have the signer tell something else of the one approval."""
    path = release / STATEMENT
    said = json.loads(Envelope.read(path.read_bytes()).payload)
    [row] = said["predicate"]["approvals"]
    change(row)
    path.write_bytes(Envelope.sign(canonical(said), key).written())


@pytest.mark.parametrize("what", ["role", "key", "sha256", "file", "more", "words", "a word"])
def test_what_a_signer_tells_of_approvals_has_to_be_so(
    released: Callable[[str], Path],
    verifiers: Verifiers,
    tmp_path: Path,
    key: SigningKey,
    what: str,
) -> None:
    release = released("folder")
    another = new_key(tmp_path / "b.key").public.pem
    value = {"key": another, "words": "no key", "a word": "All of us!"}.get(what, "legal")
    shown = json.loads(Release(release).prove_source("0" * 32).written())
    changed = {"words": "key", "a word": "role"}.get(what, what)
    _told(release, key, lambda row: row.update({changed: value}))
    assert not verifiers.hold(release)
    # A proof has no approval in it, and shows what has the form of one.
    proof = tmp_path / "proof"
    envelope = Envelope.read((release / STATEMENT).read_bytes()).to_json()
    proof.write_bytes(canonical(shown | {"envelope": envelope}) + b"\n")
    assert verifiers.hold(proof) == (what not in ("more", "words", "a word"))


@pytest.mark.parametrize("what", ["a source less", "another use", "another role"])
def test_an_approval_of_something_else(
    released: Callable[[str], Path], verifiers: Verifiers, key: SigningKey, what: str
) -> None:
    """The signer made it, and tells of it as it is."""
    release = released("folder")
    path = release / "approvals/rights.dsse.json"
    said = Approval.read(Envelope.read(path.read_bytes()).payload)
    sources = dict(said.sources)
    if what == "a source less":
        del sources[min(sources)]
    use = "research-training" if what == "another use" else said.purpose
    role = "legal" if what == "another role" else said.role
    content = Envelope.sign(Approval(role, use, said.at, sources).written(), key).written()
    path.write_bytes(content)
    sha256, manifest = hashlib.sha256(content).hexdigest(), release / MANIFEST
    listed = json.loads(manifest.read_bytes())
    listed["files"]["approvals/rights.dsse.json"] = {"bytes": len(content), "sha256": sha256}
    manifest.write_text(json.dumps(listed))
    statement = json.loads(Envelope.read((release / STATEMENT).read_bytes()).payload)
    statement["predicate"]["approvals"][0]["sha256"] = sha256
    for subject in statement["subject"]:
        if subject["name"] == MANIFEST:
            subject["digest"]["sha256"] = hashlib.sha256(manifest.read_bytes()).hexdigest()
    (release / STATEMENT).write_bytes(Envelope.sign(canonical(statement), key).written())
    assert not verifiers.hold(release)
    with pytest.raises(standalone.RefusedError, match="approv"):
        standalone.check_release(str(release), key.public.pem.encode())
