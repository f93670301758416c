"""A proof of absence says what looks and sounds like the file, and who says so."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from smallrelease import STANDALONE, Stranger

from clearreel import api
from clearreel.core.errors import VerificationError
from clearreel.core.identity import source_id
from clearreel.exports import formats
from clearreel.pinned.files import sha256_of
from clearreel.proofs.look_up import LookUp
from clearreel.proofs.proof import Proof
from clearreel.stores.canonical import canonical
from clearreel.testing.encode import Video, write, write_sound
from clearreel.testing.scenes import Picture, Reel, Shot
from clearreel.testing.sound import Tune

Typed = Callable[..., Any]
SECONDS = 4
RECIPE = """
name = "long"
shots = { stage = "scout" }
clips = { min_seconds = 0.2, max_seconds = 10.0 }
[measures.light]
"""


def film(seed: int) -> list[Picture]:
    """One shot that moves."""
    return list(Reel((Shot(25 * SECONDS, seed, "pan"),), numbered=False))


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Films a and b, of which `set` has a; and a's copy, twice as wide and high, mirrored."""
    folder = tmp_path_factory.mktemp("footage")
    for seed, name in ((70, "a"), (71, "b")):
        write(folder / f"{name}.mp4", film(seed), video=Video(gop=25), sound=Tune(seed=seed))
    copy = [frame[:, ::-1].repeat(2, axis=0).repeat(2, axis=1) for frame in film(70)]
    write(folder / "copy.mkv", copy, video=Video(codec="mpeg4", gop=12))
    write(folder / "black.mp4", [frame * 0 for frame in film(70)])
    write_sound(folder / "sound.m4a", Fraction(SECONDS), Tune(seed=70))
    return folder


@pytest.fixture(scope="module")
def made(footage: Path, typed: Typed, folder: Path) -> Path:
    """A data set of film a, one clip, and key `a.key`."""
    (folder / "long.toml").write_text(RECIPE)
    grant = ("--license", "CC0-1.0", "--holder", "Ada", "--basis", "her own")
    ended = typed("run", footage / "a.mp4", "--into", "set", "--recipe", "long.toml", *grant)
    assert ended.code == 0, ended.errors
    assert typed("keys", "new", "a.key", "--name", "Ada Film").code == 0
    return folder / "set"


@pytest.fixture(scope="module")
def release(made: Path, typed: Typed) -> Callable[[str], Path]:
    """A release in a format, made once. Not to be changed."""

    def make(name: str) -> Path:
        to = made.parent / name
        if not to.exists():
            ended = typed("export", name, made, "--to", to, "--key", "a.key")
            assert ended.code == 0, ended.errors
        return to

    return make


@pytest.fixture(scope="module")
def stranger(made: Path) -> Stranger:
    """The stand-alone verifier, given Ada's key."""

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        program = [sys.executable, STANDALONE, *arguments, "--key", made.parent / "a.key.pub"]
        return subprocess.run(program, capture_output=True, text=True)

    return run


@pytest.mark.parametrize("name", formats())
def test_a_copy_is_absent_and_looks_like_a_source(
    typed: Typed, release: Callable[[str], Path], footage: Path, stranger: Any, name: str
) -> None:
    out, own = release(name), source_id(sha256_of(footage / "a.mp4"))
    copy = footage / "copy.mkv"
    ended = typed("prove", out, "--file", copy, "-o", "copy.proof")
    assert ended.code == 3, ended.errors
    first, *_ = ended.output.splitlines()
    absent = f"source {source_id(sha256_of(copy))} is NOT in "
    alike = f" as these bytes, but looks like source {own} (same)"
    assert first == f"{absent}{out}{alike}"
    assert "a person has to look" in ended.errors

    ended = typed("verify", "copy.proof", "--file", copy)
    assert ended.code == 0, ended.errors
    assert ended.output.startswith(
        f"{absent}the release '{name}'{alike}\nsame: source {own}: clip "
    )
    assert "mirrored" in ended.output and "no signature covers it" in ended.output
    ended = typed("verify", "copy.proof", "copy.proof")
    assert ended.output.count(alike) == 2
    [line] = typed("verify", "copy.proof", "--json").lines
    assert list(line["look_up"]["same"]) == [own] and line["look_up"]["near"] == {}
    assert (line["look_up"]["compared"], line["look_up"]["unread"]) == (1, 0)

    alone = stranger(out.parent / "copy.proof", "--file", copy)
    assert (alone.returncode, alone.stderr) == (0, "")
    assert alone.stdout.startswith(absent) and alike in alone.stdout.splitlines()[0]
    assert "mirrored" in alone.stdout and "no signature covers it" in alone.stdout


