"""Decode just the frames that are asked for, each under its number on the timeline."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Self

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.frame import VideoFrame

from clearreel.core.pulse import beat
from clearreel.media.opening import open_media, rewind, unreadable, video_stream
from clearreel.media.packets import NO_TICK, PacketTable
from clearreel.media.probe import Reel
from clearreel.media.timeline import Timeline


class FrameReader:
    """Random access to the frames of one source.

    It opens the file by itself and must be closed, or used as a context manager. Work in the
    order of time where possible: going back means a seek.

    `decoded` counts the frames that the decoder was made to produce, wanted or not.
    """

    def __init__(self, reel: Reel, packets: PacketTable, timeline: Timeline) -> None:
        self.reel = reel
        self.packets = packets
        self.timeline = timeline
        self.decoded = 0
        self._opened: InputContainer | None = None

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
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def frames(self, start: int, end: int) -> Iterator[tuple[int, VideoFrame]]:
        """Every decodable frame start <= number < end, in order, with its number.

        A frame that the decoder cannot produce is left out, so numbers may jump.

        Raises `UnreadableError` when the decoder gives up.
        """
        if start >= end:
            return
        for frame in self._decode_from(self._entry(start)):
            number = self.timeline.number(frame.pts) if frame.pts is not None else None
            if number is None or number < start:
                continue
            if number >= end:
                return
            yield number, frame

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
        context = video_stream(self._container(), self.reel.video.index).codec_context
        beat()
        try:
            packet = self._packet(row)
            context.flush_buffers()
            pictures = [*context.decode(packet), *context.decode(None)]
        except FFmpegError as error:
            raise unreadable(error, f"key frame {number} cannot be decoded") from error
        finally:
            context.flush_buffers()
        self.decoded += len(pictures)
        return pictures[0] if pictures else None

    def _container(self) -> InputContainer:
        if self._opened is None:
            self._opened, _ = open_media(self.reel.path)
        return self._opened

    def _entry(self, number: int) -> int:
        """The number of the key frame from which decoding must begin to reach `number`."""
        key = self.timeline.key
        while number > 0 and not key[number]:
            number -= 1
        return number

    def _decode_from(self, entry: int) -> Iterator[VideoFrame]:
        stream = video_stream(self._container(), self.reel.video.index)
        stream.codec_context.flush_buffers()
        try:
            for packet in self._packets_from(entry):
                beat()
                for frame in stream.codec_context.decode(packet):
                    self.decoded += 1
                    yield frame
            for frame in stream.codec_context.decode(None):
                self.decoded += 1
                yield frame
        except FFmpegError as error:
            raise unreadable(error, "decoding stopped") from error
        finally:
            stream.codec_context.flush_buffers()

    def _packet(self, row: int) -> Packet:  # type: ignore[type-arg]
        return next(self._packets_at(row))

    def _packets_from(self, entry: int) -> Iterator[Packet]:  # type: ignore[type-arg]
        row = int(self.timeline.packet[entry])
        if row < 0:
            # Counted by decoding: containers without exact times. A seek may land anywhere
            # before the frame, so a whole second of run-up is taken and the times are compared.
            yield from self._packets_before(int(self.timeline.ticks[entry]))
        else:
            yield from self._packets_at(row)

    def _packets_before(self, tick: int) -> Iterator[Packet]:  # type: ignore[type-arg]
        opened = self._container()
        stream = video_stream(opened, self.reel.video.index)
        early = tick - int(1 / self.reel.video.time_base)
        if early <= int(self.timeline.ticks[0]):
            rewind(opened)
        else:
            opened.seek(early, stream=stream, backward=True)
        yield from (packet for packet in opened.demux(stream) if packet.size)

    def _packets_at(self, row: int) -> Iterator[Packet]:  # type: ignore[type-arg]
        """The packets from `row` on. The seek is checked, and repeated from the start if off."""
        opened = self._container()
        stream = video_stream(opened, self.reel.video.index)
        pts, dts = int(self.packets.pts[row]), int(self.packets.dts[row])
        for target in (pts if dts == NO_TICK else min(pts, dts), None):
            if target is None:
                rewind(opened)
            else:
                opened.seek(target, stream=stream, backward=True)
            found = False
            for packet in opened.demux(stream):
                if not packet.size:
                    continue
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
        raise unreadable(
            av.error.InvalidDataError(0, f"packet {row} is not found again"), "reading stopped"
        )
