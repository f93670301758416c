"""The command line as others build on it: keys, types, exit codes, names of any kind."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clearreel.cli.main import app
from clearreel.recipes.reading import load, shipped

CLIP = {
    "clip_id": str,
    "source_id": str,
    "path": str,
    "start": float,
    "end": float,
    "start_frame": int,
    "frames": int,
    "width": int,
    "height": int,
    "codec": str,
    "kept": bool,
    "reason": str,
    "facts": dict,
    "license": str,
}
SOURCE = dict.fromkeys(("source_id", "path", "status", "reason", "license"), str)
VERBS = [
    "run",
    "shots",
    "show",
    "clips",
    "sources",
    "report",
    "audit",
    "export",
    "approve",
    "prove",
    "verify",
    "takedown",
    "screening",
    "people",
    "keys",
    "data-keys",
    "disclose",
    "models",
    "recipes",
    "samples",
]


def check_types(line: dict[str, Any], contract: dict[str, type]) -> None:
    for key, kind in contract.items():
        assert type(line[key]) is kind, (key, line[key])


def test_a_clip_line(clearreel: Any, made: Path, films: Path) -> None:
    ended = clearreel("clips", made, "--json")
    assert ended.code == 0 and len(ended.lines) == 5
    for number, clip in enumerate(ended.lines):
        check_types(clip, CLIP)
        assert (clip["start_frame"], clip["frames"]) == (12 * number, 12)
        assert clip["start"] == pytest.approx(number * 0.48)
        assert clip["end"] == pytest.approx((number + 1) * 0.48)
        assert (clip["width"], clip["height"], clip["codec"]) == (160, 90, "h264")
        assert clip["path"] == str(films / "a.mp4") and clip["license"] == "CC0-1.0"
        assert clip["facts"]["fps"] == "25" and clip["facts"]["motion"] > 0


def test_a_source_line(clearreel: Any, made: Path) -> None:
    [line] = clearreel("sources", made, "--json").lines
    check_types(line, SOURCE)
    assert line["status"] == "done"


def test_a_refused_source_has_the_same_line(clearreel: Any, films: Path, tmp_path: Path) -> None:
    ended = clearreel.run(films / "a.mp4", into=tmp_path / "set", granted=False)
    assert ended.code == 4 and "no grant" in ended.errors
    [line] = clearreel("sources", tmp_path / "set", "--json").lines
    check_types(line, SOURCE)
    assert line["status"] == "refused" and "--license" in line["reason"]


def test_a_shot_line(clearreel: Any, films: Path) -> None:
    ended = clearreel("shots", films / "a.mp4", "--json")
    [shot] = ended.lines
    assert (shot["start"], shot["end"]) == (0.0, 2.4)
    assert (shot["start_frame"], shot["frames"]) == (0, 60)
    assert shot["transition"] == {"kind": "start", "start_frame": 0, "frames": 0}


def test_shots_of_what_is_no_footage(clearreel: Any, tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("hello")
    for name, code in (("text.mp4", 3), ("nowhere.mp4", 2), (".", 2)):
        ended = clearreel("shots", tmp_path / name, "--json")
        assert ended.code == code and ended.output == "" and "Traceback" not in ended.errors


def test_a_condition_selects(clearreel: Any, made: Path) -> None:
    where = "kept AND start_frame >= 24 AND path LIKE '%a.mp4'"
    assert len(clearreel("clips", made, "--json", "--where", where).lines) == 3
    assert clearreel("sources", made, "--json", "--where", "status <> 'done'").lines == []


def test_a_condition_that_does_not_fit(clearreel: Any, made: Path) -> None:
    ended = clearreel("clips", made, "--where", "colour = 'red'")
    assert ended.code == 2 and "does not fit" in ended.errors and "brightness" in ended.errors


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(clearreel: Any, verb: str) -> None:
    ended = clearreel(verb, "--help")
    assert ended.code == 0 and len(ended.output.splitlines()) > 5


def test_no_verb_is_missing_here() -> None:
    named = [command.name for command in app.registered_commands]
    named += [group.name or group.typer_instance.info.name for group in app.registered_groups]
    assert sorted(map(str, named)) == sorted(VERBS)


@pytest.mark.parametrize(
    "arguments",
    [
        ["run"],
        ["run", "nowhere.mp4", "--into", "set"],
        ["run", "http://example.org/a.mp4", "--into", "set"],
        ["run", ".", "--into", "set", "--recipe", "nosuch"],
        ["run", ".", "--into", "set", "--holder", "Ada"],
        ["run", ".", "--into", "set", "--rights", "nowhere.toml"],
        ["run", ".", "--into", "set", "--workers", "0"],
        ["clips", "set", "--colour"],
        ["dance"],
    ],
)
def test_a_wrong_call(clearreel: Any, tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "a.mp4").write_text("footage, as far as the call is concerned")
    ended = clearreel(*arguments, cwd=tmp_path)
    assert ended.code == 2 and ended.output == "" and "Traceback" not in ended.errors
    assert ended.errors.strip()
    assert not (tmp_path / "set").exists()


@pytest.mark.parametrize("verb", ["show", "clips", "sources", "report", "audit"])
def test_what_is_no_data_set(clearreel: Any, tmp_path: Path, verb: str) -> None:
    ended = clearreel(verb, tmp_path)
    assert ended.code == 5 and "is not a data set" in ended.errors


def test_the_version_is_quick() -> None:
    program = (
        "import sys\n"
        "from clearreel.cli import main\n"
        "sys.argv = ['clearreel', '--version']\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code\n"
        "heavy = {'numpy', 'lance', 'av', 'onnxruntime', 'pyarrow'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("clearreel 0.")


def test_a_reader_that_has_enough_is_no_error(made: Path) -> None:
    command = f"{sys.executable} -m clearreel clips {made} --json; echo $? >&2"
    done = subprocess.run(["bash", "-c", f"({command}) | true"], capture_output=True, text=True)
    assert done.stderr == "0\n"


def test_names_of_any_kind(clearreel: Any, hostile: Path, tmp_path: Path) -> None:
    into = tmp_path / "set"
    ended = clearreel.run(hostile, into=into)
    assert ended.code == 0, ended.errors
    sources = clearreel("sources", into, "--json").lines
    names = sorted(os.path.relpath(source["path"], hostile) for source in sources)
    assert names == ["-x.mp4", "\\xff\\xfe.mp4", "quote\"'s.mp4", "two\nlines.mp4", "\u202egpj.mp4"]
    listed = clearreel("clips", into).output
    assert len(listed.splitlines()) == 25, "a name has made a line of its own"
    assert "\u202e" not in listed
    again = clearreel.run(hostile, into=into)
    assert again.code == 0 and "unchanged since an earlier run: 5 sources" in again.output
    assert clearreel("show", into).code == 0


def test_names_of_any_kind_are_packed_anew(clearreel: Any, hostile: Path, tmp_path: Path) -> None:
    into = tmp_path / "set"
    clearreel.run(hostile, into=into)
    ended = clearreel(*clearreel.run_arguments(hostile, into=into), "--store", "none", "--json")
    assert ended.code == 0 and ended.lines[0]["warnings"] == []


def test_a_file_whose_name_begins_with_a_dash(
    clearreel: Any, hostile: Path, tmp_path: Path
) -> None:
    arguments = clearreel.run_arguments("--", "-x.mp4", into=tmp_path / "set")
    arguments = [a for a in arguments if a not in ("--", "-x.mp4")] + ["--", "-x.mp4"]
    ended = clearreel(*arguments, cwd=hostile)
    assert ended.code == 0, ended.errors


def test_a_run_in_json(clearreel: Any, films: Path, tmp_path: Path) -> None:
    arguments = clearreel.run_arguments(films / "a.mp4", into=tmp_path / "set")
    ended = clearreel(*arguments, "--json")
    [line] = ended.lines
    assert (line["visited"], line["set_aside"], line["refused"]) == (1, 0, 0)


def test_an_estimate_writes_nothing(clearreel: Any, films: Path, tmp_path: Path) -> None:
    arguments = clearreel.run_arguments(films, into=tmp_path / "set")
    ended = clearreel(*arguments, "--dry-run", "--json")
    [line] = ended.lines
    assert (line["sources"], line["refused"], line["unreadable"]) == (3, 0, 0)
    assert line["footage_seconds"] == pytest.approx(7.2)
    assert line["wall_seconds"] > 0
    assert not (tmp_path / "set").exists()
    assert line["left_out"] == []


def test_a_dry_run_names_what_it_would_refuse(
    clearreel: Any, films: Path, made: Path, tmp_path: Path
) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text(hashlib.sha256((films / "b.mp4").read_bytes()).hexdigest())
    arguments = clearreel.run_arguments(films, into=made)
    ended = clearreel(*arguments, "--dry-run", "--screen", listed)
    assert ended.code == 0, ended.errors
    assert "3: 1 to do, 1 unchanged, 0 refused, 0 unreadable, 1 quarantined" in ended.output
    assert f"! {films / 'b.mp4'}: quarantined: " in ended.output
    ended = clearreel(*clearreel.run_arguments(films, into=made, granted=False), "--dry-run")
    assert ended.output.count(": refused: no grant") == 3


def test_a_shipped_recipe_is_a_start_for_ones_own(clearreel: Any, tmp_path: Path) -> None:
    names = [line["name"] for line in clearreel("recipes", "list", "--json").lines]
    assert names == shipped()
    mine = tmp_path / "mine.toml"
    mine.write_text(clearreel("recipes", "show", "cosmos").output)
    assert load(str(mine)) == load("cosmos")
    ended = clearreel("recipes", "show", "cosmoss")
    assert ended.code == 2 and "cosmos" in ended.errors
