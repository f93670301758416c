"""What is on the operator's list is set aside: not stored, not shown, and left to a person."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest

from clearreel.core.errors import UsageError
from clearreel.lookalike.fingerprint import read_fingerprint
from clearreel.media.decoding import FrameReader
from clearreel.media.sound import SoundReader
from clearreel.report.page import write_report
from clearreel.testing import encode, scenes
from clearreel.visit.source import open_source


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
