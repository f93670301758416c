"""A dry run answers as the run does, with the same code, and writes nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from clearreel.core.errors import DatasetError, UsageError
from clearreel.core.identity import source_id
from clearreel.lookalike.fingerprint import read_fingerprint
from clearreel.media.sound import SoundReader
from clearreel.production.estimating import Estimate, estimate
from clearreel.production.producing import open_or_create
from clearreel.recipes.reading import parse
from clearreel.rights.grants import grant_from_flags
from clearreel.rights.policy import default_policy
from clearreel.rights.signals.recorded import record_beside
from clearreel.sources.folder import expand
from clearreel.sources.place import Listing, Unlisted
from clearreel.stores.takedowns import Takedown, Takedowns
from clearreel.testing.boxes import box
from clearreel.visit.source import open_source

GRANTS = (grant_from_flags("CC0-1.0", "Ada", "her own"),)
RESERVED = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:tdm="http://www.w3.org/ns/tdmrep/"><rdf:Description rdf:about=""
 tdm:reservation="1"/></rdf:RDF></x:xmpmeta>"""
XMP = box("uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac") + RESERVED)


def told(into: Path, *inputs: Path, quick: str, **settings: Any) -> Estimate:
    listing = expand([str(path) for path in inputs], exclude=[into])
    given = settings.pop("grants", GRANTS)
    use = settings.pop("use", None)
    return estimate(listing, given, parse(quick, "test"), into, use, 1, **settings)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def state(*folders: Path) -> dict[Path, tuple[int, str]]:
    """All that is on disk below these folders, with times of change."""
    paths = [path for folder in folders for path in (folder, *folder.rglob("*")) if path.exists()]
    return {
        path: (path.stat().st_mtime_ns, sha256(path) if path.is_file() else "") for path in paths
    }


