"""Look at single frames of H.264 without decoding what they refer to.

How each part of a picture is coded stands in its own packet: H.264's syntax (ITU-T H.264, 7.3.5)
can be read whether or not the pictures are there that it refers to. So a packet anywhere in a group
of pictures tells for the price of one frame how much of its picture is taken from others. A frame
that takes nothing shows something new, and is decoded rightly even so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import numpy as np
from av.sidedata.motionvectors import MotionVectors
from av.sidedata.sidedata import SideDataContainer
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from clearreel.core.errors import UnreadableError
from clearreel.media.decoding import FrameReader
from clearreel.media.packets import PacketTable
from clearreel.media.probe import Reel
from clearreel.media.timeline import Timeline

MOST = 16
"""Frames that hang on one, at most."""
BLOCK = 16
"""Pixels; a macroblock's width and height."""


@dataclass(frozen=True, slots=True)
class Peek:
    """One frame, and how much of its picture is taken from frames before and after it.

    `past` and `future` are shares of the area, each from 0 to 1: parts may be taken from both.
    The picture is right where nothing is taken from outside of what was looked at.
    """

    number: int
    frame: VideoFrame
    past: float
    future: float

    def from_nowhere(self) -> NDArray[np.bool_]:
        """Macroblocks of which less than half is taken from frames before, bool (rows, columns)."""
        rows, columns = -(-self.frame.height // BLOCK), -(-self.frame.width // BLOCK)
        taken = np.zeros(rows * columns, np.int64)
        for vectors in _vectors(self.frame):
            before = vectors[vectors["source"] < 0]
            row = np.clip(before["dst_y"] // BLOCK, 0, rows - 1).astype(np.int64)
            column = np.clip(before["dst_x"] // BLOCK, 0, columns - 1)
            area = before["w"].astype(np.int64) * before["h"]
            taken += np.bincount(row * columns + column, area, len(taken)).astype(np.int64)
        return np.asarray(2 * taken.reshape(rows, columns) < BLOCK * BLOCK)


class Peeker(FrameReader):
    """A reader that can begin at any frame."""

    @staticmethod
    def serves(reel: Reel, packets: PacketTable, timeline: Timeline) -> bool:
        """Whether the footage can be looked at like that."""
        plain = reel.video.codec == "h264" and reel.video.field_order != "interlaced"
        return plain and not packets.damaged and bool((timeline.packet >= 0).all())

    def peek(self, number: int) -> Peek | None:
        """Look at one frame, or None where the decoder gives nothing.

        Where the syntax refers to a frame that is not there the decoder may give up and show
        nothing as taken, so a picture that seems new is to be confirmed by `surroundings`.
        """
        row = int(self.timeline.packet[number])
        return next((peek for peek in self._look_at([row]) if peek.number == number), None)

    def surroundings(self, number: int, until: int = 0) -> list[Peek]:
        """The same with what comes before it at hand, and with other frames, in order of time.

        These are what hangs on it and is shown before it, and what follows up to the frame `until`
        or the first after it: there, frames that no other refers to are left out, and nothing comes
        from the next key frame on.
        """
        row, pts = int(self.timeline.packet[number]), self.packets.pts
        after = range(row + 1, min(row + MOST, len(pts)))
        hang = takewhile(lambda other: pts[other] < pts[row], after)
        before = self._rows_before(row)
        rows = [*before, row, *hang]
        passed = set(before[2:])
        reached, last = int(pts[row]), int(self.timeline.ticks[until])
        for other in range(rows[-1] + 1, len(pts)):
            if reached >= last or self.packets.key[other]:
                break
            rows.append(other)
            if pts[other] < reached:
                passed.add(other)
            reached = max(reached, int(pts[other]))
        earlier = {self.timeline.number(int(pts[other])) for other in before}
        return [peek for peek in self._look_at(rows, passed) if peek.number not in earlier]

    def _look_at(self, rows: Sequence[int], passed: Collection[int] = ()) -> list[Peek]:
        """The frames of these packets; of those in `passed` only what others refer to."""
        self._stop()
        context = self._decoder()
        context.flush_buffers()
        frames: list[VideoFrame] = []
        try:
            for row in rows:
                context.skip_frame = "NONREF" if row in passed else "DEFAULT"
                frames += self._decoded(context, self._packet(row))
        except UnreadableError:
            self.damaged += 1
            return []
        frames += self._decoded(context, None)
        context.flush_buffers()
        seen = [
            Peek(n, frame, *_taken(frame))
            for frame in frames
            if frame.pts is not None and (n := self.timeline.number(frame.pts)) is not None
        ]
        return sorted(seen, key=lambda peek: peek.number)

    def _configure(self, context: VideoCodecContext) -> None:
        context.options = {
            **context.options,
            "skip_loop_filter": "all",
            "flags": "+output_corrupt",
            "flags2": "+showall+export_mvs",
            "has_b_frames": "5",  # as a quick reader
        }


def _vectors(frame: VideoFrame) -> Iterator[NDArray[np.void]]:
    # `frame.side_data` would stay with the frame and hold it, so that both lived on, with their
    # picture, until Python looks for cycles: a hundred megabytes of them and more.
    container: Any = SideDataContainer
    for data in container(frame):
        if isinstance(data, MotionVectors):
            yield data.to_ndarray()


def _taken(frame: VideoFrame) -> tuple[float, float]:
    """The shares of the picture's area that are taken from frames before and after it."""
    past = future = 0.0
    area = frame.width * frame.height
    for vectors in _vectors(frame):
        covered = vectors["w"].astype(np.int64) * vectors["h"]
        past += float(covered[vectors["source"] < 0].sum()) / area
        future += float(covered[vectors["source"] > 0].sum()) / area
    return min(past, 1.0), min(future, 1.0)