# By name: the exit code, what the first line says after "as these bytes", and what was compared.
ASKED = {
    "b.mp4": (0, ", and 1 clip compared: none looks or sounds like it", 1),
    "sound.m4a": (3, ", but sounds like source {own} (same)", 1),
    "black.mp4": (3, "; NOT compared by looks or sound: it shows and sounds nothing", 0),
    "text": (3, "; NOT compared by looks or sound: no container that is known", 0),
}


@pytest.mark.parametrize("name", ASKED)
def test_the_first_line_says_what_was_compared(
    typed: Typed, release: Callable[[str], Path], footage: Path, stranger: Any, name: str
) -> None:
    (footage / "text").write_text("no footage at all")
    code, told, compared = ASKED[name]
    told = told.format(own=source_id(sha256_of(footage / "a.mp4")))
    out = release("webdataset")
    ended = typed("prove", out, "--file", footage / name, "-o", "x.proof")
    assert ended.code == code, ended.errors
    assert f" as these bytes{told}" in ended.output.splitlines()[0]
    ended = typed("verify", "x.proof")
    assert ended.code == 0 and f" as these bytes{told}" in ended.output.splitlines()[0]
    assert typed("verify", "x.proof", "--json").lines[0]["look_up"]["compared"] == compared
    alone = stranger(out.parent / "x.proof").stdout.splitlines()[0]
    assert f" as these bytes{told}".replace("1 clip ", "1 clips ") in alone


def test_a_source_that_is_named_by_its_id_is_compared_with_nothing(
    typed: Typed, release: Callable[[str], Path]
) -> None:
    ended = typed("prove", release("webdataset"), "--source", "0" * 32, "-o", "id.proof")
    assert ended.code == 0, ended.errors
    told = "; NOT compared by looks or sound: no file was given"
    assert told in ended.output.splitlines()[0]
    assert told in typed("verify", "id.proof").output.splitlines()[0]


def test_what_is_in_it_is_not_compared(
    typed: Typed, release: Callable[[str], Path], footage: Path
) -> None:
    [line] = typed(
        *("prove", release("folder"), "--file", footage / "a.mp4", "-o", "in.proof", "--json")
    ).lines
    assert line["present"] and "look_up" not in line
    [line] = typed("verify", "in.proof", "--json").lines
    assert line["present"] and "look_up" not in line


@pytest.mark.parametrize("damage", ["gone", "changed"])
def test_clips_that_are_not_there_as_signed_are_counted(
    release: Callable[[str], Path], footage: Path, tmp_path: Path, damage: str
) -> None:
    copied = Path(shutil.copytree(release("folder"), tmp_path / "out"))
    [clip] = copied.rglob("*.mp4")
    clip.unlink()
    if damage == "changed":
        shutil.copy(footage / "b.mp4", clip)
    looked = api.prove(copied, file=footage / "b.mp4").look_up
    assert looked is not None and not looked.whole and not looked.alike
    assert "no clip can be: 0 too short or plain, 1 not readable" in looked.not_compared


