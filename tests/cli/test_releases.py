"""From a key to a proof that a creator checks, as people type it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Typed = Callable[..., Any]


@pytest.fixture(scope="module")
def made(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy, for a data set knows what was exported of it."""
    return Path(shutil.copytree(made, tmp_path_factory.mktemp("made") / "set"))


@pytest.fixture(scope="module")
def signed(typed: Typed, made: Path, folder: Path) -> Path:
    """A signed release, and key `a.key`. Not to be changed."""
    ended = typed("keys", "new", "a.key", "--name", "Ada Film", "--json")
    assert ended.code == 0, ended.errors
    [key] = ended.lines
    assert set(key) == {"id", "key", "public"} and len(key["id"]) == 64
    ended = typed("export", "webdataset", made, "--to", "out", "--key", "a.key", "--json")
    assert ended.code == 0 and ended.lines[0]["signed_with"] == key["id"]
    return folder / "out"


def test_a_release_is_verified(typed: Typed, signed: Path) -> None:
    ended = typed("verify", signed, "--json")
    assert ended.code == 0, ended.errors
    [line] = ended.lines
    assert (line["kind"], line["holds"], line["clips"], line["sources"]) == ("release", True, 5, 1)
    ended = typed("verify", signed)
    assert ended.code == 0 and "out holds: " in ended.output


def test_a_file_is_proven_present(typed: Typed, signed: Path, films: Path) -> None:
    ended = typed("prove", signed, "--file", films / "a.mp4", "-o", "in.proof", "--json")
    assert ended.code == 0 and ended.lines[0]["present"] is True
    ended = typed("verify", "in.proof", "--file", films / "a.mp4", "--json")
    assert ended.code == 0 and ended.lines[0]["present"] is True
    assert ended.lines[0]["source"]["clips"] == 5
    assert " IS in the release 'out' with 5 clips" in typed("verify", "in.proof").output
    ended = typed("verify", "in.proof", "--file", films / "b.mp4")
    assert ended.code == 8 and "it speaks of source" in ended.errors


def test_a_file_is_proven_absent(typed: Typed, signed: Path, films: Path) -> None:
    ended = typed("prove", signed, "--file", films / "b.mp4", "-o", "out.proof")
    assert ended.code == 3, "half a second a clip is too short for a look"
    assert "is NOT in" in ended.output and "too short or plain" in ended.output.splitlines()[0]
    ended = typed("verify", "out.proof", "--json")
    assert ended.code == 0 and ended.lines[0]["present"] is False
    assert "exact bytes" in typed("verify", "out.proof").output


def test_a_clip_is_proven(typed: Typed, signed: Path, made: Path) -> None:
    clip = typed("clips", made, "--json").lines[0]["clip_id"]
    assert typed("prove", signed, "--clip", clip, "-o", "clip.proof").code == 0
    assert f"clip {clip} IS in the release" in typed("verify", "clip.proof").output


@pytest.fixture(scope="module")
def several(typed: Typed, signed: Path, films: Path) -> list[Path]:
    """A release and two proofs, one of which was changed."""
    for name, code in (("a", 0), ("b", 3)):  # clips are too short to be compared with b
        out = f"{name}.several"
        assert typed("prove", signed, "--file", films / f"{name}.mp4", "-o", out).code == code
    changed = signed.parent / "b.several"
    changed.write_bytes(changed.read_bytes().replace(b'"index":0', b'"index":1'))
    return [signed, signed.parent / "a.several", changed]


def test_several_are_verified_one_line_each(typed: Typed, several: list[Path]) -> None:
    release, proof, changed = several
    ended = typed("verify", release, proof)
    assert ended.code == 0, ended.errors
    first, second = ended.output.splitlines()
    assert first.startswith(f"holds: {release}: ") and "5 clips of 1 source" in first
    assert second.startswith(f"holds: {proof}: source ") and " IS in the release 'out'" in second

    ended = typed("verify", proof, changed, release)
    assert ended.code == 8
    told = [line.partition(": ")[::2] for line in ended.output.splitlines()]
    assert [said for said, _ in told] == ["holds", "DOES NOT HOLD", "holds"]
    assert told[1][1].startswith(f"{changed}: the proof does not hold")
    assert "1 of 3 things could not be verified, the first: " in ended.errors

    ended = typed("verify", changed, proof, "nowhere", "--json")
    assert ended.code == 8
    assert [(line["path"], line["holds"]) for line in ended.lines] == [
        *((str(changed), False), (str(proof), True), ("nowhere", False))
    ]


def test_what_cannot_be_read_among_several(typed: Typed, several: list[Path]) -> None:
    ended = typed("verify", several[1], "nowhere")
    assert ended.code == 2
    assert ended.output.splitlines()[1].startswith("NOT VERIFIED: nowhere cannot be read")


