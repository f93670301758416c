"""One frame that is not cleared: it is in nothing that is stored or released, seen or hidden."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from build import FRAMES, Build, grant

ALL = set(range(FRAMES))
FRAME = range(25, 26)
"""Frame 25 begins at 1 s and lasts 0.04 s."""

CASES: dict[str, tuple[list[str], range, str]] = {
    "one frame of ND": (
        [grant(), grant("CC-BY-ND-4.0", intervals="[[1, 1.04]]")],
        FRAME,
        "permits no adaptation",
    ),
    "a tenth of a second of NC": (
        [grant(), grant("CC-BY-NC-4.0", intervals="[[1.0, 1.1]]")],
        range(25, 28),
        "does not permit commercial use",
    ),
    "a gap of one frame": (
        [grant(intervals="[[0, 1], [1.04, 9]]")],
        FRAME,
        "no grant covers its footage at 1–1.04 s",
    ),
    "a gap of a tick in the middle of a frame": (
        [grant(intervals="[[0, 1.02]]"), grant(intervals="[[1.020078125, 9]]")],
        FRAME,
        "no grant covers its footage at",
    ),
    "a licence that ends inside a clip": (
        [grant(intervals="[[0, 1.02]]")],
        range(25, FRAMES),
        "no grant covers its footage at",
    ),
    "a licence that has ended, for a moment": (
        [grant(), grant(intervals="[[1, 1.04]]", valid_until="2026-06-01")],
        FRAME,
        "it ended on 2026-06-01",
    ),
    "a moment whose evidence nobody has checked": (
        [grant(), grant(intervals="[[1, 1.04]]", verified_by="", holder='"Bob"')],
        FRAME,
        "nobody has verified it",
    ),
    "sound of which a moment is not granted": (
        [grant(layers='["footage"]'), grant(layers='["audio"]', intervals="[[0, 1], [1.04, 9]]")],
        FRAME,
        "no grant covers its audio at 1–1.04 s",
    ),
}


@pytest.mark.parametrize("gop", [12, FRAMES])
@pytest.mark.parametrize("case", CASES)
def test_a_frame_that_is_not_cleared_is_nowhere(
    build: Build, filmed: Callable[..., Path], case: str, gop: int
) -> None:
    """Also where all frames after it can only be decoded by way of it."""
    grants, not_cleared, told = CASES[case]
    build.add(filmed(gop, sound=True))
    build.run(*grants)
    rows = build.catalog.rows("clips")
    out = [row for row in rows if row["rule"] == "rights"]
    assert out and all(told in row["reason"] for row in out)
    exported = build.release()
    assert build.stored().isdisjoint(not_cleared)
    kept = {n for row in rows if row["kept"] for n in _frames(row)}
    assert build.released() == kept and kept.isdisjoint(not_cleared)
    assert {n for row in out for n in _frames(row)} >= set(not_cleared)
    assert sum(exported.clips.values()) == len(rows) - len(out)


def test_without_these_all_frames_are_there(build: Build, filmed: Callable[..., Path]) -> None:
    """Else the tests above would show nothing."""
    build.add(filmed(sound=True))
    build.run(grant())
    build.release()
    assert build.stored() == build.released() == ALL


def _frames(row: dict[str, int]) -> range:
    return range(row["start_frame"], row["start_frame"] + row["frames"])
