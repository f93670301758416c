"""What a run does with inputs and disks that are bad."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearreel.api as api
from clearreel.testing import broken
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import reel


@pytest.fixture(scope="module")
def mixed(films: Path, broken_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two good films and every bad input."""
    folder = tmp_path_factory.mktemp("mixed")
    for name in broken.NAMES:
        broken.make(name, folder)
    for good in ("a.mp4", "b.mp4"):
        shutil.copy(films / good, folder / f"good_{good}")
    return folder


@pytest.fixture(scope="module")
def outcome(
    clearreel: Any, mixed: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Any, dict[str, dict[str, Any]], Path]:
    """How a run over all of them ended, and the line of each source by its files' names."""
    into = tmp_path_factory.mktemp("outcome") / "set"
    inputs = [path for path in mixed.iterdir() if not path.name.startswith("secret")]
    ended = clearreel.run(*sorted(inputs), into=into)
    lines = {line["source_id"]: line for line in clearreel("sources", into, "--json").lines}
    places = api.open(into).catalog.rows("places")
    return ended, {Path(row["path"]).name: lines[row["source_id"]] for row in places}, into


def test_the_run_goes_on(outcome: Any) -> None:
    ended, sources, _ = outcome
    assert ended.code == 3, ended.errors
    assert "Traceback" not in ended.errors
    assert sources["good_a.mp4"]["status"] == sources["good_b.mp4"]["status"] == "done"


@pytest.mark.parametrize("name", broken.NAMES)
def test_what_is_bad_is_listed_with_its_reason(name: str, outcome: Any, mixed: Path) -> None:
    item = broken.make(name, mixed)
    line = outcome[1][item.path.name]
    if item.decodes:
        assert line["status"] in ("done", "unreadable")
    else:
        assert line["status"] == "unreadable"
    assert line["status"] == "done" or line["reason"]
    assert "internal error" not in line["reason"]


def test_nothing_that_was_pointed_at_is_in(outcome: Any) -> None:
    dataset = api.open(outcome[2])
    sources = {row["path"]: row["frames"] for row in dataset.sources("status = 'done'")}
    for path, frames in sources.items():
        assert frames != len(broken.SECRET_NUMBERS) or "image" in path, path
    assert not any("secret" in clip["path"] for clip in dataset.clips())


def test_nothing_half_written_remains(outcome: Any) -> None:
    packs = outcome[2] / "packs"
    named = {row["media_pack"] for row in api.open(outcome[2]).catalog.rows("clips")}
    named |= {row["thumbnail_pack"] for row in api.open(outcome[2]).catalog.rows("clips")}
    found = {str(path.relative_to(packs)) for path in packs.rglob("*") if path.is_file()}
    assert found == named - {""}
    assert not list(packs.glob(".*"))


def test_footage_that_may_not_be_read(clearreel: Any, films: Path, tmp_path: Path) -> None:
    if not broken.permissions_are_enforced(tmp_path):
        pytest.skip("this user may read everything")
    path = tmp_path / "closed.mp4"
    shutil.copy(films / "a.mp4", path)
    path.chmod(0)
    ended = clearreel.run(tmp_path, into=tmp_path / "set")
    assert ended.code == 4
    [line] = clearreel("sources", tmp_path / "set", "--json").lines
    assert (line["status"], line["reason"]) == ("unreadable", "no permission to read the file")


def test_a_folder_that_is_something_else(clearreel: Any, films: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    ended = clearreel.run(films, into=tmp_path)
    assert ended.code == 5 and "not a data set" in ended.errors
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


# ---- a full disk --------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder]
    if subprocess.run(mount, check=False).returncode:
        pytest.skip("only root can mount a small file system")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.fixture(scope="module")
def heavy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of much more than a megabyte."""
    noise = np.random.default_rng(0).integers(0, 256, (24, 180, 320, 3), np.uint8)
    video = Video(quality=4, gop=8)
    return write(tmp_path_factory.mktemp("heavy") / "noise.mp4", noise, video=video)


@pytest.mark.parametrize("free", [40_000, 120_000, 1_000_000])
def test_a_full_disk(clearreel: Any, heavy: Path, small_disk: Path, free: int) -> None:
    """Wherever the room ends: while the tables are made, filled, or the clips are packed."""
    assert heavy.stat().st_size > 1_100_000
    filler, into = small_disk / "filler", small_disk / "set"
    status = os.statvfs(small_disk)
    filler.write_bytes(bytes(status.f_bavail * status.f_frsize - free))
    ended = clearreel.run(heavy, into=into)
    assert ended.code == 7, ended.errors
    assert "cannot be written" in ended.errors and "Traceback" not in ended.errors
    assert not list(into.glob("packs/*.partial")) and not list(into.glob("packs/.*"))
    filler.unlink()
    assert clearreel.run(heavy, into=into).code == 0
    clips = api.open(into).clips()
    assert len(clips) == 2 and all(api.open(into).media(clip["clip_id"]) for clip in clips)


# ---- Ctrl-C -------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", [0.0, 0.5])
def test_interrupting_ends_soon_and_keeps_what_is_done(
    clearreel: Any, films: Path, tmp_path: Path, after: float
) -> None:
    footage = tmp_path / "footage"
    shutil.copytree(films, footage)
    write(footage / "long.mp4", reel(*[50] * 8, width=96, height=64, seed=3))
    into = tmp_path / "set"
    run = subprocess.Popen(
        [sys.executable, "-m", "clearreel", *clearreel.run_arguments(footage, into=into)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    wait_for_workers(run)
    time.sleep(after)
    began = time.monotonic()
    os.killpg(run.pid, signal.SIGINT)
    _, errors = run.communicate(timeout=20)
    assert time.monotonic() - began < 2
    assert run.returncode == 130
    assert b"stopped" in errors and b"Traceback" not in errors, errors.decode()
    # A worker that was just being started finds nobody there, and ends by itself.
    deadline = time.monotonic() + 5
    while group_is_alive(run.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not group_is_alive(run.pid)
    assert not list(into.glob("packs/.*")) and not list(into.glob("packs/*.partial"))
    assert clearreel.run(footage, into=into).code == 0
    assert {source["status"] for source in api.open(into).sources()} == {"done"}


def group_is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for_workers(run: subprocess.Popen[bytes]) -> None:
    children = Path(f"/proc/{run.pid}/task/{run.pid}/children")
    while not children.read_text().strip():
        assert run.poll() is None
        time.sleep(0.02)
