"""New pictures that no key frame marks: in one group of pictures with cuts inside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from clearreel.media.peeking import Peeker
from clearreel.stages.boundaries import unmarked as module
from clearreel.stages.boundaries.evidence import Evidence
from clearreel.stages.boundaries.unmarked import Unmarked
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import Reel, Shot
from clearreel.visit.source import open_source

SHOTS = (37, 41, 42)
CUTS = [37, 78]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    shots = tuple(Shot(frames, seed, "pan") for seed, frames in enumerate(SHOTS))
    pictures = Reel(shots, 320, 180, numbered=False)
    # The last shot has a key frame near its end, so that what is seen there is known.
    video = Video(gop=sum(SHOTS) - 4, b_frames=0)
    return write(tmp_path_factory.mktemp("unmarked") / "film.mp4", pictures, video=video)


@pytest.fixture
def evidence(film: Path) -> Iterator[Evidence]:
    with open_source(film) as pictures:
        reader = pictures.reader
        with Peeker(reader.reel, reader.packets, reader.timeline) as peeker:
            yield Evidence(pictures, peeker)


def looked_through(evidence: Evidence) -> Unmarked:
    """What is found in the first stretch, whose two ends show different scenes."""
    found = evidence._unmarked
    assert found is not None
    here, after = evidence.anchor(0), evidence.anchor(1)
    found.within(replace(evidence.stretches[0], spikes=()), here, after)
    return found


def test_new_pictures_divide_a_stretch(evidence: Evidence) -> None:
    evidence.verdict(0)
    assert [stretch.start for stretch in evidence.stretches][:3] == [0, *CUTS]
    found = evidence._unmarked
    assert found is not None
    assert sorted(found.shown) == CUTS
    for begin, shown in found.shown.items():
        assert begin <= shown < begin + 3
        assert found.pictures[begin].shape == (36, 64, 3)
        assert found.behind[begin]


@pytest.mark.parametrize("likely", [module.LIKELY, 0])
def test_where_none_stands_out_the_likely_ones_are_looked_at(
    likely: int, evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("WORTH_A_LOOK", "STANDS_OUT", "INSERTED"):
        monkeypatch.setattr(module, name, 1e9)
    monkeypatch.setattr(module, "LIKELY", likely)
    assert sorted(looked_through(evidence).shown) == (CUTS if likely else [])


def test_what_lies_behind_is_forgotten(evidence: Evidence) -> None:
    found = looked_through(evidence)
    found.forget(CUTS[1])
    assert sorted(found.shown) == CUTS  # a few numbers, which decoding begins with
    assert list(found.pictures) == list(found.behind) == CUTS[1:]