@pytest.fixture
def footage(films: Path, tmp_path: Path) -> Path:
    """A good film twice, and one of each kind that is left out."""
    folder = tmp_path / "footage"
    folder.mkdir()
    film = (films / "a.mp4").read_bytes()
    (folder / "good.mp4").write_bytes(film)
    (folder / "copy.mp4").write_bytes(film)
    (folder / "reserved.mp4").write_bytes((films / "b.mp4").read_bytes() + XMP)
    (folder / "without-answers.mp4").write_bytes(film + box("free", b"1"))
    record_beside(folder / "without-answers.mp4").write_text(
        json.dumps(
            {
                "sha256": sha256(folder / "without-answers.mp4"),
                "address": "https://example.org/v.mp4",
                "exchanges": [],
            }
        )
    )
    shutil.copy(films / "c.mp4", folder / "denied.mp4")
    (folder / "cut-short.mp4").write_bytes(film[: len(film) // 2])
    (folder / "noise.mp4").write_bytes(bytes(range(256)) * 40)
    (folder / "listed.mp4").write_bytes(film + box("free", b"2"))
    return folder


@pytest.fixture
def listed(footage: Path, tmp_path: Path) -> Path:
    """A screening list with one of the films."""
    path = tmp_path / "list.txt"
    path.write_text(sha256(footage / "listed.mp4") + "\n")
    return path


def test_a_dry_run_answers_as_the_run(bench: Any, footage: Path, listed: Path, quick: str) -> None:
    open_or_create(bench.into, None)
    denied = source_id(sha256(footage / "denied.mp4"))
    Takedowns(bench.into).save(Takedown("t-1", "2026-01-01T00:00:00Z", "file", [denied]))
    before = state(bench.into, footage)
    first = told(bench.into, footage, quick=quick, screening=[listed])
    assert state(bench.into, footage) == before

    assert (first.sources, first.unchanged, first.looks_are_asked) == (7, 0, False)
    assert (first.refused, first.unreadable, first.quarantined) == (3, 2, 1)
    assert first.footage_seconds == pytest.approx(2.4)
    produced = bench.run(footage, screening=[listed])
    assert produced.refused == first.refused
    assert produced.set_aside == first.unreadable + first.quarantined
    rows = {row["path"]: row for row in bench.rows("sources", "status != 'done'")}
    assert {one.path: one.status for one in first.left_out} == {
        path: row["status"] for path, row in rows.items()
    }
    at_the_door = [one for one in first.left_out if not one.path.endswith("noise.mp4")]
    assert all(rows[one.path]["reason"] == one.reason for one in at_the_door)
    reasons = {Path(one.path).name: one.reason for one in first.left_out}
    assert "tdm-reservation: 1" in reasons["reserved.mp4"]
    assert "t-1" in reasons["denied.mp4"]

    before = state(bench.into, footage)
    again = told(bench.into, footage, quick=quick, screening=[listed])
    assert state(bench.into, footage) == before
    assert (again.sources, again.unchanged, again.left_out) == (7, 7, ())
    assert bench.run(footage, screening=[listed]).unchanged == 7


def test_a_dry_run_makes_no_data_set(
    footage: Path, tmp_path: Path, quick: str, data_keys: Path
) -> None:
    into = tmp_path / "set"
    before = state(tmp_path, data_keys)
    told(into, footage, quick=quick, use="research-training")
    assert state(tmp_path, data_keys) == before and not into.exists()


def test_without_a_grant_all_is_refused_as_in_the_run(
    bench: Any, footage: Path, quick: str
) -> None:
    found = told(bench.into, footage, quick=quick, grants=())
    assert found.refused == found.sources == 7
    assert bench.run(footage, grants=()).refused == 7
    assert found.wall_seconds is None and found.most_bytes == 0


def test_what_cannot_be_listed_is_told(bench: Any, films: Path, quick: str) -> None:
    listing = expand([str(films)], exclude=[])
    hidden = Unlisted(films / "hidden", "it cannot be listed: Permission denied")
    listing = Listing(listing.places, (hidden,))
    found = estimate(listing, GRANTS, parse(quick, "test"), bench.into, None, 1)
    assert found.warnings == (f"{films}/hidden: it cannot be listed: Permission denied",)


def test_looks_are_left_to_the_run_and_that_is_said(bench: Any, films: Path, quick: str) -> None:
    open_or_create(bench.into, None)
    takedown = Takedown("t-1", "2026-01-01T00:00:00Z", "file")
    takedown.add_look("a.mp4", b"any", None)
    Takedowns(bench.into).save(takedown)
    found = told(bench.into, films, quick=quick)
    assert found.looks_are_asked and found.refused == 0
    assert not told(bench.into, films, quick=quick, grants=()).looks_are_asked  # nothing to look at


def test_names_of_people_are_read_where_the_run_reads_them(
    bench: Any, films: Path, quick: str
) -> None:
    bench.run(films / "a.mp4")
    (bench.into / "people.json").write_text("{")
    assert told(bench.into, films, quick=quick).unchanged == 1
    assert bench.run(films).unchanged == 1


@pytest.mark.parametrize("kind", ["sha256", "md5"])
def test_what_came_in_earlier_and_is_listed_is_named(
    bench: Any, films: Path, tmp_path: Path, quick: str, kind: str
) -> None:
    moved = Path(shutil.copytree(films, tmp_path / "films"))
    a, b, c = (moved / f"{name}.mp4" for name in "abc")
    bench.run(moved)
    lists = tmp_path / "list.txt"
    lists.write_text(f"{kind} {hashlib.new(kind, a.read_bytes()).hexdigest()}\n")
    if kind == "md5":
        b.unlink()  # nobody knows its MD5
    before = state(bench.into, moved)
    found = told(bench.into, c, quick=quick, screening=[lists])
    assert state(bench.into, moved) == before
    [left_out] = found.left_out
    assert (left_out.path, found.quarantined) == (str(a), 1)
    assert found.sources - found.unchanged == len(found.left_out)
    assert not found.looks_are_asked
    produced = bench.run(c, screening=[lists])
    [row] = bench.rows("sources", "status = 'quarantined'")
    assert (row["path"], row["reason"]) == (left_out.path, left_out.reason)
    assert produced.warnings == found.warnings and len(found.warnings) == (kind == "md5")


def test_earlier_footage_is_looked_at_in_the_run_and_that_is_said(
    bench: Any, films: Path, tmp_path: Path, quick: str
) -> None:
    with open_source(films / "b.mp4") as pictures, SoundReader(pictures.reader.reel) as sounds:
        seen = read_fingerprint(pictures, sounds, 0, len(pictures.reader.timeline))
    lists = tmp_path / "list.txt"
    lists.write_text(f"looks {base64.b64encode(seen.to_bytes()).decode()}\n")
    bench.run(films / "c.mp4", screening=[lists])
    settings = {"quick": quick, "screening": [lists]}
    assert not told(bench.into, films / "c.mp4", **settings).looks_are_asked
    bench.run(films / "a.mp4")
    assert told(bench.into, films / "c.mp4", **settings).looks_are_asked


def test_what_stops_a_run_stops_a_dry_run(bench: Any, films: Path, quick: str) -> None:
    with pytest.raises(UsageError, match="evaluate"):
        told(bench.into, films, quick=quick, use="evaluate")
    open_or_create(bench.into, None)
    with pytest.raises(DatasetError, match="declared for commercial-training"):
        told(bench.into, films, quick=quick, use="evaluation")
    with pytest.raises(DatasetError, match="not a data set"):
        told(films, films / "a.mp4", quick=quick)
    policy = default_policy().text.replace('"Pexels",', '"Pexels", "WIDER FACE",')
    (bench.into / "policy.toml").write_text(policy)
    with pytest.raises(UsageError, match="the policy excludes wider face"):
        told(bench.into, films, quick=quick + "[measures.faces]\n")
    (bench.into / "takedowns").mkdir()
    (bench.into / "takedowns" / "t.json").write_text("{")
    with pytest.raises(DatasetError, match="cannot be read"):
        told(bench.into, films, quick=quick)
