"""A long source is visited part by part; an interruption costs no more than the part at hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar

import pytest

from clearreel.core.pulse import pulse
from clearreel.core.shots import Shot
from clearreel.media.pictures import PictureReader
from clearreel.recipes.reading import parse
from clearreel.recipes.recipe import Recipe
from clearreel.stages.contract import SegmentedDetector, ShotDetector
from clearreel.stages.scout import Scout
from clearreel.stores.journal import Entry, Journal
from clearreel.stores.packs import Packs
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import reel
from clearreel.visit.examining import Measurer
from clearreel.visit.segments import Examination
from clearreel.visit.source import anew, open_source

RECIPE = """
name = "short"
shots = { stage = "scout" }
clips = { min_seconds = 0.2, max_seconds = 1 }
[measures.light]
[measures.motion]
"""
SOURCE = {"source_id": "ab12", "path": "film.mp4", "license": "CC0-1.0", "rotation": 0}


class Short(Scout):
    """Segments of two seconds."""

    segment_seconds: ClassVar[Fraction] = Fraction(2)


class Whole(ShotDetector):
    """One that cannot begin in the middle."""

    name = "whole"

    def detect(self, pictures: PictureReader) -> Iterator[Shot]:
        return Scout().detect(pictures)


def recipe(detector: ShotDetector) -> Recipe:
    return replace(parse(RECIPE, "test"), detector=detector)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve seconds; a shot in the middle is longer than two segments."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    return write(path, reel(30, 25, 150, 20, 75, width=96, height=64, seed=7), video=Video(gop=25))


@pytest.fixture
def pictures(film: Path) -> Iterator[PictureReader]:
    with open_source(film) as opened:
        yield opened


def complete(pictures: PictureReader, detector: ShotDetector, packs: Path) -> dict[str, Any]:
    """All that an examination gives."""
    packs.mkdir(exist_ok=True)
    examination = Examination(pictures, recipe(detector), dict(SOURCE))
    with examination.journal(Packs(packs, None)) as journal:
        found = examination.complete(journal)
        return {
            "clips": found.clips,
            "decoded": found.decoded,
            "thumbnails": dict(found.thumbnails),
            "parts": len(journal.entries) if journal else 1,
        }


def test_no_shot_is_divided_where_segments_meet(pictures: PictureReader, tmp_path: Path) -> None:
    made = complete(pictures, Short(), tmp_path)
    with anew(pictures) as afresh:
        shots = list(Scout().detect(afresh))
    assert [shot.frames for shot in shots] == [30, 25, 150, 20, 75]
    spans = [(row["start_frame"], row["start_frame"] + row["frames"]) for row in made["clips"]]
    assert [end for _, end in spans[:-1]] == [start for start, _ in spans[1:]]
    numbers = [row["shot"] for row in made["clips"]]
    for number, shot in enumerate(shots):
        mine = [span for span, of in zip(spans, numbers, strict=True) if of == number]
        assert (mine[0][0], mine[-1][1]) == (shot.start_frame, shot.end_frame)
    assert all(row["measured"] for row in made["clips"])
    assert set(made["thumbnails"]) == {row["clip_id"] for row in made["clips"]}


def test_clips_are_those_of_one_pass(pictures: PictureReader, tmp_path: Path) -> None:
    short, long = (complete(pictures, kind, tmp_path)["clips"] for kind in (Short(), Scout()))
    same = ("clip_id", "shot", "content", "frames", "kept", "reason")
    assert [[row[key] for key in same] for row in short] == [[r[k] for k in same] for r in long]
    for one, other in zip(short, long, strict=True):
        assert one["brightness"] == pytest.approx(other["brightness"], abs=3)


def test_no_part_is_longer_than_a_segment(
    pictures: PictureReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even where a shot is longer than segments, and is not over before all its clips are."""
    measured: list[list[float]] = []
    begun, measure = Measurer.__enter__, Measurer.measure

    def enter(self: Measurer) -> Measurer:
        measured.append([])
        return begun(self)

    def count(self: Measurer, row: dict[str, Any]) -> None:
        measured[-1].append(row["duration"])
        measure(self, row)

    monkeypatch.setattr(Measurer, "__enter__", enter)
    monkeypatch.setattr(Measurer, "measure", count)
    assert complete(pictures, Short(), tmp_path)["parts"] == len(measured) > 6
    assert sum(map(sum, measured)) == pytest.approx(12)
    assert max(map(sum, measured)) < 2 + 1  # the last clip begins in it


def test_progress_is_told_within_a_source(
    pictures: PictureReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shares = [0.0]
    append = Journal.append

    def told(self: Journal, about: Mapping[str, Any], files: Mapping[str, bytes]) -> Entry:
        shares.append(pulse().share)
        return append(self, about, files)

    monkeypatch.setattr(Journal, "append", told)
    complete(pictures, Short(), tmp_path)
    assert all(-0.05 < after - before < 0.3 for before, after in pairwise(shares))
    assert shares[-1] > 0.9


def interrupted(monkeypatch: pytest.MonkeyPatch, parts: int, *, written: bool) -> None:
    """From now on a process dies after so many more parts, with the last one written or not."""
    append = Journal.append
    left = parts

    def dying(self: Journal, about: Mapping[str, Any], files: Mapping[str, bytes]) -> Entry:
        nonlocal left
        left -= 1
        entry = append(self, about, files) if left or written else None
        if not left:
            raise KeyboardInterrupt
        assert entry is not None
        return entry

    monkeypatch.setattr(Journal, "append", dying)


@pytest.mark.parametrize("written", [True, False])
def test_an_interruption_changes_nothing(
    pictures: PictureReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: bool
) -> None:
    undisturbed = complete(pictures, Short(), tmp_path / "once")
    looked: list[int] = []
    search = Scout.transitions

    def counted(self: Any, afresh: PictureReader, start: int, end: int) -> Any:
        looked.append(start)
        return search(self, afresh, start, end)

    monkeypatch.setattr(Short, "transitions", counted)
    for parts in (1, 3, 2):
        with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
            interrupted(dying, parts, written=written)
            complete(pictures, Short(), tmp_path / "often")
    assert complete(pictures, Short(), tmp_path / "often") == undisturbed
    assert len(looked) == 6 if written else 6 < len(looked) <= 6 + 3
    assert sorted(set(looked)) == pictures.reader.timeline.borders(Fraction(2))[:-1]


def test_a_changed_recipe_begins_anew(
    pictures: PictureReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clearreel.stages.light import Light

    with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
        interrupted(dying, 2, written=True)
        complete(pictures, Short(), tmp_path)
    monkeypatch.setattr(Light, "version", 99)
    with Examination(pictures, recipe(Short()), dict(SOURCE)).journal(
        Packs(tmp_path, None)
    ) as journal:
        assert journal is not None and journal.entries == []


def test_another_kind_of_detector_sees_all_in_one_pass(
    pictures: PictureReader, tmp_path: Path
) -> None:
    assert not isinstance(Whole(), SegmentedDetector)
    whole, once = (complete(pictures, kind, tmp_path) for kind in (Whole(), Scout()))
    assert whole == once and whole["parts"] == 1
    assert list(tmp_path.iterdir()) == []
