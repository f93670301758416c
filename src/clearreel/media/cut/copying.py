"""Write a passage of packets as they are: the modes `copy` and `trim`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from clearreel.media.cut.clipfile import write_clip
from clearreel.media.cut.cursor import VideoCursor
from clearreel.media.cut.layout import Layout, Passage, decode_times, open_until
from clearreel.media.cut.sound import Sound


def write_passage(
    cursor: VideoCursor, layout: Layout, passage: Passage, sound: Sound | None, path: Path
) -> None:
    """Write the packets of `passage` and the sound to `path`.

    Frame `passage.start_frame` is shown at time 0; what lies before it and from
    `passage.end_frame` on is hidden by an edit list.
    """
    span = layout.timeline.span(passage.start_frame, passage.end_frame)
    source = cursor.stream
    assert isinstance(source, VideoStream)

    def add_stream(out: OutputContainer) -> VideoStream:
        stream = out.add_stream_from_template(source, opaque=True)
        if not layout.timeline.variable:
            # Matroska states it, and nothing else tells how long the last frame lasts.
            stream.codec_context.framerate = layout.timeline.rate
        return stream

    write_clip(
        path,
        time_base=span.time_base,
        duration=span.duration,
        add_stream=add_stream,
        pictures=lambda stream: _packets(cursor, layout, passage, stream),
        sound=sound,
    )


def _packets(
    cursor: VideoCursor, layout: Layout, passage: Passage, stream: VideoStream
) -> Iterator[Packet[Stream]]:
    table, rows = layout.packets, passage.rows
    zero = int(layout.timeline.ticks[passage.start_frame])
    step = layout.usual_step
    dts = decode_times(table.pts[rows], table.dts[rows], step)
    end = layout.timeline.span(passage.start_frame, passage.end_frame).end
    dts = open_until(table.pts[rows], dts, layout.key[rows], end) - zero
    pts = table.pts[rows] - zero
    keep = layout.entry(passage.end_frame)
    for number, packet in enumerate(cursor.rows(rows.tolist(), keep)):
        packet.stream = stream
        packet.time_base = layout.timeline.time_base
        packet.pts, packet.dts = int(pts[number]), int(dts[number])
        packet.duration = int(table.duration[rows[number]]) or step
        packet.is_keyframe = bool(layout.key[rows[number]])
        yield packet
