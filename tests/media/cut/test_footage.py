"""The shots of real footage, cut and compared with the source."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import pytest

from clearreel.media.cut import CutRequest, Cutter
from clearreel.media.decoding import FrameReader
from clearreel.pinned import fetch_sample

from .conftest import Source, packets_of, read

LABELS = Path(__file__).parents[2] / "truth" / "bbb-trailer.json"


@pytest.fixture(scope="module")
def trailer() -> Source:
    return read(fetch_sample("bbb-trailer"))


@pytest.fixture(scope="module")
def shots(trailer: Source) -> list[tuple[int, int]]:
    """The frames that are wholly a shot's own, by the labels."""
    boundaries = json.loads(LABELS.read_text())["boundaries"]
    starts = [entry["start_frame"] + entry["frames"] for entry in boundaries]
    ends = [entry["start_frame"] for entry in boundaries[1:]] + [len(trailer)]
    return [span for span in zip(starts, ends, strict=True) if span[0] < span[1]]


def sums(source: Source, start: int, end: int) -> list[int]:
    """A checksum of each frame."""
    with FrameReader(source.reel, source.packets, source.timeline) as reader:
        return [zlib.crc32(frame.to_ndarray()) for _, frame in reader.frames(start, end)]


@pytest.mark.footage
def test_shots_are_copied(trailer: Source, shots: list[tuple[int, int]], tmp_path: Path) -> None:
    with Cutter(trailer.reel, trailer.packets, trailer.timeline) as cutter:
        found = [
            cutter.cut(CutRequest(*span, "copy", 0), tmp_path, f"{n}")
            for n, span in enumerate(shots)
        ]
    assert all((cut.mode, cut.audio, cut.reason) == ("copy", "copied", "") for cut in found)
    for cut in (found[1], found[-1]):
        clip = read(cut.path)
        assert len(clip) == cut.end_frame - cut.start_frame
        assert sums(clip, 0, len(clip)) == sums(trailer, cut.start_frame, cut.end_frame)


@pytest.mark.footage
def test_a_shot_is_cut_for_readers_that_count(trailer: Source, tmp_path: Path) -> None:
    start, end = 240, 300
    with Cutter(trailer.reel, trailer.packets, trailer.timeline) as cutter:
        found = cutter.cut(CutRequest(start, end, "exact", start), tmp_path, "exact")
    assert (found.mode, found.start_frame, found.end_frame) == ("exact", start, end)
    clip = read(found.path)
    assert packets_of(found.path) == len(clip) == end - start
    pairs = zip(sums(clip, 0, len(clip)), sums(trailer, start, end), strict=True)
    assert 0 < sum(a != b for a, b in pairs) <= found.reencoded_frames < end - start
