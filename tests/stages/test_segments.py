"""The shots of a segment are found without what lies before it: any detector, any footage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from clearreel.core.shots import Transition, apart
from clearreel.media.pictures import Picture, PictureReader
from clearreel.models.transnetv2 import Transitions
from clearreel.pinned import fetch_sample
from clearreel.stages import exact
from clearreel.stages.contract import SegmentedDetector
from clearreel.stages.exact import Exact
from clearreel.stages.scout import Scout
from clearreel.testing import encode, scenes
from clearreel.visit.source import anew, open_source

# Shots of many lengths, so that borders at key frames fall before, into and after all changes.
REEL = scenes.Reel(
    (
        scenes.Shot(40, 1, "pan"),
        scenes.Shot(50, 2, "object", "cut", decoy="flash"),
        scenes.Shot(30, 3, "static", "dissolve", 16),
        scenes.Shot(46, 4, "zoom", "cut"),
        scenes.Shot(30, 5, "static", "fade", 20),
        scenes.Shot(9, 6, "static", "cut"),
        scenes.Shot(40, 5, "static", "cut"),
        scenes.Shot(50, 7, "pan", "wipe", 20),
        scenes.Shot(60, 8, "pan", "cut", decoy="whip"),
    ),
    192,
    108,
    numbered=False,
)
FOOTAGE = {
    "scene cuts": (".mp4", encode.Video(gop=250, b_frames=3, scene_cut=True)),
    "fixed": (".mp4", encode.Video(gop=48, b_frames=3)),
    "matroska": (".mkv", encode.Video(gop=48, fps=Fraction(30000, 1001))),
    "dense": (".mp4", encode.Video(codec="mpeg4", gop=12)),
    "intra only": (".mp4", encode.Video(gop=1)),
    "counted by decoding": (".ts", encode.Video(gop=48, b_frames=2)),
    "vp9": (".webm", encode.Video(codec="libvpx-vp9", gop=48)),
}


def transitions(
    pictures: PictureReader, borders: Sequence[int], detector: SegmentedDetector
) -> list[Transition]:
    """Each segment by itself, with nothing known of the others."""

    def found() -> Iterator[Transition]:
        for start, end in pairwise(borders):
            with anew(pictures) as afresh:
                yield from detector.transitions(afresh, start, end)

    return list(apart(found()))


@pytest.mark.parametrize("kind", FOOTAGE)
def test_detection_may_begin_at_any_border(kind: str, tmp_path: Path) -> None:
    suffix, video = FOOTAGE[kind]
    path = encode.write(tmp_path / f"reel{suffix}", REEL, video=video)
    with open_source(path) as pictures:
        timeline = pictures.reader.timeline
        borders = timeline.borders(Fraction(19, 10))
        assert len(borders) > 5
        whole = transitions(pictures, [0, len(timeline)], Scout())
        assert len(whole) > 5
        assert transitions(pictures, borders, Scout()) == whole


def test_one_pass_is_the_segments_in_a_row(tmp_path: Path) -> None:
    class Short(Scout):
        segment_seconds: ClassVar[Fraction] = Fraction(2)

    path = encode.write(tmp_path / "reel.mp4", REEL, video=encode.Video(gop=48))
    with open_source(path) as pictures:
        assert list(Short().detect(pictures)) == list(Scout().detect(pictures))


@pytest.mark.footage
@pytest.mark.parametrize("sample", ["live-band-mp4", "live-band-webm", "live-band-avi", "opossum"])
def test_detection_may_begin_at_any_border_of_real_footage(sample: str) -> None:
    with open_source(fetch_sample(sample)) as pictures:
        timeline = pictures.reader.timeline
        whole = transitions(pictures, [0, len(timeline)], Scout())
        assert len(whole) > 10
        assert transitions(pictures, timeline.borders(Fraction(15)), Scout()) == whole


class Steps:
    """Stands for the network: what differs much from the frame before is the middle of a change."""

    def __init__(self, path: str) -> None:
        pass

    def transitions(self, frames: Picture) -> Transitions:
        step = np.abs(np.diff(frames.astype(np.float32), axis=0, append=frames[-1:]))
        found = (step.mean(axis=(1, 2, 3)) > 20).astype(np.float32)
        return Transitions(found, found)


def test_windows_lie_alike_from_any_border(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "TransNetV2", Steps)
    monkeypatch.setattr(exact.catalog, "path", lambda name, offline: name)
    monkeypatch.setattr(exact, "WINDOW", 300)
    path = encode.write(tmp_path / "reel.mp4", REEL, video=encode.Video(gop=48))
    with open_source(path) as pictures:
        timeline = pictures.reader.timeline
        whole = transitions(pictures, [0, len(timeline)], Exact())
        assert len(whole) > 5
        assert transitions(pictures, timeline.borders(Fraction(19, 10)), Exact()) == whole
