"""Stretches of the pinned real footage that hold one shot each: what truth reels are made of.

The stretches of the labelled samples lie between the boundaries of `tests/truth`; the other
samples were looked through frame by frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import av
from av.video.frame import VideoFrame

from clearreel.pinned.samples import fetch_sample

_BARS = {"live-band-mp4": 23 / 144}


@dataclass(frozen=True, slots=True)
class Piece:
    """Frames start <= n < end of a sample, numbered from 0 among the presented ones: one shot."""

    sample: str
    start: int
    end: int
    scene: str
    """What is seen. Joining two pieces of one scene would be no change that all agree upon."""

    @property
    def bars(self) -> float:
        """Height of each of the black bars above and below, as a share of the picture's."""
        return _BARS.get(self.sample, 0.0)

    def __len__(self) -> int:
        return self.end - self.start

    def frames(self, first: int, count: int) -> Iterator[VideoFrame]:
        """`count` frames from the piece's own frame `first` on; decodes as they are asked for."""
        if first < 0 or first + count > len(self):
            raise ValueError(f"frames {first}–{first + count} of a piece of {len(self)}")
        return _decoded(fetch_sample(self.sample), self.start + first, count)


TUNING = (
    Piece("bbb-trailer", 26, 217, "meadow"),
    Piece("bbb-trailer", 264, 313, "bird"),
    Piece("bbb-trailer", 360, 593, "burrow, close"),
    Piece("bbb-trailer", 593, 745, "burrow, wide"),
    Piece("bbb-trailer", 792, 864, "rodents"),
    Piece("bbb-trailer", 864, 900, "orchard"),
    Piece("bbb-trailer", 900, 988, "trunk"),
    Piece("bbb-trailer", 988, 1049, "tree"),
    Piece("bbb-trailer", 1049, 1099, "from behind"),
    Piece("bbb-scene", 0, 132, "burrow, wide"),
    Piece("drive-highway", 0, 221, "road"),
    Piece("speech", 0, 105, "speech"),
    Piece("shot-change", 0, 96, "clock"),
    Piece("shot-change", 96, 148, "cat"),
)
"""For looking at while a detector is changed. Nothing that is measured on it is published."""

REPORTING = (
    Piece("live-band-mp4", 132, 183, "drums, close"),
    Piece("live-band-mp4", 183, 243, "band"),
    Piece("live-band-mp4", 243, 365, "guitarist"),
    Piece("live-band-mp4", 365, 394, "drummer, side"),
    Piece("live-band-mp4", 395, 485, "guitarist"),
    Piece("live-band-mp4", 485, 552, "guitar neck"),
    Piece("live-band-mp4", 552, 706, "two"),
    Piece("live-band-mp4", 706, 741, "drummer, front"),
    Piece("live-band-mp4", 741, 864, "two"),
    Piece("live-band-mp4", 864, 923, "bassist"),
    Piece("live-band-mp4", 923, 959, "drums, above"),
    Piece("live-band-mp4", 959, 1024, "singer, dark"),
    Piece("live-band-mp4", 1024, 1119, "band"),
    Piece("live-band-mp4", 1119, 1162, "singer, close"),
    Piece("live-band-mp4", 1188, 1300, "singer, close"),
    Piece("live-band-mp4", 1300, 1369, "band"),
    Piece("live-band-mp4", 1369, 1432, "singer, close"),
    Piece("bikes", 0, 30, "from above"),
    Piece("bikes", 30, 76, "taxi"),
    Piece("bikes", 76, 137, "tram"),
    Piece("bikes", 137, 187, "fence"),
    Piece("bikes", 187, 242, "wall"),
    Piece("drive-curves", 0, 681, "road"),
    Piece("drive-glare", 0, 251, "road"),
    Piece("toy", 0, 166, "toy"),
)
"""For what is published: other clips than `TUNING`, used with other seeds."""


@cache
def presentation_ticks(path: Path) -> tuple[int, ...]:
    """The tick of every presented frame, in order, as the packets say."""
    with av.open(str(path)) as container:
        packets = container.demux(container.streams.video[0])
        return tuple(sorted(p.pts for p in packets if p.pts is not None and not p.is_discard))


def _decoded(path: Path, first: int, count: int) -> Iterator[VideoFrame]:
    ticks = presentation_ticks(path)[first : first + count]
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        container.seek(ticks[0], stream=stream, backward=True)
        frames = (frame for frame in container.decode(stream) if (frame.pts or 0) >= ticks[0])
        for tick, frame in zip(ticks, frames, strict=False):
            if frame.pts != tick:
                raise ValueError(f"{path.name} shows frame {frame.pts} where {tick} is due")
            yield frame
