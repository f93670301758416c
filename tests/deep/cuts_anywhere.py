"""Clips cut anywhere out of footage coded in any way, in minutes. Not collected by default:

    pytest tests/deep/cuts_anywhere.py

Copied frames are the source's bit for bit, re-encoded ones near to it, and none is missing.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from hypothesis import given, settings
from hypothesis import strategies as st

from clearreel.media.cut import Cut, CutMode, CutRequest, Cutter
from clearreel.media.packets import PacketTable
from clearreel.media.probe import Reel
from clearreel.media.timeline import Timeline
from clearreel.testing.encode import Video, write
from clearreel.testing.reading import Shown, luma_psnr, shown
from clearreel.testing.scenes import reel as synthetic
from clearreel.visit.source import open_source

EXAMPLES = 400
LADDER: tuple[CutMode, ...] = ("copy", "exact", "trim", "transcode")
GOOD = {"exact": 45.0, "transcode": 45.0}
"""Least PSNR of re-encoded frames in dB, of luma at 8 bits."""
FRAMES = 60
RATES = (Fraction(25), Fraction(30000, 1001), Fraction(24000, 1001), Fraction(50))
CODED = {
    "libx264": (".mp4", ".mov", ".mkv", ".ts", ".flv"),
    "libx265": (".mp4", ".mkv", ".ts"),
    "libsvtav1": (".mp4", ".mkv", ".webm"),
    "libvpx-vp9": (".mp4", ".webm"),
    "libvpx": (".webm",),
    "mpeg4": (".mp4", ".avi", ".mkv"),
    "mpeg2video": (".mp4", ".ts", ".mkv"),
    "mpeg1video": (".mkv", ".ts"),
    "h263": (".avi", ".mov"),
}
STEPS = ((40, 53, 26), (20, 20, 200), (33, 34, 33, 400, 17))
"""Milliseconds between frames whose rate varies."""
TIMED = frozenset({".mp4", ".mov", ".mkv", ".webm"})
ANY_TIME = frozenset({"libx264", "libx265", "libsvtav1", "libvpx-vp9", "libvpx"})
REORDERED = frozenset({"libx264", "libx265", "mpeg4", "mpeg2video", "mpeg1video"})


@dataclass(frozen=True)
class Source:
    """A file, all that a cut asks for, and its decoded frames."""

    reel: Reel
    packets: PacketTable
    timeline: Timeline
    pictures: tuple[Shown, ...]


@st.composite
def coded(draw: st.DrawFn) -> tuple[str, Video]:
    codec = draw(st.sampled_from(sorted(CODED)))
    suffix = draw(st.sampled_from(CODED[codec]))
    reordered = codec in REORDERED
    variable = suffix in TIMED and codec in ANY_TIME and draw(st.booleans())
    steps = draw(st.sampled_from(STEPS))
    ticks = tuple(
        n // len(steps) * sum(steps) + sum(steps[: n % len(steps)]) for n in range(FRAMES)
    )
    video = Video(
        codec=codec,
        fps=Fraction(25) if variable else draw(st.sampled_from(RATES)),
        ticks=ticks if variable else None,
        time_base=Fraction(1, 1000) if variable else None,
        gop=draw(st.sampled_from([1, 2, 5, 12, 25, 250])),
        b_frames=draw(st.integers(0, 3)) if reordered else 0,
        open_gop=draw(st.booleans()) if reordered else False,
        scene_cut=draw(st.booleans()) if codec in ("libx264", "libx265") else False,
    )
    return suffix, video


@st.composite
def spans(draw: st.DrawFn) -> tuple[float, float]:
    """Two different places, as shares of the length."""
    places = st.integers(0, FRAMES)
    start, end = sorted((draw(places), draw(places)))
    return start / FRAMES, end / FRAMES


@settings(max_examples=EXAMPLES, derandomize=True)
@given(coded(), spans(), st.sampled_from(LADDER))
def test_a_clip_holds_what_it_says(
    footage: tuple[str, Video], share: tuple[float, float], mode: CutMode
) -> None:
    suffix, video = footage
    source = made(suffix, video)
    size = len(source.timeline)
    start = min(int(share[0] * size), size - 1)
    end = max(start + 1, int(share[1] * size))
    with tempfile.TemporaryDirectory() as folder:
        with Cutter(source.reel, source.packets, source.timeline) as cutter:
            found = cutter.cut(CutRequest(start, end, mode, 0), Path(folder), "clip")
        assert LADDER.index(found.mode) >= LADDER.index(mode)
        assert start <= found.start_frame < found.end_frame <= end
        if found.mode != "trim":
            assert (found.start_frame, found.end_frame) == (start, end)
        assert_holds(source, found)


def assert_holds(source: Source, found: Cut) -> None:
    clip = tuple(shown(found.path))
    wanted = source.pictures[found.start_frame : found.end_frame]
    assert len(clip) == len(wanted)
    rounding = Fraction(1, 1000) if found.suffix == ".mkv" else 0
    for here, there in zip(clip, wanted, strict=True):
        assert abs(here.time - (there.time - wanted[0].time)) <= rounding
    with av.open(str(found.path)) as opened:
        packets = sum(packet.size > 0 for packet in opened.demux(video=0))
    assert packets == len(wanted) + found.preroll_frames + found.postroll_frames
    changed = [(a, b) for a, b in zip(clip, wanted, strict=True) if a.digest != b.digest]
    assert len(changed) <= found.reencoded_frames
    assert all(luma_psnr(here, there) >= GOOD[found.mode] for here, there in changed)


_made: dict[tuple[str, str], Source] = {}


def made(suffix: str, video: Video) -> Source:
    """Encode and read a source, the same one once only."""
    key = (suffix, repr(video))
    if key not in _made:
        _made[key] = encoded(suffix, video)
    return _made[key]


def encoded(suffix: str, video: Video) -> Source:
    folder = Path(tempfile.mkdtemp())
    frames = synthetic(FRAMES // 3, FRAMES - FRAMES // 3, width=128, height=96)
    path = write(folder / f"source{suffix}", frames, video=video)
    with open_source(path) as opened:
        reader = opened.reader
        source = Source(reader.reel, reader.packets, reader.timeline, tuple(shown(path)))
    assert len(source.pictures) == len(source.timeline)
    return source
