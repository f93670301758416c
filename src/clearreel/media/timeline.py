"""The presented frames of a video stream, numbered, with the exact tick of each.

Frame numbers count what a viewer is shown, from 0, in presentation order. Packets that are never
shown (an edit list's pre-roll, VP8's alt-refs, pictures before the first key frame) have none.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from numpy.typing import NDArray

from clearreel.core.errors import UnreadableError
from clearreel.core.pulse import beat
from clearreel.core.span import Span
from clearreel.media.opening import rewind, video_stream
from clearreel.media.packets import NO_TICK, PacketTable
from clearreel.media.probe import Reel

# Containers that state the time of every frame. In the others (and for interlaced footage, where
# a packet may hold a single field) frames are counted by decoding.
_EXACT = frozenset({"mov", "matroska", "mxf", "ivf", "yuv4mpegpipe", "nut", "flv"})


@dataclass(frozen=True, slots=True)
class Timeline:
    """When each presented frame is shown.

    `ticks`: int64 (frames,), strictly increasing, in units of `time_base` seconds.
    `end`: the tick at which the last frame stops being shown.
    `key`: bool (frames,): decoding can start at this frame.
    `packet`: int64 (frames,): the row of the frame's packet in the `PacketTable`, or -1 where it
    is not known (frames counted by decoding).
    """

    ticks: NDArray[np.int64]
    end: int
    time_base: Fraction
    key: NDArray[np.bool_]
    packet: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ticks)

    def frame_at(self, tick: int) -> int:
        """The number of the frame that is on screen at `tick`.

        Raises `IndexError` before the first frame.
        """
        number = int(np.searchsorted(self.ticks, tick, side="right")) - 1
        if number < 0:
            raise IndexError(f"tick {tick} lies before the first frame at {self.ticks[0]}")
        return number

    def number(self, tick: int) -> int | None:
        """The number of the frame that starts at exactly `tick`, or None."""
        place = int(np.searchsorted(self.ticks, tick))
        return place if place < len(self) and self.ticks[place] == tick else None

    def span(self, start_frame: int, end_frame: int) -> Span:
        """The time of frames start_frame <= n < end_frame."""
        end = self.end if end_frame == len(self) else int(self.ticks[end_frame])
        return Span(int(self.ticks[start_frame]), end, self.time_base)

    def frames(self, span: Span) -> tuple[int, int]:
        """The half-open range of frame numbers that start inside `span`."""
        first, last = np.searchsorted(self.ticks, [span.start, span.end])
        return int(first), int(last)

    @property
    def rate(self) -> Fraction:
        """Frames a second, by the median interval; exact for a constant frame rate."""
        if len(self) == 1:
            return 1 / (max(1, self.end - int(self.ticks[0])) * self.time_base)
        # Containers round frame times to ticks (Matroska: to 1 ms), so the whole is measured
        # unless single intervals vary by more than that rounding.
        steps = np.diff(self.ticks)
        if int(steps.max()) - int(steps.min()) <= 1:
            mean = Fraction(int(self.ticks[-1] - self.ticks[0]), len(self) - 1)
            return 1 / (mean * self.time_base)
        return 1 / (int(np.median(steps)) * self.time_base)

    @property
    def variable(self) -> bool:
        """Whether intervals differ by more than rounding to ticks explains."""
        steps = np.diff(self.ticks)
        return len(steps) > 1 and int(steps.max()) - int(steps.min()) > 1


def read_timeline(opened: InputContainer, reel: Reel, packets: PacketTable) -> Timeline:
    """Number the presented frames, from packets alone where these can be trusted.

    `opened` is used up: seek before reading on.

    Raises `UnreadableError` when no frame can be decoded.
    """
    if _packets_are_frames(reel, packets):
        return _from_packets(opened, reel, packets)
    return _from_decoding(opened, reel)


def _packets_are_frames(reel: Reel, packets: PacketTable) -> bool:
    if reel.container.demuxer not in _EXACT or packets.damaged:
        return False
    if reel.video.field_order == "interlaced" and reel.video.codec in ("h264", "hevc"):
        return False
    shown = packets.pts[~packets.hidden]
    return (
        len(shown) > 0
        and bool(packets.key.any())
        and bool((shown != NO_TICK).all())
        and len(np.unique(shown)) == len(shown)
    )


def _from_packets(opened: InputContainer, reel: Reel, packets: PacketTable) -> Timeline:
    rows = np.flatnonzero(~packets.hidden)
    first_key = int(np.argmax(packets.key))
    rows = rows[rows >= first_key]
    rows = rows[np.argsort(packets.pts[rows], kind="stable")]
    if packets.pts[rows[0]] < packets.pts[first_key] and not packets.hidden[first_key]:
        # Leading pictures of the first key frame: whether they can be decoded depends on what
        # they refer to, so the decoder is asked.
        first = _first_decoded(opened, reel)
        rows = rows[packets.pts[rows] >= first]
    ticks = packets.pts[rows]
    last = int(packets.duration[rows[-1]]) or _usual_step(ticks)
    return Timeline(
        ticks=ticks,
        end=int(ticks[-1]) + last,
        time_base=reel.video.time_base,
        key=packets.key[rows],
        packet=rows,
    )


def _first_decoded(opened: InputContainer, reel: Reel) -> int:
    rewind(opened)
    for frame in opened.decode(video_stream(opened, reel.video.index)):
        if frame.pts is not None:
            return int(frame.pts)
    raise UnreadableError("no frame can be decoded")


def _from_decoding(opened: InputContainer, reel: Reel) -> Timeline:
    ticks: list[int] = []
    keys: list[bool] = []
    last = 0
    rewind(opened)
    try:
        for frame in opened.decode(video_stream(opened, reel.video.index)):
            beat()
            if frame.pts is None:
                continue
            if ticks and frame.pts <= ticks[-1]:
                continue  # a repeated time stamp is never on screen
            ticks.append(frame.pts)
            keys.append(bool(frame.key_frame))
            last = frame.duration or 0
    except FFmpegError:
        pass  # what was decoded before the damage is footage; an empty list is refused below
    if not ticks:
        raise UnreadableError("no frame can be decoded")
    array = np.array(ticks, np.int64)
    return Timeline(
        ticks=array,
        end=ticks[-1] + (last or _usual_step(array)),
        time_base=reel.video.time_base,
        key=np.array(keys, np.bool_),
        packet=np.full(len(ticks), -1, np.int64),
    )


def _usual_step(ticks: NDArray[np.int64]) -> int:
    return int(np.median(np.diff(ticks))) if len(ticks) > 1 else 1
