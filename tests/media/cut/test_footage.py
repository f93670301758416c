"""The shots of real footage, cut in every mode and compared with the source."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clearreel.media.cut import CutRequest, Cutter
from clearreel.pinned import fetch_sample

from .conftest import Source, decode, load, packets_of

LABELS = Path(__file__).parents[2] / "truth" / "bbb-trailer.json"


@pytest.fixture(scope="module")
def trailer() -> Source:
    return load(fetch_sample("bbb-trailer"))


@pytest.fixture(scope="module")
def shots(trailer: Source) -> list[tuple[int, int]]:
    """The frames that are wholly a shot's own, by the labels."""
    boundaries = json.loads(LABELS.read_text())["boundaries"]
    starts = [entry["start_frame"] + entry["frames"] for entry in boundaries]
    ends = [entry["start_frame"] for entry in boundaries[1:]] + [len(trailer)]
    return [span for span in zip(starts, ends, strict=True) if span[0] < span[1]]


@pytest.mark.footage
def test_shots_are_copied(trailer: Source, shots: list[tuple[int, int]], tmp_path: Path) -> None:
    with Cutter(trailer.reel, trailer.packets, trailer.timeline) as cutter:
        for number, (start, end) in enumerate(shots):
            found = cutter.cut(CutRequest(start, end, "copy", 0), tmp_path, f"{number}")
            assert (found.mode, found.audio) == ("copy", "copied")
            wanted = [picture.digest for picture in trailer.pictures[start:end]]
            assert [picture.digest for picture in decode(found.path)] == wanted


@pytest.mark.footage
def test_shots_are_cut_for_readers_that_count(
    trailer: Source, shots: list[tuple[int, int]], tmp_path: Path
) -> None:
    with Cutter(trailer.reel, trailer.packets, trailer.timeline) as cutter:
        start, end = max(shots, key=lambda span: span[1] - span[0])
        found = cutter.cut(CutRequest(start, end, "exact", start), tmp_path, "exact")
    assert (found.mode, found.start_frame, found.end_frame) == ("exact", start, end)
    shown, wanted = decode(found.path), trailer.pictures[start:end]
    assert packets_of(found.path) == len(shown) == len(wanted)
    changed = sum(a.digest != b.digest for a, b in zip(shown, wanted, strict=True))
    assert 0 < changed <= found.reencoded_frames < len(wanted)
