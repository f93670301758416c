"""Clips of numbered footage in every mode, codec and container, each with its truth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from clearreel.media.cut import Cut, CutMode, CutRequest, Cutter
from clearreel.media.timeline import Timeline
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import reel
from clearreel.testing.sound import Sound
from clearreel.visit.source import open_source

FRAMES = 48
GOP = 12
AT_KEYS = (12, 36)
"""Frames from a key frame up to another."""
INSIDE = (17, 34)
"""Frames from inside a group of pictures up to inside another."""
_STEPS = (40, 53, 26, 41, 40)  # milliseconds, as a phone's camera gives


@dataclass(frozen=True, slots=True)
class Footage:
    """One source: how it is coded, and the modes in which clips of it are worth a look."""

    title: str
    """The codec as people call it, and what is special."""
    suffix: str
    video: Video
    modes: tuple[CutMode, ...]
    sound: Sound | None = None
    size: tuple[int, int] = (128, 96)
    """Width and height."""


NOT_MADE = frozenset({"vvc", "theora", "rv30", "rv40", "svq3"})
"""Codecs that the cutter copies and that nothing here can encode."""


def _variable() -> Video:
    ticks, now = [], 0
    for number in range(FRAMES):
        ticks.append(now)
        now += _STEPS[number % len(_STEPS)]
    return Video(gop=GOP, b_frames=3, ticks=tuple(ticks), time_base=Fraction(1, 1000))


def _coded(
    codec: str,
    pixel_format: str = "yuv420p",
    gop: int = GOP,
    *,
    b_frames: int = 0,
    open_gop: bool = False,
) -> Video:
    return Video(
        codec=codec, pixel_format=pixel_format, gop=gop, b_frames=b_frames, open_gop=open_gop
    )


_JOINED: tuple[CutMode, ...] = ("copy", "exact", "trim")
_COPIED: tuple[CutMode, ...] = ("copy", "trim")
_INTRA: tuple[CutMode, ...] = ("copy",)


def _dnxhr() -> Video:
    return Video(codec="dnxhd", pixel_format="yuv422p", gop=1, options={"profile": "dnxhr_sq"})


FOOTAGE: tuple[Footage, ...] = (
    Footage("H.264", ".mp4", Video(gop=GOP, b_frames=3), (*_JOINED, "transcode")),
    Footage("H.264, no B frames", ".mp4", Video(gop=GOP), _JOINED),
    Footage("H.264, open GOPs", ".mp4", Video(gop=GOP, b_frames=3, open_gop=True), _COPIED),
    Footage("H.264, variable rate", ".mp4", _variable(), (*_JOINED, "transcode")),
    Footage("H.264, 10 bits", ".mp4", _coded("libx264", "yuv420p10le", b_frames=3), _JOINED),
    Footage("H.264, AAC sound", ".mp4", Video(gop=GOP, b_frames=3), _JOINED, Sound()),
    Footage("HEVC", ".mp4", _coded("libx265", b_frames=3), _JOINED),
    Footage("HEVC, open GOPs", ".mp4", _coded("libx265", b_frames=3, open_gop=True), _JOINED),
    Footage("AV1", ".mp4", _coded("libsvtav1"), _COPIED),
    Footage("VP9", ".webm", _coded("libvpx-vp9"), _COPIED),
    Footage("VP9, Opus sound", ".webm", _coded("libvpx-vp9"), _COPIED, Sound(codec="libopus")),
    Footage("MPEG-4 part 2", ".mp4", _coded("mpeg4", b_frames=2), _COPIED),
    Footage("MPEG-2", ".ts", _coded("mpeg2video", b_frames=2, open_gop=True), _COPIED),
    Footage("H.263", ".avi", _coded("h263"), _COPIED),
    Footage("SVQ1", ".mov", _coded("svq1", "yuv410p"), _COPIED),
    Footage("Cinepak", ".mov", _coded("cinepak", "rgb24"), _COPIED),
    Footage("ProRes", ".mov", _coded("prores_ks", "yuv422p10le", 1), _INTRA),
    Footage("DNxHR", ".mov", _dnxhr(), _INTRA, size=(256, 144)),
    Footage("CineForm", ".mov", _coded("cfhd", "yuv422p10le", 1), _INTRA),
    Footage("DV", ".avi", _coded("dvvideo", "yuv420p", 1), _INTRA, size=(720, 576)),
    Footage("Motion JPEG", ".avi", _coded("mjpeg", "yuvj420p", 1), _INTRA),
    Footage("JPEG 2000", ".mov", _coded("jpeg2000", "yuv420p", 1), _INTRA),
    Footage("PNG", ".mov", _coded("png", "rgb24", 1), _INTRA),
    Footage("v210", ".mov", _coded("v210", "yuv422p10le", 1), _INTRA),
    Footage("v308", ".mov", _coded("v308", "yuv444p", 1), _INTRA),
    Footage("v408", ".mov", _coded("v408", "yuva444p", 1), _INTRA),
    Footage("v410", ".mov", _coded("v410", "yuv444p10le", 1), _INTRA),
    Footage("raw video", ".mov", _coded("rawvideo", "uyvy422", 1), _INTRA),
    Footage("VP8", ".webm", _coded("libvpx"), _COPIED),
    Footage("FFV1", ".mkv", _coded("ffv1"), _COPIED),
    Footage("MPEG-1", ".mpg", _coded("mpeg1video"), _COPIED),
    Footage("MS MPEG-4 v3", ".avi", _coded("msmpeg4v3"), _COPIED),
)


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip and its truth."""

    footage: str
    cut: Cut
    truth: Path
    """The source's pictures, a .npy file: uint8, shape (frames, height, width), grey."""
    times: tuple[Fraction, ...]
    """Seconds at which each wanted frame begins, and at which the last one ends."""

    @property
    def wanted(self) -> list[int]:
        """The number that each shown frame carries, in order."""
        return list(range(self.cut.start_frame, self.cut.end_frame))

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells it from all others: footage, container, mode, and what is hidden in it."""
        hidden = f"{self.cut.preroll_frames} + {self.cut.postroll_frames}"
        return self.footage, self.cut.suffix[1:], self.cut.mode, hidden


def make_clips(folder: Path, chosen: Iterable[Footage] = FOOTAGE) -> Iterator[Clip]:
    """Encode footage and cut it. A cut that falls back to another mode gives no clip."""
    for number, footage in enumerate(chosen):
        yield from _cut(footage, folder, f"{number:02}")


def _cut(footage: Footage, folder: Path, stem: str) -> Iterator[Clip]:
    width, height = footage.size
    pictures = reel(FRAMES // 2, FRAMES // 2, width=width, height=height)
    truth = folder / f"{width}x{height}.npy"
    if not truth.exists():
        grey = [picture.mean(axis=2).astype(np.uint8) for picture in pictures]
        np.save(truth, np.stack(grey))
    path = folder / f"{stem}{footage.suffix}"
    write(path, pictures, video=footage.video, sound=footage.sound)
    with open_source(path) as opened:
        known, timeline = opened.reader, opened.reader.timeline
    with Cutter(known.reel, known.packets, timeline) as cutter:
        for mode in footage.modes:
            everywhere = mode == "copy" and footage.video.gop > 1
            for span in (AT_KEYS, INSIDE) if everywhere else (INSIDE,):
                name = f"{stem}-{mode}-{span[0]}"
                cut = cutter.cut(CutRequest(*span, mode, 0), folder, name)
                if cut.mode == mode:
                    yield Clip(footage.title, cut, truth, _times(timeline, cut))


def _times(timeline: Timeline, cut: Cut) -> tuple[Fraction, ...]:
    ticks = [*timeline.ticks.tolist(), timeline.end][cut.start_frame : cut.end_frame + 1]
    return tuple((tick - ticks[0]) * timeline.time_base for tick in ticks)
