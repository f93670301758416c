"""The documents tell the truth: their examples run, and their pasted parts are current."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clearreel.rights.decision import decide
from clearreel.rights.origins import objections
from clearreel.rights.people import judge_people
from clearreel.rights.policy import default_policy
from clearreel.rights.rights_file import read_rights
from clearreel.rights.uses import USES
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import reel
from clearreel.testing.sound import Sound

ROOT = Path(__file__).resolve().parent.parent


def blocks(document: str, language: str) -> list[str]:
    text = (ROOT / document).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the README's examples work: `my-videos/` with two reels."""
    folder = tmp_path_factory.mktemp("readme")
    videos = folder / "my-videos"
    videos.mkdir()
    for seed in (1, 2):
        frames = reel(75, 90, width=426, height=240, seed=seed, motion="pan")
        write(videos / f"reel-{seed}.mp4", frames, video=Video(), sound=Sound())
    return folder


def run(code: str, folder: Path) -> str:
    # As a script, the way that people run what they copied from a document.
    script = folder / "script.py"
    script.write_text(code)
    done = subprocess.run([sys.executable, script], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_ten_lines_run_and_so_does_the_query(workplace: Path) -> None:
    ten_lines, query = blocks("README.md", "python")
    guarded = ten_lines.replace('license="owned"', 'license="owned", recipe="fast"')
    printed = run(guarded, workplace)
    kept = [line for line in printed.splitlines() if "my-videos/reel-" in line]
    assert len(kept) == 4, printed
    assert printed.endswith("0 sources were refused\n")
    assert "owned" in run(query, workplace)


def test_the_whole_rights_file_means_what_is_said_beside_it(tmp_path: Path) -> None:
    (text,) = blocks("docs/rights.md", "toml")
    (tmp_path / "evidence").mkdir()
    for name in re.findall(r'"(evidence/.+?)"', text):
        (tmp_path / name).write_text("signed")
    (tmp_path / "rights.toml").write_text(text)
    rights = read_rights(tmp_path / "rights.toml")
    at = datetime(2026, 11, 26, tzinfo=UTC)
    interview, lab = (str(tmp_path.resolve() / name) for name in ("interview.mp4", "lab/a.mp4"))
    policy = replace(default_policy(), consent=frozenset({"genai-training", "other-training"}))
    for use, path, permitted in (
        ("commercial-training", interview, True),
        ("commercial-training", lab, False),
        ("research-training", lab, True),
    ):
        assert decide(path, rights.grants, use, at).permitted is permitted
        shown = rights.statements.about([path])
        assert not judge_people(shown, None, USES[use], at, policy)
    ada = rights.statements.about([interview])
    assert judge_people(ada, None, USES["research-training"], at, policy)
    (captions,) = rights.statements.captions
    refused = {use: objections([captions.origin], USES[use], policy) for use in USES}
    assert refused["commercial-training"] and not refused["research-training"]


def test_the_grant_about_footage_from_elsewhere_is_refused_as_is_said_there(tmp_path: Path) -> None:
    (text,) = (block for block in blocks("docs/decision.md", "toml") if "made_from" in block)
    (tmp_path / "rights.toml").write_text(text)
    (told,) = read_rights(tmp_path / "rights.toml").grants
    at, path = datetime(2026, 11, 26, tzinfo=UTC), str(tmp_path.resolve() / "clips/a.mp4")
    grant = replace(told, attested_by="eve")
    refused = decide(path, [grant], "commercial-training", at)
    assert refused.reason.startswith(
        "made from HD-VG-130M: the policy keeps HD-VG-130M to research"
    )
    assert decide(path, [grant], "research-training", at).attribution == "Ada's film, CC-BY-4.0"


def test_every_command_of_the_readme_exists() -> None:
    from tools import paste_help

    known = {words[0] for words in paste_help.verbs()}
    named = set(re.findall(r"^\$ clearreel (\w+)", "".join(blocks("README.md", "console")), re.M))
    assert named
    assert named <= known


def test_pasted_parts_are_current() -> None:
    done = subprocess.run(
        [sys.executable, "tools/paste_help.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_stage_is_added_in_one_file(workplace: Path) -> None:
    """Follows CONTRIBUTING.md to the letter, as somebody would who adds a stage."""
    (stage,) = blocks("CONTRIBUTING.md", "python")
    entry_point, recipe = blocks("CONTRIBUTING.md", "toml")
    (workplace / "warmth.py").write_text(stage)
    info = workplace / "warmth-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: warmth\nVersion: 1\n")
    group, line = re.match(r'\[project\.entry-points\."(.+?)"\]\n(.+)', entry_point).groups()
    (info / "entry_points.txt").write_text(f"[{group}]\n{line.replace(chr(34), '')}\n")
    (workplace / "warm.toml").write_text('name = "warm"\nshots = { stage = "scout" }\n' + recipe)
    printed = run(
        "import clearreel, json\n"
        "clearreel.run('my-videos', into='warm', license='owned', recipe='warm.toml')\n"
        "print(json.dumps([c['facts']['warmth'] for c in clearreel.open('warm').clips()]))\n",
        workplace,
    )
    values = json.loads(printed)
    assert len(values) == 4
    assert all(0 < value < 10 for value in values)
