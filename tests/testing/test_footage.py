"""Stretches of real footage."""

import json
from pathlib import Path

import pytest

from clearreel.pinned.samples import fetch_sample
from clearreel.testing.footage import REPORTING, TUNING, Piece, presentation_ticks
from clearreel.testing.reading import presented

TRUTH = Path(__file__).parent.parent / "truth"


@pytest.mark.parametrize("name", ["bbb-trailer", "live-band-mp4"])
def test_no_piece_holds_a_labelled_boundary(name: str) -> None:
    labels = json.loads((TRUTH / f"{name}.json").read_text(encoding="utf-8"))
    pieces = [piece for piece in (*TUNING, *REPORTING) if piece.sample == name]
    assert pieces
    for piece in pieces:
        assert piece.end <= labels["source"]["frames"]
        for label in labels["boundaries"]:
            start = label["start_frame"]
            if label["kind"] == "cut":
                assert not piece.start < start < piece.end
            else:
                assert start + label["frames"] <= piece.start or piece.end <= start


@pytest.mark.footage
@pytest.mark.parametrize("name", ["shot-change", "speech", "bikes"])
def test_ticks_are_those_of_the_decoded_frames(name: str) -> None:
    path = fetch_sample(name)
    times = [time for time, _ in presented(path)]
    ticks = presentation_ticks(path)
    assert len(ticks) == len(times)
    scale = (times[-1] - times[0]) / (ticks[-1] - ticks[0])
    assert [times[0] + (tick - ticks[0]) * scale for tick in ticks] == times


@pytest.mark.footage
def test_every_piece_lies_within_its_sample() -> None:
    for piece in (*TUNING, *REPORTING):
        assert 0 <= piece.start < piece.end <= len(presentation_ticks(fetch_sample(piece.sample)))


def test_frames_outside_of_a_piece_are_refused() -> None:
    piece = Piece("speech", 10, 20, "speech")
    with pytest.raises(ValueError, match="a piece of 10"):
        piece.frames(5, 6)
