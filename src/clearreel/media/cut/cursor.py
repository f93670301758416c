"""Read packets forward through a file that stays open, and go back only when asked to."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from fractions import Fraction
from types import TracebackType
from typing import Self, TypeAlias

from av.error import FFmpegError
from av.packet import Packet
from av.stream import Discard, Stream

from clearreel.core.errors import UnreadableError
from clearreel.core.pulse import beat
from clearreel.media.opening import demux, open_media, rewind, unreadable
from clearreel.media.packets import NO_TICK, PacketTable
from clearreel.media.probe import Reel

AnyPacket: TypeAlias = "Packet[Stream]"

_BACK = Fraction(2)
"""Seconds of audio that stay in memory behind the last packet asked for."""
_FORGETS = 256
"""Packets in memory, and multiples, at which those are dropped that nobody will ask for."""


class _Cursor:
    """One stream of a file of its own, so that no order of interleaving can get in the way."""

    def __init__(self, reel: Reel, index: int) -> None:
        self._opened, _ = open_media(reel.path)
        for stream in self._opened.streams:
            if stream.index != index:
                stream.discard = Discard.all
        self.stream: Stream = self._opened.streams[index]
        self._demuxer = demux(self._opened, self.stream)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def extradata(self) -> bytes | None:
        """The stream's decoder configuration."""
        context = self.stream.codec_context
        return context.extradata if context is not None else None

    def close(self) -> None:
        """Close the file."""
        self._opened.close()

    def _seek(self, tick: int | None) -> None:
        """To the key packet at or before `tick`, or to the beginning of the file."""
        if tick is None:
            rewind(self._opened)
        else:
            self._opened.seek(tick, stream=self.stream, backward=True)
        self._demuxer = demux(self._opened, self.stream)

    def _next(self) -> AnyPacket | None:
        beat()
        try:
            return next(self._demuxer, None)
        except FFmpegError as error:
            raise unreadable(error, "reading stopped") from error


class VideoCursor(_Cursor):
    """The video packets by their row in the packet table.

    Rows are counted, not looked up: the table was made by the same demuxer, and the position of a
    packet in the stream is what both agree on. Packets from the one last asked to be kept stay in
    memory, so that neighbouring clips share them.
    """

    def __init__(self, reel: Reel, packets: PacketTable) -> None:
        super().__init__(reel, reel.video.index)
        self._packets = packets
        self._row = 0
        self._kept: deque[tuple[int, AnyPacket]] = deque()

    def rows(self, rows: Sequence[int], keep_from: int) -> Iterator[AnyPacket]:
        """The packets of ascending `rows`. Those from row `keep_from` on are kept for the next."""
        wanted = iter(rows)
        row = next(wanted, None)
        if row is None:
            return
        self._go_to(row)
        kept = deque((r, packet) for r, packet in self._kept if r >= min(keep_from, row))
        replay, self._kept = list(kept), deque(k for k in kept if k[0] >= keep_from)
        for number, packet in self._stream(replay, keep_from):
            if number == row:
                yield packet
                row = next(wanted, None)
                if row is None:
                    return
        raise UnreadableError(f"packet {row} of {len(self._packets)} is not found again")

    def packet(self, row: int) -> AnyPacket:
        """One packet, which stays in memory with what follows it."""
        return next(self.rows([row], row))

    def _stream(
        self, replay: list[tuple[int, AnyPacket]], keep_from: int
    ) -> Iterator[tuple[int, AnyPacket]]:
        yield from replay
        while (packet := self._next()) is not None:
            number, self._row = self._row, self._row + 1
            if number >= keep_from:
                self._kept.append((number, packet))
            yield number, packet

    def _go_to(self, row: int) -> None:
        earliest = self._kept[0][0] if self._kept else self._row
        if row >= earliest:
            return
        self._kept.clear()
        table = self._packets
        target = min(int(table.pts[row]), int(table.dts[row]))
        if target != NO_TICK:
            self._seek(target)
            packet = self._next()
            found = self._recognise(packet) if packet is not None else None
            if packet is not None and found is not None and found <= row:
                self._kept.append((found, packet))
                self._row = found + 1
                return
        self._seek(None)
        self._row = 0

    def _recognise(self, packet: AnyPacket) -> int | None:
        """The one row that `packet` can be."""
        table = self._packets
        same = (table.size == packet.size) & (table.key == packet.is_keyframe)
        same &= table.pts == (NO_TICK if packet.pts is None else packet.pts)
        same &= table.dts == (NO_TICK if packet.dts is None else packet.dts)
        return int(same.argmax()) if int(same.sum()) == 1 else None


class SoundCursor(_Cursor):
    """The audio packets by their time."""

    def __init__(self, reel: Reel, index: int) -> None:
        super().__init__(reel, index)
        assert self.stream.time_base is not None
        self.time_base: Fraction = self.stream.time_base
        self._back = int(_BACK / self.time_base)
        self._kept: deque[AnyPacket] = deque()
        self._forgotten = False

    def between(self, start: int, end: int, lead: int) -> list[AnyPacket]:
        """The packets that sound in [start, end), in ticks, and up to `lead` before them."""
        if self._forgotten and (not self._kept or _begin(self._kept[0]) > start):
            self._kept.clear()
            self._seek(None)
            self._forgotten = False
        while not self._kept or _begin(self._kept[-1]) < end:
            packet = self._next()
            if packet is None:
                break
            if packet.pts is not None:
                self._kept.append(packet)
            if len(self._kept) % _FORGETS == 0:
                self._forget(start)
        self._forget(start)
        packets = [packet for packet in self._kept if _begin(packet) < end]
        first = next((n for n, p in enumerate(packets) if finish(p) > start), len(packets))
        return packets[max(0, first - lead) :] if first < len(packets) else []

    def _forget(self, start: int) -> None:
        while len(self._kept) > 1 and finish(self._kept[0]) < start - self._back:
            self._kept.popleft()
            self._forgotten = True


def _begin(packet: AnyPacket) -> int:
    return packet.pts or 0


def finish(packet: AnyPacket) -> int:
    """The tick at which what a packet holds ends."""
    return (packet.pts or 0) + max(1, packet.duration or 0)
