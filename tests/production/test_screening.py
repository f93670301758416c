"""What is on the operator's list is set aside: not stored, not shown, and left to a person."""

from __future__ import annotations

import base64
import hashlib
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from clearreel import api
from clearreel.core.errors import UnreadableError, UsageError
from clearreel.disclosures import disclose
from clearreel.lookalike.fingerprint import read_fingerprint
from clearreel.media.decoding import FrameReader
from clearreel.media.sound import SoundReader
from clearreel.production import producing
from clearreel.report.page import write_report
from clearreel.testing import encode, scenes
from clearreel.visit import visiting
from clearreel.visit.source import open_source

LONG = """
name = "long"
shots = { stage = "scout" }
clips = { min_seconds = 0.2, max_seconds = 5.0 }
[measures.light]
"""


@pytest.fixture
def listed(tmp_path: Path) -> Any:
    """Write a list with these lines."""

    def write(*lines: str) -> Path:
        path = tmp_path / "list.txt"
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    return write


def looks_like(path: Path) -> str:
    with open_source(path) as pictures, SoundReader(pictures.reader.reel) as sounds:
        seen = read_fingerprint(pictures, sounds, 0, len(pictures.reader.timeline))
    return f"looks {base64.b64encode(seen.to_bytes()).decode()}"


