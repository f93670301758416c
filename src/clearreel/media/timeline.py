"""The presented frames of a video stream, numbered, with the exact tick of each.

Frame numbers count what a viewer is shown, from 0, in presentation order. Packets that are never
shown (an edit list's pre-roll, VP8's alt-refs, pictures before the first key frame) have none.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain

import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from clearreel.core.errors import UnreadableError
from clearreel.core.pulse import beat
from clearreel.core.span import MAX_TICK, Span
from clearreel.media.opening import demux, open_media, rewind, video_stream
from clearreel.media.packets import NO_TICK, PacketTable
from clearreel.media.probe import Reel

# Containers that state the time of every frame. In the others frames are counted by decoding; so
# they are in interlaced footage, where a packet may hold a single field, and where what a packet
# means depends on those before it.
_EXACT = frozenset({"mov", "matroska", "mxf", "ivf", "yuv4mpegpipe", "nut", "flv"})


_JITTER = Fraction(1, 100)
"""Share of a frame's time by which times that muxers add up are off in program streams."""


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
    declared_rate: Fraction | None = None
    """Frames a second as the container says; where ticks are coarse it tells 24000/1001 from 24."""

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

    def borders(self, seconds: Fraction) -> list[int]:
        """Where footage falls into segments of about `seconds`: key frames, and its two ends.

        A segment is longer where no key frame comes in time.
        """
        keys = np.flatnonzero(self.key)
        goals = np.arange(
            int(self.ticks[0]), int(self.ticks[-1]) + 1, max(1, int(seconds / self.time_base))
        )
        places = np.searchsorted(self.ticks[keys], goals[1:])
        inside = keys[np.unique(places[places < len(keys)])]
        return [0, *(int(number) for number in inside if number > 0), len(self)]

    @property
    def rate(self) -> Fraction:
        """Frames a second: exact for a constant frame rate, else by the median interval."""
        if len(self) == 1:
            return 1 / (max(1, self.end - int(self.ticks[0])) * self.time_base)
        steps = np.diff(self.ticks)
        if self.variable:
            return 1 / (max(1, int(np.median(steps))) * self.time_base)
        rate = 1 / (Fraction(int(self.ticks[-1] - self.ticks[0]), len(steps)) * self.time_base)
        if (steps == steps[0]).all():
            return rate
        # Frame times were rounded to ticks (Matroska: to 1 ms): of the rates that cameras have,
        # the nearest to which the whole fits.
        declared = self.declared_rate or rate
        fitting = [
            known
            for known in (*_known_rates(declared), *_known_rates(rate))
            if abs(1 / known - 1 / rate) * len(steps) <= max(self.time_base, _JITTER / rate)
        ]
        return min(fitting, key=lambda known: abs(known - declared), default=rate)

    @property
    def variable(self) -> bool:
        """Whether frames leave an even grid by more than rounding to ticks explains."""
        if len(self) < 3:
            return False
        steps = np.diff(self.ticks)
        low, high = int(steps.min()), int(steps.max())
        if low == high:
            return False
        whole, count = int(self.ticks[-1] - self.ticks[0]), len(steps)
        if 2 * (high - low) * count >= whole:
            return True  # ticks as long as that are frames: one is missing, none was rounded
        # |tick - first - number * whole / count|, times count to stay with integers.
        off = (self.ticks - self.ticks[0]) * count - np.arange(count + 1) * whole
        return int(np.abs(off).max()) > max(Fraction(count), _JITTER * whole)


def _known_rates(near: Fraction) -> tuple[Fraction, Fraction]:
    """The whole number of frames a second next to `near`, and the next one over 1.001 (NTSC)."""
    return Fraction(max(1, round(near))), Fraction(max(1, round(near * 1001 / 1000)) * 1000, 1001)


def read_timeline(opened: InputContainer, reel: Reel, packets: PacketTable) -> Timeline:
    """Number the presented frames, from packets alone where these can be trusted.

    `opened` is used up: seek before reading on.

    Raises `UnreadableError` when no frame can be decoded.
    """
    if _packets_are_frames(reel, packets):
        return _from_packets(opened, reel, packets)
    return _from_decoding(opened, reel)


