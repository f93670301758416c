"""Write a passage of packets as they are: the modes `copy` and `trim`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream
from numpy.typing import NDArray

from clearreel.media.cut.clipfile import write_clip
from clearreel.media.cut.cursor import VideoCursor
from clearreel.media.cut.layout import Layout, Passage, decode_times, open_until
from clearreel.media.cut.sound import Sound
from clearreel.media.timeline import Timeline


def write_passage(
    cursor: VideoCursor, layout: Layout, passage: Passage, sound: Sound | None, path: Path
) -> None:
    """Write the packets of `passage` and the sound to `path`.

    Frame `passage.start_frame` is shown at time 0; what lies before it and from
    `passage.end_frame` on is hidden by an edit list.
    """
    span = layout.timeline.span(passage.start_frame, passage.end_frame)
    write_clip(
        path,
        time_base=span.time_base,
        duration=span.duration,
        add_stream=lambda out: add_copied(out, cursor.stream, layout.timeline),
        pictures=lambda stream: _packets(cursor, layout, passage, stream),
        sound=sound,
    )


def add_copied(out: OutputContainer, source: Stream, timeline: Timeline) -> VideoStream:
    """A stream for the packets of the stream `source`."""
    assert isinstance(source, VideoStream)
    stream = out.add_stream_from_template(source, opaque=True)
    if not timeline.variable:
        # Matroska states it, and nothing else tells how long the last frame lasts.
        stream.codec_context.framerate = timeline.rate
    return stream


@dataclass(frozen=True, slots=True)
class PassageTimes:
    """When the packets of a passage are shown and decoded, and how long each lasts.

    int64 (packets,), in ticks from the passage's first frame.
    """

    pts: NDArray[np.int64]
    dts: NDArray[np.int64]
    duration: NDArray[np.int64]


def passage_times(layout: Layout, passage: Passage) -> PassageTimes:
    """The times in a clip of each packet of `passage`."""
    table, rows = layout.packets, passage.rows
    span = layout.timeline.span(passage.start_frame, passage.end_frame)
    pts, duration = table.pts[rows], table.duration[rows]
    dts = decode_times(pts, table.dts[rows], layout.usual_step)
    dts = open_until(pts, dts, layout.key[rows], span.end)
    duration = np.where(duration, duration, layout.usual_step)
    return PassageTimes(pts - span.start, dts - span.start, duration)


def _packets(
    cursor: VideoCursor, layout: Layout, passage: Passage, stream: VideoStream
) -> Iterator[Packet[Stream]]:
    rows = passage.rows.tolist()
    times = passage_times(layout, passage)
    pts, dts, duration = times.pts.tolist(), times.dts.tolist(), times.duration.tolist()
    keep = layout.entry(passage.end_frame)
    for number, packet in enumerate(cursor.rows(rows, keep)):
        packet.stream = stream
        packet.time_base = layout.timeline.time_base
        packet.pts, packet.dts, packet.duration = pts[number], dts[number], duration[number]
        packet.is_keyframe = bool(layout.key[rows[number]])
        yield packet
