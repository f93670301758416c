"""Sources of every kind, made once, and the means to compare clips with them frame by frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import pytest

from clearreel.media.opening import open_media
from clearreel.media.packets import PacketTable, read_packets
from clearreel.media.probe import Reel, describe
from clearreel.media.timeline import Timeline, read_timeline
from clearreel.testing.encode import Video, write
from clearreel.testing.reading import Shown, shown
from clearreel.testing.scenes import reel as synthetic
from clearreel.testing.sound import Sound

FRAMES = 44

KINDS: dict[str, tuple[str, Video]] = {
    "h264-closed": (".mp4", Video(gop=12, b_frames=3)),
    "h264-open": (".mp4", Video(gop=12, b_frames=3, open_gop=True)),
    "h264-no-b": (".mp4", Video(gop=12)),
    "h264-long": (".mp4", Video(gop=250, b_frames=3)),
    "h264-intra": (".mp4", Video(gop=1)),
    "h264-10-bit": (".mp4", Video(gop=12, b_frames=3, pixel_format="yuv420p10le")),
    "h264-mkv": (".mkv", Video(gop=12, b_frames=3)),
    "h264-ts": (".ts", Video(gop=12, b_frames=3)),
    "h264-flv": (".flv", Video(gop=12, b_frames=3)),
    "hevc-closed": (".mp4", Video(codec="libx265", gop=12, b_frames=3)),
    "hevc-open": (".mp4", Video(codec="libx265", gop=12, b_frames=3, open_gop=True)),
    "hevc-ts": (".ts", Video(codec="libx265", gop=12, b_frames=3, open_gop=True)),
    "av1": (".mp4", Video(codec="libsvtav1", gop=12)),
    "vp9": (".webm", Video(codec="libvpx-vp9", gop=12)),
    "vp8": (".webm", Video(codec="libvpx", gop=12)),
    "mpeg4-b": (".mp4", Video(codec="mpeg4", gop=12, b_frames=2)),
    "mpeg4-avi": (".avi", Video(codec="mpeg4", gop=12)),
    "h263-avi": (".avi", Video(codec="h263", gop=12)),
    "mpeg2-open": (".ts", Video(codec="mpeg2video", gop=12, b_frames=2, open_gop=True)),
    "mpeg1": (".mpg", Video(codec="mpeg1video", gop=12)),
    "prores": (".mov", Video(codec="prores_ks", gop=1, pixel_format="yuv422p10le")),
    "ffv1": (".mkv", Video(codec="ffv1", gop=12)),
    "wmv2": (".wmv", Video(codec="wmv2", gop=12)),
}
SIZES = {"h263": (128, 96)}  # it has only a few


@dataclass(frozen=True)
class Source:
    """A file, all that a cut asks for, and its decoded frames."""

    reel: Reel
    packets: PacketTable
    timeline: Timeline
    pictures: list[Shown]

    def __len__(self) -> int:
        return len(self.timeline)


def decode(path: Path) -> list[Shown]:
    """Every frame that PyAV shows of a file."""
    return list(shown(path))


def packets_of(path: Path) -> int:
    """The video packets of a file."""
    with av.open(str(path)) as opened:
        return sum(packet.size > 0 for packet in opened.demux(video=0))


def stated_rates(path: Path) -> set[Fraction | None]:
    """Frames a second by the parameter sets that the decoder met."""
    rates = set()
    with av.open(str(path)) as opened:
        context = opened.streams.video[0].codec_context
        for _ in opened.decode(video=0):
            rates.add(context.framerate)
    return rates


def load(path: Path) -> Source:
    """Read a file as a worker does, and decode it."""
    source = read(path)
    pictures = decode(path)
    assert len(pictures) == len(source.timeline)
    return replace(source, pictures=pictures)


def read(path: Path) -> Source:
    """Read a file as a worker does."""
    opened, container = open_media(path)
    with opened:
        reel = describe(path, opened, container)
        packets = read_packets(opened, reel.video)
        timeline = read_timeline(opened, reel, packets)
    return Source(reel, packets, timeline, [])


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Source]:
    """Encode a source, the same one once only."""
    folder = tmp_path_factory.mktemp("sources")
    made: dict[str, Source] = {}

    def make(
        name: str, suffix: str, video: Video, sound: Sound | None = None, frames: int = FRAMES
    ) -> Source:
        if name not in made:
            width, height = SIZES.get(video.codec, (96, 64))
            pictures = synthetic(20, frames - 20, width=width, height=height)
            made[name] = load(write(folder / f"{name}{suffix}", pictures, video=video, sound=sound))
        return made[name]

    return make


@pytest.fixture(scope="session")
def source(make: Callable[..., Source]) -> Callable[[str], Source]:
    """A source by its kind."""
    return lambda kind: make(kind, *KINDS[kind])
