"""Join re-encoded edges to copied packets: the mode `exact`, with no frame to hide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import numpy as np
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from clearreel.media.cut.clipfile import write_clip
from clearreel.media.cut.cursor import VideoCursor
from clearreel.media.cut.edges import Edge, encode_edge
from clearreel.media.cut.layout import Layout, Passage, decode_times
from clearreel.media.cut.request import UnfitError
from clearreel.media.cut.sound import Sound
from clearreel.media.decoding import FrameReader
from clearreel.media.nal import (
    HEVC_BLA_N_LP,
    HEVC_CRA,
    HEVC_PARAMETERS,
    Configuration,
    join_units,
    nal_type,
    split_units,
)
from clearreel.media.packets import NO_TICK


class Joint:
    """Frames start <= n < end: those of `passage` copied, those before and after encoded anew."""

    def __init__(
        self, reader: FrameReader, cursor: VideoCursor, layout: Layout, passage: Passage
    ) -> None:
        self._reader = reader
        self._cursor = cursor
        self._layout = layout
        self._passage = passage
        self._configuration = Configuration(reader.reel.video.codec, cursor.extradata)

    def write(self, start: int, end: int, sound: Sound | None, path: Path) -> None:
        """Write the clip. Raises `UnfitError` where the edges cannot be encoded alike."""
        passage = self._passage
        head = self._edge(start, passage.start_frame)
        tail = self._edge(passage.end_frame, end)
        span = self._layout.timeline.span(start, end)
        write_clip(
            path,
            time_base=span.time_base,
            duration=span.duration,
            add_stream=lambda out: self._add_stream(out, head, tail),
            pictures=lambda stream: self._packets(start, head, tail, stream),
            sound=sound,
        )

    def _edge(self, start: int, end: int) -> Edge:
        if start == end:
            return Edge([], [])
        frames = self._reader.frames(start, end)
        edge = encode_edge(
            (frame for _, frame in frames),
            self._reader.reel.video,
            self._layout.timeline.rate,
            self._configuration,
        )
        if len(edge.frames) != end - start:
            raise UnfitError(f"not all of the frames {start}–{end} can be decoded")
        return edge

    def _add_stream(self, out: OutputContainer, head: Edge, tail: Edge) -> VideoStream:
        source = self._cursor.stream
        assert isinstance(source, VideoStream)
        stream = out.add_stream_from_template(source, opaque=True)
        sets = head.parameters or tail.parameters
        if sets and self._configuration.codec == "h264":
            stream.codec_context.extradata = self._configuration.with_h264(*sets)
        return stream

    def _packets(
        self, start: int, head: Edge, tail: Edge, stream: VideoStream
    ) -> Iterator[Packet[Stream]]:
        layout, rows = self._layout, self._passage.rows
        ticks = layout.timeline.ticks
        first, last = self._passage.start_frame, self._passage.end_frame
        end = last + len(tail.frames)
        pts = np.concatenate([ticks[start:first], layout.packets.pts[rows], ticks[last:end]])
        pts -= ticks[start]
        dts = decode_times(pts, np.full(len(pts), NO_TICK), layout.usual_step)
        pieces = chain(self._coded(head), self._copied(bool(head.frames)), self._coded(tail))
        for number, (data, key) in enumerate(pieces):
            packet: Packet[Stream] = Packet(data)
            packet.stream = stream
            packet.time_base = layout.timeline.time_base
            packet.pts, packet.dts = int(pts[number]), int(dts[number])
            packet.duration = layout.usual_step
            packet.is_keyframe = key
            yield packet

    def _coded(self, edge: Edge) -> Iterable[tuple[bytes, bool]]:
        inband = edge.parameters if self._configuration.codec == "hevc" else []
        for number, units in enumerate(edge.frames):
            yield self._joined([*inband, *units] if number == 0 else units), number == 0

    def _copied(self, follows: bool) -> Iterable[tuple[bytes, bool]]:
        """The copied packets; `follows` says that they come after an encoded edge."""
        keep = self._layout.entry(self._passage.end_frame)
        rows = self._passage.rows.tolist()
        for number, packet in enumerate(self._cursor.rows(rows, keep)):
            data = bytes(packet)
            if number == 0 and self._configuration.codec == "hevc" and follows:
                units = list(split_units(data, self._configuration.length_size))
                data = self._joined(_spliced(units, self._configuration.units))
            yield data, packet.is_keyframe

    def _joined(self, units: Iterable[bytes]) -> bytes:
        return join_units(units, self._configuration.length_size)


def _spliced(units: list[bytes], parameters: list[bytes]) -> list[bytes]:
    """An HEVC random access picture with its parameter sets, a CRA renamed to a BLA.

    Only nal_unit_type differs between the two (ITU-T H.265, 7.3.6.1), so that the picture decodes
    to the same samples, and its order count starts anew.
    """
    kinds = {nal_type("hevc", unit) for unit in units}
    sets = [] if kinds.issuperset(HEVC_PARAMETERS) else parameters
    renamed = [
        bytes([unit[0] & 0x81 | HEVC_BLA_N_LP << 1]) + unit[1:]
        if nal_type("hevc", unit) == HEVC_CRA
        else unit
        for unit in units
    ]
    return [*sets, *renamed]
