"""Footage that is granted only in part gives the clips that lie in that part, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from clearreel import exports
from clearreel.core.errors import NothingProducedError
from clearreel.rights.grants import Grant, grant_from_flags
from clearreel.runners.inline import InlineRunner

ALL = grant_from_flags("CC0-1.0", "Ada", "her own")


def part(*stretches: tuple[float, float], **changes: Any) -> Grant:
    intervals = tuple((Fraction(str(start)), Fraction(str(end))) for start, end in stretches)
    return replace(ALL, intervals=intervals, **changes)


@pytest.fixture
def film(films: Path) -> Path:
    return films / "a.mp4"


def by_rule(bench: Any) -> dict[str, list[tuple[float, float]]]:
    found: dict[str, list[tuple[float, float]]] = {}
    for row in sorted(bench.rows("clips"), key=lambda row: row["start"]):
        found.setdefault(row["rule"] or "kept", []).append((row["start"], row["end"]))
    return found


def test_clips_of_the_part_that_is_granted_are_kept(bench: Any, film: Path) -> None:
    bench.run(film)
    whole = by_rule(bench)["kept"]
    border = whole[1][1]
    bench.run(film, grants=[part((0, border))])
    assert by_rule(bench)["kept"] == [one for one in whole if one[1] <= border]
    assert by_rule(bench)["rights"] == [one for one in whole if one[1] > border]
    for row in bench.rows("clips"):
        if row["rule"] == "rights":
            assert "no grant covers its footage at" in row["reason"]
            assert not row["measured"]
            assert row["motion"] is None
            assert not (row["media_pack"] or row["thumbnail_pack"])
        else:
            assert not (row["preroll_frames"] or row["postroll_frames"])
            assert bench.catalog.packs.read(
                row["media_pack"], row["media_name"], row["media_offset"], row["media_bytes"]
            )


def test_a_moment_of_another_licence_costs_its_clip(bench: Any, film: Path) -> None:
    bench.run(film)
    whole = by_rule(bench)["kept"]
    middle = sum(whole[1]) / 2
    noncommercial = part((middle, middle + 0.01), license="CC-BY-NC-4.0")
    bench.run(film, grants=[ALL, noncommercial])
    assert by_rule(bench)["rights"] == [whole[1]]
    assert by_rule(bench)["kept"] == [whole[0], *whole[2:]]
    assert {row["license"] for row in bench.rows("clips") if row["kept"]} == {"CC0-1.0"}


def test_a_wider_grant_brings_the_others_in(bench: Any, film: Path) -> None:
    bench.run(film, grants=[part((0, 0.5))])
    assert by_rule(bench)["rights"]
    bench.run(film)
    assert "rights" not in by_rule(bench)
    assert bench.run(film).unchanged == 1
    bench.run(film, grants=[part((0, 0.5))])
    assert by_rule(bench)["rights"]
    assert bench.run(film, grants=[part((0, 0.5))]).unchanged == 1


def test_a_narrower_grant_counts_from_when_its_run_begins(
    bench: Any, film: Path, tmp_path: Path
) -> None:
    """Killed before the film is through, nothing goes out by what was permitted before."""

    class Killed(InlineRunner):
        def run(self, *ignored: Any) -> Any:
            raise KeyboardInterrupt

    bench.run(film)
    border = by_rule(bench)["kept"][1][1]
    narrow = {"grants": [part((0, border))]}
    with pytest.raises(KeyboardInterrupt):
        bench.run(film, runner=Killed(), **narrow)
    assert [row["status"] for row in bench.rows("sources")] == ["started"]
    with pytest.raises(NothingProducedError):
        exports.export(bench.catalog, "parquet", tmp_path / "out")
    bench.run(film, **narrow)
    assert [end for _, end in by_rule(bench)["kept"]][-1] == border


def test_a_layer_that_nobody_grants_refuses_the_file(bench: Any, film: Path) -> None:
    bench.run(film, grants=[part((0, 99), layers=("footage",))])
    assert [row["status"] for row in bench.rows("sources")] == ["refused"]
    assert "no grant covers its audio" in bench.rows("sources")[0]["reason"]


def test_parts_that_permit_nothing_refuse_the_file(bench: Any, film: Path) -> None:
    bench.run(film, grants=[part((0, 99), license="CC-BY-NC-4.0")])
    assert [row["status"] for row in bench.rows("sources")] == ["refused"]


def test_a_part_whose_grant_has_ended_goes_out_no_more(
    bench: Any, film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.run(film)
    border = by_rule(bench)["kept"][0][1]
    ending = part((border, 99), valid_until=date(2100, 1, 1))
    bench.run(film, grants=[part((0, border)), ending])
    kept = [row["clip_id"] for row in bench.rows("clips") if row["kept"]]
    now = exports.export(bench.catalog, "parquet", tmp_path / "now")
    assert sum(now.clips.values()) == len(kept)

    class Later(datetime):
        @classmethod
        def now(cls, zone: Any = None) -> Any:
            return super().now(zone).replace(year=2101)

    monkeypatch.setattr("clearreel.exports.selection.datetime", Later)
    later = exports.export(bench.catalog, "parquet", tmp_path / "later")
    assert sum(later.clips.values()) == 1
    assert set(later.left_out) == set(kept[1:])