def test_clips_that_are_too_short_are_no_answer(
    clearreel: Any, typed: Typed, folder: Path, footage: Path, tmp_path: Path, made: Path
) -> None:
    """Half a second is two pictures: whatever they show, no verdict can rest on them."""
    ended = clearreel.run(footage / "a.mp4", into=tmp_path / "set")
    assert ended.code == 0, ended.errors
    to = tmp_path / "short"
    assert typed("export", "folder", tmp_path / "set", "--to", to, "--key", "a.key").code == 0
    looked = api.prove(to, file=footage / "copy.mkv").look_up
    assert looked is not None and looked.plain and "too short or plain" in looked.not_compared


@pytest.fixture(scope="module")
def proof(release: Callable[[str], Path], footage: Path) -> Proof:
    """That the copy is absent."""
    return api.prove(release("webdataset"), file=footage / "copy.mkv")


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "another file": lambda told: told.update(file_sha256="0" * 64),
    "no file": lambda told: told.update(file_sha256=""),
    "more clips": lambda told: told.update(compared=2),
    "fewer clips": lambda told: told.update(compared=0, by=[], not_compared="why"),
    "less than none": lambda told: told.update(unread=-1, compared=2),
    "a number": lambda told: told.update(at=1),
    "a fraction": lambda told: told.update(plain=0.5),
    "yes": lambda told: told.update(plain=False),
    "another sense": lambda told: told.update(by=["smell"]),
    "nothing": lambda told: told.update(by=[]),
    "both": lambda told: told.update(not_compared="why"),
    "no reasons": lambda told: told.update(same=sorted(told["same"])),
    "no text": lambda told: told.update(near={"0" * 32: 1}),
    "another line": lambda told: told.update(same={"0" * 32: "why\nsource IS in it"}),
    "a terminal's": lambda told: told.update(near={"\x1b[2J": "why"}),
    "more": lambda told: told.update(more=""),
    "less": lambda told: told.pop("near"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_look_up_of_another_form_is_none(
    proof: Proof, made: Path, stranger: Any, tmp_path: Path, change: str
) -> None:
    key = made.parent / "a.key.pub"
    path = tmp_path / "proof"
    path.write_bytes(proof.written())
    assert api.verify(path, key=key) and stranger(path).returncode == 0
    told = json.loads(proof.written())
    CHANGES[change](told["look_up"])
    path.write_bytes(canonical(told) + b"\n")
    with pytest.raises(VerificationError):
        api.verify(path, key=key)
    assert stranger(path).returncode == 1


def test_a_proof_without_a_look_up_says_so(
    proof: Proof, made: Path, stranger: Any, tmp_path: Path, typed: Typed
) -> None:
    """As proofs of earlier versions, and those in receipts, are."""
    path = tmp_path / "proof"
    path.write_bytes(replace(proof, look_up=None).written())
    ended = typed("verify", path)
    assert ended.code == 0 and stranger(path).returncode == 0
    for told in (ended.output, stranger(path).stdout):
        assert (
            "as these bytes, and nothing tells whether anything in it looks" in told.split("\n")[0]
        )
    assert typed("verify", path, "--json").lines[0]["look_up"] is None


def test_a_presence_has_no_look_up(
    release: Callable[[str], Path], footage: Path, proof: Proof, made: Path, tmp_path: Path
) -> None:
    present = api.prove(release("webdataset"), file=footage / "a.mp4")
    path = tmp_path / "proof"
    path.write_bytes(replace(present, look_up=proof.look_up).written())
    with pytest.raises(VerificationError, match="it shows"):
        api.verify(path, key=made.parent / "a.key.pub")


def test_more_sources_than_a_line_holds() -> None:
    same = {str(number) * 32: "why" for number in range(5)}
    told = LookUp("now", "a test", 1, "0" * 64, by=["sound"], compared=9, same=same)
    assert told.finding.endswith(f"source {'2' * 32} (same) and 2 more")
