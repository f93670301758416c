"""Footage as a worker opens it, with the number that each frame carries in its picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from av.video.frame import VideoFrame

from clearreel.media.decoding import FrameReader
from clearreel.media.opening import open_media
from clearreel.media.packets import PacketTable, read_packets
from clearreel.media.pictures import rgb
from clearreel.media.probe import Reel, describe
from clearreel.media.timeline import Timeline, read_timeline
from clearreel.testing import gallery
from clearreel.testing.numbering import read_frame_number


@dataclass(frozen=True)
class Footage:
    """A file, and all that is known of it before a frame is asked for."""

    path: Path
    reel: Reel
    packets: PacketTable
    timeline: Timeline

    def reader(self) -> FrameReader:
        return FrameReader(self.reel, self.packets, self.timeline)

    def number(self, frame: VideoFrame) -> int:
        """The source's number, read from the picture."""
        return read_frame_number(rgb(frame, self.reel, 360))

    def numbers(self, reader: FrameReader, start: int, end: int) -> list[tuple[int, int]]:
        """(number on the timeline, number in the picture) of the frames that are given."""
        return [(number, self.number(frame)) for number, frame in reader.frames(start, end)]


def _load(path: Path) -> Footage:
    opened, container = open_media(path)
    with opened:
        reel = describe(path, opened, container)
        packets = read_packets(opened, reel.video)
        return Footage(path, reel, packets, read_timeline(opened, reel, packets))


@pytest.fixture(scope="session")
def load() -> Callable[[Path], Footage]:
    """Read a file as a worker does."""
    return _load


@pytest.fixture(scope="session")
def footage(gallery_folder: Path) -> Callable[[str], Footage]:
    """A file of the gallery by name, read once."""
    known: dict[str, Footage] = {}

    def footage(name: str) -> Footage:
        if name not in known:
            known[name] = _load(gallery.make(name, gallery_folder).path)
        return known[name]

    return footage
