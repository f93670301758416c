"""Exact clips: every packet is a shown frame, and only the edges are encoded again."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearreel.media.cut import CutRequest, cut
from clearreel.testing.encode import Video
from clearreel.testing.reading import luma_psnr

from .conftest import Source, decode, packets_of, stated_rates

GOOD = 45.0  # dB
JOINED = ["h264-closed", "h264-no-b", "h264-10-bit", "h264-mkv", "h264-ts", "h264-flv"]
JOINED += ["hevc-closed", "hevc-open", "hevc-ts"]


def assert_exact(source: Source, span: tuple[int, int], folder: Path) -> None:
    request = CutRequest(*span, "exact", span[0], postroll_until=span[1])
    found = cut(source.reel, source.packets, source.timeline, request, folder, "clip")
    if not source.timeline.key[slice(*span)].any():
        assert found.mode == "transcode"
        return
    assert (found.mode, found.reason) == ("exact", "")
    assert (found.start_frame, found.end_frame) == span
    assert found.preroll_frames == found.postroll_frames == 0
    shown, wanted = decode(found.path), source.pictures[slice(*span)]
    assert len(shown) == len(wanted) == packets_of(found.path)
    for here, there in zip(shown, wanted, strict=True):
        assert here.time == there.time - wanted[0].time
    changed = [
        n for n, (a, b) in enumerate(zip(shown, wanted, strict=True)) if a.digest != b.digest
    ]
    assert len(changed) <= found.reencoded_frames
    assert all(luma_psnr(shown[n], wanted[n]) >= GOOD for n in changed)
    keys = np.flatnonzero(source.timeline.key[slice(*span)])
    assert not any(keys[0] <= n <= keys[-1] for n in changed)


@pytest.mark.parametrize("kind", JOINED)
def test_only_the_edges_are_encoded(
    source: Callable[[str], Source], kind: str, tmp_path: Path
) -> None:
    footage = source(kind)

    @settings(
        max_examples=4,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.integers(0, 20), st.integers(22, len(footage)))
    def holds(start: int, end: int) -> None:
        assert_exact(footage, (start, end), tmp_path)

    holds()


def test_variable_times_are_kept(make: Callable[..., Source], tmp_path: Path) -> None:
    ticks = tuple(int(n * 40 + 13 * (n % 3)) for n in range(44))
    video = Video(ticks=ticks, time_base=Fraction(1, 1000), b_frames=2)
    assert_exact(make("variable", ".mp4", video), (5, 41), tmp_path)


def test_the_edges_state_the_rate_of_the_source(
    make: Callable[..., Source], tmp_path: Path
) -> None:
    rate = Fraction(30000, 1001)
    for codec in ("libx264", "libx265"):
        footage = make(f"ntsc-{codec}", ".mp4", Video(codec=codec, fps=rate, b_frames=2))
        request = CutRequest(5, 41, "exact", 5)
        found = cut(footage.reel, footage.packets, footage.timeline, request, tmp_path, codec)
        assert found.mode == "exact"
        assert stated_rates(found.path) == {rate}


def test_opencv_counts_what_is_shown(source: Callable[[str], Source], tmp_path: Path) -> None:
    for kind in ("h264-closed", "hevc-open"):
        footage = source(kind)
        request = CutRequest(5, 40, "exact", 5)
        found = cut(footage.reel, footage.packets, footage.timeline, request, tmp_path, kind)
        capture = cv2.VideoCapture(str(found.path))
        assert capture.get(cv2.CAP_PROP_FRAME_COUNT) == 35
        assert sum(1 for _ in iter(lambda c=capture: c.read()[0], False)) == 35


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("h264-open", "no key frame that a join may precede"),
        ("vp9", "joined to H.264 and HEVC, not to vp9"),
        ("mpeg2-open", "joined to H.264 and HEVC, not to mpeg2video"),
    ],
)
def test_where_joining_is_not_safe_it_is_trimmed(
    source: Callable[[str], Source], kind: str, reason: str, tmp_path: Path
) -> None:
    footage = source(kind)
    request = CutRequest(5, 40, "exact", 0)
    found = cut(footage.reel, footage.packets, footage.timeline, request, tmp_path, "clip")
    assert found.mode == "trim"
    assert reason in found.reason
    assert 5 < found.start_frame < found.end_frame <= 40


def test_the_same_clip_has_the_same_bytes(source: Callable[[str], Source], tmp_path: Path) -> None:
    for kind in ("h264-closed", "hevc-open"):
        footage = source(kind)
        request = CutRequest(5, 40, "exact", 0)
        hashes = {
            cut(footage.reel, footage.packets, footage.timeline, request, tmp_path, f"{n}").sha256
            for n in range(2)
        }
        assert len(hashes) == 1