def _packets_are_frames(reel: Reel, packets: PacketTable) -> bool:
    if reel.container.demuxer not in _EXACT or packets.damaged or packets.reconfigured:
        return False
    if reel.video.field_order == "interlaced" and reel.video.codec in ("h264", "hevc"):
        return False
    if not packets.key.any():
        return False
    shown = packets.pts[_shown_rows(packets)]
    return len(shown) > 0 and bool((shown != NO_TICK).all()) and len(np.unique(shown)) == len(shown)


def _shown_rows(packets: PacketTable) -> NDArray[np.int64]:
    """Rows of the packets that are presented, in decoding order."""
    rows = np.flatnonzero(~packets.hidden)
    return rows[rows >= np.argmax(packets.key)]


def _from_packets(opened: InputContainer, reel: Reel, packets: PacketTable) -> Timeline:
    rows = _shown_rows(packets)
    rows = rows[np.argsort(packets.pts[rows], kind="stable")]
    first_key = int(np.argmax(packets.key))
    if packets.pts[rows[0]] < packets.pts[first_key] and not packets.hidden[first_key]:
        # Leading pictures of the first key frame: whether they can be decoded depends on what
        # they refer to, so the decoder is asked.
        first = next((frame.pts for frame in _decoded(opened, reel)), None)
        rows = rows[packets.pts[rows] >= first] if first is not None else rows[:0]
        if not len(rows):
            raise UnreadableError("no frame can be decoded")
    ticks = packets.pts[rows]
    last = int(packets.duration[rows[-1]]) or _usual_step(ticks)
    return Timeline(
        ticks=ticks,
        end=int(ticks[-1]) + last,
        time_base=reel.video.time_base,
        key=packets.key[rows],
        packet=rows,
        declared_rate=reel.video.average_rate,
    )


def _from_decoding(opened: InputContainer, reel: Reel) -> Timeline:
    ticks: list[int] = []
    keys: list[bool] = []
    last = 0
    for frame in _decoded(opened, reel):
        assert frame.pts is not None
        if ticks and frame.pts <= ticks[-1]:
            continue  # a repeated time stamp is never on screen
        ticks.append(frame.pts)
        keys.append(bool(frame.key_frame))
        last = frame.duration or 0
    if not ticks:
        raise UnreadableError("no frame can be decoded")
    array = np.array(ticks, np.int64)
    return Timeline(
        ticks=array,
        end=ticks[-1] + (last if last > 0 else _usual_step(array)),
        time_base=reel.video.time_base,
        key=np.array(keys, np.bool_),
        packet=np.full(len(ticks), -1, np.int64),
        declared_rate=reel.video.average_rate,
    )


def _decoded(opened: InputContainer, reel: Reel) -> Iterator[VideoFrame]:
    """Every frame that has a time, from the first on; damaged packets are passed over."""
    try:
        rewind(opened)
    except FFmpegError:
        # Nothing to seek by, as in damaged files: from the start again by opening anew.
        with open_media(reel.path)[0] as again:
            yield from _frames(again, reel)
    else:
        yield from _frames(opened, reel)


def _frames(opened: InputContainer, reel: Reel) -> Iterator[VideoFrame]:
    stream = video_stream(opened, reel.video.index)
    for packet in chain(_whole_packets(opened, stream), [None]):
        beat()
        try:
            frames = stream.codec_context.decode(packet)
        except FFmpegError:
            continue
        yield from (f for f in frames if f.pts is not None and abs(f.pts) <= MAX_TICK)


def _whole_packets(opened: InputContainer, stream: VideoStream) -> Iterator[Packet[Stream]]:
    # What was demuxed before the damage is footage.
    with suppress(FFmpegError):
        yield from demux(opened, stream)


def _usual_step(ticks: NDArray[np.int64]) -> int:
    return int(np.median(np.diff(ticks))) if len(ticks) > 1 else 1
