"""Open a source for looking at it: probe, packets, timeline and readers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clearreel.media.decoding import FrameReader
from clearreel.media.opening import open_media
from clearreel.media.packets import read_packets
from clearreel.media.pictures import PictureReader
from clearreel.media.probe import describe
from clearreel.media.timeline import read_timeline


@contextmanager
def open_source(
    path: Path, still_side: int = 360, *, contents: bool = True
) -> Iterator[PictureReader]:
    """Pictures of the footage in `path`, its packets (see `read_packets`) and its timeline.

    Raises `UnreadableError` or `UnsupportedError` with the reason.
    """
    opened, container = open_media(path)
    with opened:
        reel = describe(path, opened, container)
        packets = read_packets(opened, reel.video, contents=contents)
        timeline = read_timeline(opened, reel, packets)
    with FrameReader(reel, packets, timeline) as reader:
        yield PictureReader(reader, still_side)


@contextmanager
def anew(pictures: PictureReader) -> Iterator[PictureReader]:
    """The same source with nothing decoded yet, so that what is seen of it is the same always."""
    known = pictures.reader
    with FrameReader(known.reel, known.packets, known.timeline) as reader:
        yield PictureReader(reader, pictures.still_side)
