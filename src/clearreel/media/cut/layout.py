"""Which packets a span of frames needs: arithmetic on the packet table, without reading any."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clearreel.media.cut.request import UnfitError
from clearreel.media.packets import NO_TICK, PacketTable
from clearreel.media.timeline import Timeline

NO_FRAME = -1


@dataclass(frozen=True, slots=True)
class Passage:
    """Packets that, decoded in order from the first, give frames start_frame <= n < end_frame.

    `rows`: int64 (packets,), in decoding order, the first a key frame.
    """

    rows: NDArray[np.int64]
    start_frame: int
    end_frame: int


class Layout:
    """Frames and packets of one source, each found from the other.

    Raises `UnfitError` where a packet cannot be said to be a frame, or cannot stand by itself.
    """

    def __init__(self, packets: PacketTable, timeline: Timeline, *, invisible: bool) -> None:
        """`invisible`: hidden packets show nothing by their own coding (VP8's alt-refs)."""
        if packets.reconfigured:
            raise UnfitError("its coding changes on the way, which a clip's packets do not tell")
        self.packets = packets
        self.timeline = timeline
        self.row_of = _rows(packets, timeline)
        """int64 (frames,): the packet of each frame."""
        self.frame_of = np.full(len(packets), NO_FRAME, np.int64)
        """int64 (packets,): the frame of each packet, or NO_FRAME."""
        self.frame_of[self.row_of] = np.arange(len(timeline))
        self.key = packets.key.copy()
        """bool (packets,): decoding can start here. Where frames were decoded to be counted, as in
        AVI, the decoder must agree: its index may call every packet a key."""
        self.key[self.row_of] &= timeline.key
        self._keys = np.flatnonzero(self.key & (packets.pts != NO_TICK))
        self._silent = packets.hidden if invisible else np.zeros(len(packets), np.bool_)
        steps = np.diff(timeline.ticks)
        self.usual_step = int(np.median(steps)) if len(steps) else 1
        """Ticks between two frames."""

    def passage(self, start: int, end: int, usable: Callable[[int], bool]) -> Passage:
        """The frames start <= n < end with all that decoding them takes.

        `usable` tells whether decoding can really begin at the key packet of a row. Pictures that
        precede that key frame in presentation and follow it in decoding are left out: nothing
        that is shown later refers to them.
        """
        pts = self.packets.pts
        reachable = self._keys[pts[self._keys] <= self.timeline.ticks[start]]
        first = int(self.row_of[start])
        for entry in reachable[reachable <= first][::-1]:
            if usable(int(entry)):
                rows = np.arange(entry, int(self.row_of[start:end].max()) + 1)
                return Passage(rows[pts[rows] >= pts[entry]], start, end)
        raise UnfitError("no key frame before the clip lets decoding begin")

    def entry(self, frame: int) -> int:
        """The row of the last key packet at or before `frame`, or where the packets end."""
        if frame >= len(self.timeline):
            return len(self.packets)
        keys = self._keys[self._keys <= self.row_of[frame]]
        keys = keys[self.packets.pts[keys] <= self.timeline.ticks[frame]]
        return int(keys[-1]) if len(keys) else 0

    def split(self, passage: Passage) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The frame numbers of a passage's hidden packets: before the clip, and after it.

        A packet that the source itself hides is given as NO_FRAME. Raises `UnfitError` where such
        a packet falls between shown ones, so that no edit list could hide it again.
        """
        rows = passage.rows[~self._silent[passage.rows]]
        frames, pts = self.frame_of[rows], self.packets.pts[rows]
        span = self.timeline.span(passage.start_frame, passage.end_frame)
        before, after = pts < span.start, pts >= span.end
        if (frames[~before & ~after] == NO_FRAME).any() or (pts == NO_TICK).any():
            raise UnfitError("the source hides packets between the frames of the clip")
        return frames[before], frames[after]

    def key_frames(self, start: int, end: int) -> list[int]:
        """The frames start <= n < end that are key frames."""
        return [n for n in range(start, end) if self.key[self.row_of[n]]]

    def closed(self, start: int, end: int) -> Passage:
        """The longest run from key frame `start`, up to `end`, that needs no frame outside it."""
        first = int(self.row_of[start])
        reach = np.maximum.accumulate(self.row_of[start:end])
        rows = np.arange(first, int(reach[-1]) + 1)
        needed = (self.packets.pts[rows] >= self.packets.pts[first]) & ~self._silent[rows]
        inside = np.cumsum(needed)[reach - first] == np.arange(1, end - start + 1)
        if not inside.any():
            raise UnfitError("the source hides packets between the frames of the clip")
        length = int(np.flatnonzero(inside)[-1]) + 1
        rows = rows[: reach[length - 1] - first + 1]
        rows = rows[self.packets.pts[rows] >= self.packets.pts[first]]
        return Passage(rows, start, start + length)


def _rows(packets: PacketTable, timeline: Timeline) -> NDArray[np.int64]:
    if (timeline.packet >= 0).all():
        return timeline.packet
    # Counted by decoding. Where the container stamps every packet and each stamp is one frame's,
    # nothing is left to doubt.
    order = np.argsort(packets.pts, kind="stable")
    stamps = packets.pts[order]
    places = np.searchsorted(stamps, timeline.ticks)
    places[places == len(stamps)] = 0
    inside = (stamps >= timeline.ticks[0]) & (stamps <= timeline.ticks[-1])
    if not np.array_equal(stamps[places], timeline.ticks) or int(inside.sum()) != len(timeline):
        raise UnfitError("its container does not tell which packet holds which frame")
    rows: NDArray[np.int64] = order[places]
    return rows


def decode_times(pts: NDArray[np.int64], dts: NDArray[np.int64], step: int) -> NDArray[np.int64]:
    """Decoding times, int64 (packets,), strictly increasing and never after `pts`.

    Those of the source where they serve; else the presentation times in order, each moved back by
    the fewest places that reordering takes (`step` ticks a place before the first).
    """
    if not (dts == NO_TICK).any() and (np.diff(dts) > 0).all() and (dts <= pts).all():
        return dts
    ordered = np.sort(pts)
    for delay in range(len(pts)):
        early = ordered[0] - step * np.arange(delay, 0, -1)
        times: NDArray[np.int64] = np.concatenate([early, ordered[: len(pts) - delay]])
        if (times <= pts).all():
            return times
    raise AssertionError("a delay of all packets always serves")


def open_until(
    pts: NDArray[np.int64], dts: NDArray[np.int64], key: NDArray[np.bool_], end: int
) -> NDArray[np.int64]:
    """Decoding times with which FFmpeg finds every frame that an edit up to tick `end` shows.

    It takes the time to the next packet in decoding order for a key frame's length, and reads no
    further than the second key frame that lasts until the end or beyond. Where the rate varies,
    or pictures were left out, that can be too early, so key frames are then made to last less.
    """
    lengths = np.diff(dts, append=dts[-1] + 1)
    final = np.flatnonzero(key & (pts + lengths >= end))
    if len(final) < 2 or not (pts[final[1] + 1 :] < end).any():
        return dts
    times = dts.copy()
    for place in final[pts[final] < end - 1]:
        if place + 1 < len(times):
            times[place + 1] = min(times[place + 1], times[place] + end - 1 - pts[place])
    return times