def test_each_of_several_has_to_speak_of_the_file(
    typed: Typed, several: list[Path], films: Path
) -> None:
    proof = several[1]
    assert typed("verify", proof, proof, "--file", films / "a.mp4").code == 0
    ended = typed("verify", proof, proof, "--file", films / "b.mp4")
    assert ended.code == 8 and ended.output.count("it speaks of source") == 2


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["prove", "out", "-o", "x"], 2, "one of --clip, --source, --file"),
        (["prove", "out", "--clip", "a", "--source", "b", "-o", "x"], 2, "one of --clip"),
        (["prove", "out", "--clip", "nosuch", "-o", "x"], 2, "there is no clip 'nosuch'"),
        (["prove", "out", "--source", "nosuch", "-o", "x"], 2, "is no source id"),
        (["prove", "out", "--source", "0" * 32, "-o", "nowhere/x"], 7, "cannot be written"),
        (["prove", "config", "--source", "0" * 32, "-o", "x"], 8, "is no signed release"),
        (["verify", "nowhere"], 2, "give a release folder"),
        (["verify", "config"], 8, "is no release"),
        (["verify", "out", "--key", "a.key"], 2, "no public key"),
        (["verify", "a.key"], 8, "the proof does not hold"),
        (["keys", "new", "a.key"], 2, "never written over"),
        (["keys", "trust", "--name", "Ada"], 2, "there is no key to trust"),
        (["keys", "revoke", "00zz", "--reason", "lost"], 2, "0 keys have an id"),
    ],
)
def test_a_wrong_call(
    typed: Typed, signed: Path, arguments: list[str], code: int, told: str
) -> None:
    ended = typed(*arguments)
    assert (ended.code, ended.output) == (code, "")
    assert told in ended.errors
    assert not (signed.parent / "x").exists()


def test_a_stranger_trusts_first(typed: Typed, signed: Path) -> None:
    elsewhere = {"XDG_CONFIG_HOME": str(signed.parent / "stranger")}
    ended = typed("verify", signed, "--json", **elsewhere)
    assert ended.code == 8 and ended.lines[0]["holds"] is False
    assert "keys trust" in ended.lines[0]["next"] and "keys trust" in ended.errors
    assert typed("verify", signed, "--key", "a.key.pub", **elsewhere).code == 0
    assert typed("verify", signed, **elsewhere).code == 8
    assert typed("keys", "trust", "a.key.pub", "--name", "Ada Film", **elsewhere).code == 0
    assert typed("verify", signed, **elsewhere).code == 0
    [known] = typed("keys", "list", "--json", **elsewhere).lines
    assert (known["name"], known["revoked"]) == ("Ada Film", "")
    ended = typed("keys", "revoke", known["id"][:12], "--reason", "stolen", **elsewhere)
    assert ended.code == 0 and "revoked on" in ended.output
    ended = typed("verify", signed, "--key", "a.key.pub", **elsewhere)
    assert ended.code == 8 and "revoked on" in ended.errors


def test_a_key_in_the_environment(typed: Typed, made: Path, signed: Path, tmp_path: Path) -> None:
    elsewhere = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    secret = {"CLEARREEL_SIGNING_KEY": (signed.parent / "a.key").read_text(), **elsewhere}
    out = tmp_path / "out"
    assert typed("export", "folder", made, "--to", out, **secret).code == 0
    assert typed("keys", "trust", "--name", "us", **secret).code == 0
    assert typed("verify", out, **elsewhere).code == 0


def test_an_unsigned_export_says_so(typed: Typed, made: Path, tmp_path: Path) -> None:
    ended = typed("export", "folder", made, "--to", tmp_path / "out")
    assert ended.code == 0 and "unsigned" in ended.output
    ended = typed("verify", tmp_path / "out")
    assert ended.code == 8 and "is unsigned" in ended.errors and "--key FILE" in ended.errors


def test_a_changed_byte(typed: Typed, made: Path, tmp_path: Path, signed: Path) -> None:
    out = tmp_path / "out"
    assert typed("export", "folder", made, "--to", out, "--key", "a.key").code == 0
    readme = out / "README.md"
    readme.write_bytes(readme.read_bytes().replace(b"video clips", b"video Clips"))
    ended = typed("verify", out, "--json")
    assert ended.code == 8 and "'README.md' was changed" in ended.lines[0]["problem"]
    assert json.loads(ended.output)["holds"] is False


def test_a_new_key_without_a_place(typed: Typed, tmp_path: Path) -> None:
    ended = typed("keys", "new", XDG_CONFIG_HOME=str(tmp_path))
    assert ended.code == 0
    assert (tmp_path / "clearreel" / "signing.key").stat().st_mode & 0o777 == 0o600
