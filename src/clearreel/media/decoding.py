"""Decode just the frames that are asked for, each under its number on the timeline."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from io import BufferedReader
from itertools import chain
from types import TracebackType
from typing import Self, TypeAlias

import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from clearreel.core.errors import UnreadableError
from clearreel.core.pulse import beat, reach
from clearreel.media.opening import demux, open_media, rewind, video_stream
from clearreel.media.packets import NO_TICK, PacketTable, tail_check
from clearreel.media.probe import Reel
from clearreel.media.timeline import Timeline

Frame: TypeAlias = VideoFrame
"""A decoded frame, as it is coded."""

_RUN_UP = 1
"""Seconds."""


_PASSES_OVER = frozenset({"h264", "hevc", "mpeg1video", "mpeg2video", "mpeg4"})
"""Decoders that can be told, packet by packet, to pass over what no other picture refers to."""


class FrameReader:
    """Random access to the frames of one source.

    It opens the file by itself and must be closed, or used as a context manager. Work in the
    order of time where possible: going back means a seek.

    `decoded` counts the frames that the decoder was made to produce, wanted or not; `damaged` the
    packets that it refused.
    """

    def __init__(
        self,
        reel: Reel,
        packets: PacketTable,
        timeline: Timeline,
        *,
        quick: bool = False,
    ) -> None:
        """`quick` is for pictures that are made small at once, and costs a fifth less.

        Decoders leave out their deblocking then, which moves such pictures by about a grey level.
        """
        self.reel = reel
        self.packets = packets
        self.timeline = timeline
        self._quick = quick
        self.decoded = 0
        self.damaged = 0
        self._keys = np.flatnonzero(timeline.key)
        self._run_up = 0 if timeline.packet[0] >= 0 else max(1, round(_RUN_UP * timeline.rate))
        """Frames that are decoded in vain after a seek."""
        self._entries: dict[int, int] = {}
        """The rows of packets that decoding may begin with, by the frame that it begins to reach;
        beside key frames."""
        self._opened: InputContainer | None = None
        self._context: VideoCodecContext | None = None
        self._placed = bool((packets.position >= 0).all()) and not packets.hidden.any()
        """Whether every packet can be read from its place in the file. Hidden ones must be marked
        for the decoder, which only the demuxer can do."""
        self._file: BufferedReader | None = None
        self._live: Iterator[VideoFrame] | None = None
        self._ahead: VideoFrame | None = None
        """Decoded by the live iterator, and not taken yet."""
        self._position = 0
        """Frames before this number have gone by."""
        self._wanted = 0
        """Tick of the first frame that is asked for."""
        self._needed: NDArray[np.bool_] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. Reading again opens it again."""
        self._stop()
        if self._opened is not None:
            self._opened.close()
            self._opened = None
        self._context = None
        if self._file is not None:
            self._file.close()
            self._file = None

    def frames(
        self, start: int, end: int, needed: NDArray[np.bool_] | None = None
    ) -> Iterator[tuple[int, VideoFrame]]:
        """Every decodable frame start <= number < end, in order, with its number.

        A frame that the decoder cannot produce is left out, so numbers may jump. Reading on from
        where the last call stopped decodes nothing twice, and on the way to `start` only what it
        stands on is decoded. Only one such iterator lives at a time: another call ends it.

        `needed`, bool (frames of the timeline,), names the frames that must not be missing. The
        others are left out where nothing else refers to them and the decoder can pass them over.
        """
        if start >= end:
            return
        self._wanted = int(self.timeline.ticks[start])
        if self._live is None or not self._near(start) or needed is not self._needed:
            self._stop()
            self._needed = needed
            self._position = self._entry(start)
            self._live = self._decode_from(self._position)
        live = self._live
        while live is self._live:
            if self._ahead is None:
                self._ahead = next(live, None)
                if self._ahead is None:
                    self._stop()
                    return
            frame = self._ahead
            number = self.timeline.number(frame.pts) if frame.pts is not None else None
            if number is not None and number >= end:
                return  # it stays ahead, for whoever reads on from here
            self._ahead = None
            # Damaged footage may go back in time.
            if number is not None and number >= self._position:
                self._position = number + 1
                reach(number / len(self.timeline))
                if number >= start:
                    yield number, frame

    def way(self, start: int) -> int:
        """How many frames it takes to get to `start`, from where `frames` would begin or go on."""
        goes_on = self._live is not None and self._near(start)
        return start - (self._position if goes_on else self._entry(start))

    def key_frames(self, start: int, end: int) -> Iterator[tuple[int, VideoFrame]]:
        """The key frames start <= number < end, each decoded alone."""
        for number in range(start, end):
            if self.timeline.key[number]:
                frame = self.key_frame(number)
                if frame is not None:
                    yield number, frame

    def key_frame(self, number: int) -> VideoFrame | None:
        """One key frame from its own packet alone, or None where that gives no picture."""
        row = int(self.timeline.packet[number])
        if row < 0:
            return next((frame for _, frame in self.frames(number, number + 1)), None)
        self._stop()
        beat()
        try:
            packet = self._packet(row)
        except UnreadableError:
            self.damaged += 1
            return None
        context = self._decoder()
        context.flush_buffers()
        if self.reel.video.codec in _PASSES_OVER:
            context.skip_frame = "DEFAULT"
        try:
            pictures = [*context.decode(packet), *context.decode(None)]
        except FFmpegError:
            self.damaged += 1
            return None
        finally:
            context.flush_buffers()
        self.decoded += len(pictures)
        return pictures[0] if pictures else None

    def glimpse(self, number: int, seconds: Fraction) -> list[tuple[int, VideoFrame]]:
        """The key frame `number`, and what follows it up to a frame `seconds` later or more.

        For as little as that takes: frames that no other refers to are left out, and the last one
        is the first in decoding order that is late enough. Fewer where a group of pictures ends,
        and none where nothing can be decoded.
        """
        row = int(self.timeline.packet[number])
        if row < 0:
            after = self.timeline.frame_at(
                int(self.timeline.ticks[number] + seconds / self.timeline.time_base)
            )
            return list(self.frames(number, after + 1))
        self._stop()
        try:
            frames = list(self._decode_group(row, seconds))
        except UnreadableError:
            self.damaged += 1
            return []
        numbered = [(self.timeline.number(f.pts), f) for f in frames if f.pts is not None]
        return sorted(
            ((n, frame) for n, frame in numbered if n is not None and n >= number),
            key=lambda pair: pair[0],
        )

    def _decode_group(self, row: int, seconds: Fraction) -> Iterator[VideoFrame]:
        """The frames of `glimpse`, in the order in which the decoder gives them."""
        context = self._decoder()
        context.flush_buffers()
        passes = self.reel.video.codec in _PASSES_OVER
        first = reached = int(self.packets.pts[row])
        until = first + seconds / self.timeline.time_base
        for packet in self._few_packets(row):
            beat()
            stamp = packet.pts
            if stamp is None or (stamp != first and packet.is_keyframe):
                break
            if stamp < first:
                continue  # a leading picture: it may refer to the group before
            if passes:
                context.skip_frame = "DEFAULT" if stamp >= reached else "NONREF"
            reached = max(reached, stamp)
            yield from self._decoded(context, packet)
            if stamp >= until:
                break
        yield from self._decoded(context, None)
        context.flush_buffers()

    def _decoded(
        self,
        context: VideoCodecContext,
        packet: Packet[Stream] | None,
    ) -> list[VideoFrame]:
        """What the decoder gives for a packet; nothing for one that it refuses."""
        try:
            frames = context.decode(packet)
        except FFmpegError:
            self.damaged += 1  # what follows may be sound again
            return []
        self.decoded += len(frames)
        return frames

    def _container(self) -> InputContainer:
        if self._opened is None:
            self._opened, _ = open_media(self.reel.path)
        return self._opened

    def _decoder(self) -> VideoCodecContext:
        """The decoder, once and for all. It outlives the container that it was made from."""
        if self._context is None:
            self._context = self._stream().codec_context
            self._configure(self._context)
            if self._placed and self._opened is not None:
                # The demuxer's own table of packets takes a hundred megabytes for ten hours.
                self._opened.close()
                self._opened = None
        return self._context

    def _configure(self, context: VideoCodecContext) -> None:
        """Set up the decoder of a file that was just opened."""
        if self._quick:
            context.options = {**context.options, "skip_loop_filter": "all"}
            if self.reel.video.codec == "h264":
                # Frames that decoding was told to begin with are no key frames.
                context.options |= {"flags": "+output_corrupt", "flags2": "+showall"}
                # Such a beginning stays among the frames that wait to be put in order.
                context.options |= {"has_b_frames": "5"}

    def begin_at(self, number: int, shown: int) -> None:
        """Let decoding begin with the frame `shown` to reach `number` or what comes after it.

        For frames that take nothing from others, though they are not marked as key frames.
        `number` <= `shown` is the first frame that takes nothing from before.
        """
        self._entries[number] = int(self.timeline.packet[shown])
        self._keys = np.union1d(self._keys, [number])

    def _stream(self) -> VideoStream:
        return video_stream(self._container(), self.reel.video.index)

    def _entry(self, number: int) -> int:
        """The number of the key frame from which decoding must begin to reach `number`.

        0 where an edit list hides that key frame.
        """
        place = int(np.searchsorted(self._keys, number, side="right")) - 1
        return int(self._keys[place]) if place >= 0 else 0

    def _near(self, start: int) -> bool:
        """Whether a live iterator gets to the frame `start` sooner than a new one."""
        return self._entry(start) - self._run_up <= self._position <= start

    def _stop(self) -> None:
        """End the live iterator, so that the decoder is free."""
        self._live = self._ahead = None

    def _decode_from(self, entry: int) -> Iterator[VideoFrame]:
        context = self._decoder()
        context.flush_buffers()
        for packet in chain(self._packets_from(entry), [None]):
            beat()
            if self.reel.video.codec in _PASSES_OVER:
                needless = packet is not None and self._needless(packet.pts)
                context.skip_frame = "NONREF" if needless else "DEFAULT"
            yield from self._decoded(context, packet)

    def _needless(self, pts: int | None) -> bool:
        """Whether the frame of this time is asked for by nobody."""
        if pts is None or pts < self._wanted:
            return pts is not None
        number = None if self._needed is None else self.timeline.number(pts)
        return self._needed is not None and number is not None and not self._needed[number]

    def _packet(self, row: int) -> Packet[Stream]:
        return next(self._few_packets(row))

    def _few_packets(self, row: int) -> Iterator[Packet[Stream]]:
        """The packets from `row` on, without a seek where their places in the file are known."""
        while row < len(self.packets):
            packet = self._stored(row)
            if packet is None:
                yield from self._packets_at(row)
                return
            yield packet
            row += 1

    def _stored(self, row: int) -> Packet[Stream] | None:
        """The packet read from its place in the file, or None if it is not there."""
        if self.packets.position[row] < 0:
            return None
        if self._file is None:
            self._file = self.reel.path.open("rb")
        self._file.seek(int(self.packets.position[row]))
        content = self._file.read(int(self.packets.size[row]))
        if tail_check(content) != int(self.packets.tail[row]):
            return None
        # Not of the bytes themselves: decoders read on behind a packet, where zeros must be.
        packet: Packet[Stream] = Packet(len(content))
        packet.update(content)
        packet.time_base = self.reel.video.time_base
        packet.pts = int(self.packets.pts[row])
        packet.dts = None if self.packets.dts[row] == NO_TICK else int(self.packets.dts[row])
        packet.duration = int(self.packets.duration[row])
        packet.is_keyframe = bool(self.packets.key[row])
        return packet

    def _packets_from(self, entry: int) -> Iterator[Packet[Stream]]:
        row = int(self.timeline.packet[entry])
        if row < 0:
            # Counted by decoding: containers without exact times. A seek may land anywhere
            # before the frame, so a whole second of run-up is taken and the times are compared.
            early = int(self.timeline.ticks[entry]) - int(_RUN_UP / self.reel.video.time_base)
            self._seek(early if early > int(self.timeline.ticks[0]) else None)
            yield from self._demux()
        else:
            first = self._entries.get(entry)
            if first is not None:
                yield from map(self._packet, self._rows_before(first))
            else:
                first = self._key_row(row)
            yield from self._few_packets(first) if self._placed else self._packets_at(first)

    def _rows_before(self, row: int) -> list[int]:
        """The rows of what is decoded before a frame that takes nothing from others.

        Decoders want something for what syntax may refer to, so its key frame comes first. From
        there they go wrong about which frame is later than which, as counts begin anew every few
        frames; so what was shown last before it follows, with what was coded since.
        """
        key = self._key_row(row)
        last = key + int(self.packets.pts[key:row].argmax())
        return [key, *range(max(last, key + 1), row)]

    def _key_row(self, row: int) -> int:
        """The row of the last key frame that `row` can be decoded from; it may be a hidden one."""
        if self.packets.key[row]:
            return row
        earlier = self.packets.key[:row] & (self.packets.pts[:row] <= self.packets.pts[row])
        return int(np.flatnonzero(earlier)[-1]) if earlier.any() else int(self.packets.key.argmax())

    def _packets_at(self, row: int) -> Iterator[Packet[Stream]]:
        """The packets from `row` on. The seek is checked, and repeated from the start if off."""
        pts, dts = int(self.packets.pts[row]), int(self.packets.dts[row])
        for goal in (pts if dts == NO_TICK else min(pts, dts), None):
            self._seek(goal)
            found = False
            for packet in self._demux():
                if not found:
                    if packet.pts == pts:
                        found = True
                    elif packet.dts is not None and dts != NO_TICK and packet.dts > dts:
                        break  # the seek overshot
                    else:
                        continue
                yield packet
            if found:
                return
        raise UnreadableError(f"reading stopped: packet {row} is not found again")

    def _seek(self, tick: int | None) -> None:
        """To a packet at or before `tick`, or with None to the first one."""
        opened = self._container()
        try:
            if tick is None:
                rewind(opened)
            else:
                opened.seek(tick, stream=self._stream(), backward=True)
        except FFmpegError:
            # Nothing to seek by, as in damaged files: from the start again by opening anew.
            opened.close()
            self._opened = None

    def _demux(self) -> Iterator[Packet[Stream]]:
        try:
            yield from demux(self._container(), self._stream())
        except FFmpegError:
            self.damaged += 1  # as when the packets were listed: what came before is footage