@pytest.mark.parametrize("kind", ["sha256", "md5"])
def test_listed_bytes_are_not_even_opened(
    bench: Any, films: Path, listed: Any, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = films / "a.mp4"
    digest = hashlib.new(kind, film.read_bytes()).hexdigest()

    def opened(*ignored: object) -> None:
        raise AssertionError("it is decoded")

    monkeypatch.setattr(FrameReader, "frames", opened)
    produced = bench.run(film, screening=[listed(f"{kind} {digest} # case 12")])
    assert produced.set_aside == 1
    (source,) = bench.rows("sources")
    assert source["status"] == "quarantined"
    assert source["reason"] == f"set aside: its {kind} is on list.txt, line 1"
    assert not bench.rows("clips")


def test_it_stays_there_without_the_list(bench: Any, films: Path, listed: Any) -> None:
    film = films / "a.mp4"
    bench.run(film, screening=[listed(hashlib.sha256(film.read_bytes()).hexdigest())])
    assert bench.run(film).unchanged == 1
    assert bench.rows("sources")[0]["status"] == "quarantined"


def test_a_list_that_comes_later_takes_out_what_is_in(bench: Any, films: Path, listed: Any) -> None:
    film = films / "a.mp4"
    bench.run(film)
    assert bench.rows("clips")
    bench.run(film, screening=[listed(hashlib.sha256(film.read_bytes()).hexdigest())])
    assert not bench.rows("clips")
    assert not list((bench.into / "packs").rglob("*.tar"))
    page = write_report(bench.catalog, bench.into / "report.html").read_text("utf-8")
    assert "Set aside by a screening list" in page


@pytest.mark.parametrize("kind", ["sha256", "looks"])
def test_a_page_that_shows_it_goes_also_from_a_run_that_is_killed_later(
    bench: Any, films: Path, listed: Any, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = films / "a.mp4"
    bench.run(film, recipe=LONG)
    page = write_report(bench.catalog, bench.into / "report.html")
    digest = hashlib.sha256(film.read_bytes()).hexdigest()
    line = looks_like(film) if kind == "looks" else f"sha256 {digest}"

    def killed(*ignored: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(producing, "judge_all", killed)
        bench.run(film, recipe=LONG, screening=[listed(line)])
    assert bench.rows("sources")[0]["status"] == "quarantined"
    assert not page.exists()


def test_what_looks_like_it_is_found_in_another_encoding(
    bench: Any, tmp_path: Path, listed: Any
) -> None:
    shots = [scenes.Shot(50, seed, "pan") for seed in (71, 72, 73, 74)]
    reel, another = (scenes.Reel(tuple(part), numbered=False) for part in (shots[:2], shots[2:]))
    original = encode.write(tmp_path / "original.mp4", reel)
    copied = encode.write(tmp_path / "copy.mp4", reel, video=encode.Video(codec="mpeg4"))
    other = encode.write(tmp_path / "other.mp4", another)
    bench.run(copied, other)
    assert {row["status"] for row in bench.rows("sources")} == {"done"}
    bench.run(copied, other, screening=[listed(looks_like(original))])
    status = {Path(row["path"]).name: row["status"] for row in bench.rows("sources")}
    assert status == {"copy.mp4": "quarantined", "other.mp4": "done"}
    assert {Path(row["path"]).name for row in bench.rows("clips")} == {"other.mp4"}


def test_a_list_that_cannot_be_read_stops_the_run(bench: Any, films: Path, listed: Any) -> None:
    with pytest.raises(UsageError, match=r"list.txt, line 2: 'what' of 4"):
        bench.run(films / "a.mp4", screening=[listed("ab" * 32, "what")])


# ---- what came in with earlier runs ------------------------------------------------------------


@pytest.fixture
def moved_films(films: Path, tmp_path: Path) -> Path:
    """The films in a folder of this test's own."""
    return Path(shutil.copytree(films, tmp_path / "films"))


def statuses(bench: Any) -> dict[str, str]:
    return {Path(row["path"]).name: row["status"] for row in bench.rows("sources")}


@pytest.mark.parametrize("kind", ["sha256", "md5"])
def test_a_list_is_asked_about_earlier_runs(
    bench: Any, moved_films: Path, listed: Any, kind: str
) -> None:
    a, b, c = (moved_films / f"{name}.mp4" for name in "abc")
    bench.run(a, b)
    write_report(bench.catalog, bench.into / "report.html")
    digest = hashlib.new(kind, a.read_bytes()).hexdigest()
    if kind == "sha256":
        a.unlink()  # what is known of it is enough
    told = bench.into / "croissant.json"
    disclose(bench.catalog, "croissant", datetime.now(UTC)).write(told)
    produced = bench.run(c, screening=[listed(f"{kind} {digest}")])
    assert not told.exists(), "it named the work"
    assert (produced.set_aside, produced.unscreened, produced.warnings) == (1, 0, ())
    assert statuses(bench) == {"a.mp4": "quarantined", "b.mp4": "done", "c.mp4": "done"}
    assert not [row for row in bench.rows("clips") if row["path"] == str(a)]
    [row] = bench.rows("sources", "status = 'quarantined'")
    assert not [name for name in bench.packs() if row["source_id"] in name]
    assert row["license"] == "CC0-1.0" and "list.txt, line 1" in row["reason"]
    assert not (bench.into / "report.html").exists(), "the page showed it"
    assert bench.run(c).set_aside == 0 and statuses(bench)["a.mp4"] == "quarantined"


def test_the_md5_is_of_these_bytes_not_of_what_lies_where_they_were(
    bench: Any, moved_films: Path, listed: Any
) -> None:
    a, b, later = (moved_films / f"{name}.mp4" for name in ("a", "b", "later"))
    bench.run(a)
    a.rename(later)
    b.rename(a)
    digest = hashlib.md5(later.read_bytes(), usedforsecurity=False).hexdigest()
    bench.run(later, screening=[listed(f"md5 {digest}")])
    assert [row["status"] for row in bench.rows("sources")] == ["quarantined"]


def test_earlier_footage_is_looked_at_once_for_each_list(
    bench: Any, tmp_path: Path, films: Path, listed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shots = [scenes.Shot(50, seed, "pan") for seed in (71, 72, 73, 74)]
    reel, another = (scenes.Reel(tuple(part), numbered=False) for part in (shots[:2], shots[2:]))
    original = encode.write(tmp_path / "original.mp4", reel)
    copied = encode.write(tmp_path / "copy.mp4", reel, video=encode.Video(codec="mpeg4"))
    other = encode.write(tmp_path / "other.mp4", another)
    bench.run(copied, other)
    before = bench.rows("clips", f"path = '{other}'")
    screening = [listed(looks_like(original))]
    produced = bench.run(films / "a.mp4", screening=screening)
    assert (produced.set_aside, produced.unscreened) == (1, 0)
    assert statuses(bench) == {"copy.mp4": "quarantined", "other.mp4": "done", "a.mp4": "done"}
    assert bench.rows("clips", f"path = '{other}'") == before
    assert {row["media_pack"] for row in before} <= set(bench.packs())

    def again(*ignored: object) -> None:
        raise AssertionError("it is looked at again")

    monkeypatch.setattr(visiting, "hit", again)
    assert bench.run(films / "a.mp4", screening=screening).unscreened == 0


@pytest.mark.parametrize("store", ["kept", "none"])
def test_where_the_footage_is_gone_its_clips_are_asked_and_it_is_told(
    bench: Any, tmp_path: Path, films: Path, listed: Any, store: str
) -> None:
    shots = [scenes.Shot(50, seed, "pan") for seed in (71, 72, 73, 74)]
    reel, another = (scenes.Reel(tuple(part), numbered=False) for part in (shots[:2], shots[2:]))
    original = encode.write(tmp_path / "original.mp4", reel)
    copied = encode.write(tmp_path / "copy.mp4", reel, video=encode.Video(codec="mpeg4"))
    other = encode.write(tmp_path / "other.mp4", another)
    bench.run(copied, other, recipe=LONG, store=store)
    copied.unlink()
    other.write_bytes(b"other bytes lie there now")
    screening = [listed(looks_like(original))]
    stored = store == "kept"
    for hits in (int(stored), 0):  # the second time, what is left is told again
        arguments = {"recipe": LONG, "store": store, "screening": screening}
        produced = bench.run(films / "a.mp4", **arguments)
        assert (produced.set_aside, produced.unscreened) == (hits, 1 if stored else 2)
        assert any(
            line.startswith(f"{other}: not screened: its footage is not where it was")
            for line in produced.warnings
        )
    assert statuses(bench)["copy.mp4"] == ("quarantined" if stored else "done")


def test_an_md5_that_cannot_be_asked_for_is_told(
    bench: Any, moved_films: Path, listed: Any
) -> None:
    bench.run(moved_films / "a.mp4", moved_films / "b.mp4")
    (moved_films / "a.mp4").unlink()
    produced = bench.run(moved_films / "c.mp4", screening=[listed(f"md5 {'0' * 32}")])
    assert (produced.set_aside, produced.unscreened) == (0, 1)
    [told] = produced.warnings
    assert told.startswith(f"{moved_films / 'a.mp4'}: not screened: its MD5 is asked for")
    assert set(statuses(bench).values()) == {"done"}


def test_earlier_footage_that_cannot_be_decoded_any_more_stays_and_is_told(
    bench: Any, moved_films: Path, listed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.run(moved_films / "a.mp4")
    look = listed(looks_like(moved_films / "b.mp4"))

    def broken(*ignored: object) -> None:
        raise UnreadableError("the disk has gone bad")

    monkeypatch.setattr(visiting, "hit", broken)
    produced = bench.run(moved_films / "c.mp4", screening=[look])
    assert produced.unscreened == 1 and "the disk has gone bad" in produced.warnings[0]
    assert len(bench.rows("clips", f"path = '{moved_films / 'a.mp4'}'")) == 5


def test_what_was_taken_down_is_not_asked_about(bench: Any, moved_films: Path, listed: Any) -> None:
    a, c = moved_films / "a.mp4", moved_films / "c.mp4"
    bench.run(a, c)
    digest = hashlib.sha256(a.read_bytes()).hexdigest()
    api.takedown(bench.into, "a letter", file=a)
    assert bench.run(c, screening=[listed(f"sha256 {digest}")]).set_aside == 0
    assert "taken down" in bench.rows("sources", "status = 'refused'")[0]["reason"]
