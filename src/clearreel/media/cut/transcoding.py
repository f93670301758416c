"""Decode and encode again, frame for frame: the mode `transcode`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from clearreel.core.errors import UnreadableError
from clearreel.media.cut.clipfile import write_clip
from clearreel.media.cut.sound import Sound
from clearreel.media.decoding import FrameReader


@dataclass(frozen=True, slots=True)
class Encoding:
    """H.264 of constant quality, by libx264."""

    quantiser: int = 13
    """H.264's QP, and two more for B frames: steps of up to 3.6 grey levels. Even noise, and
    footage of 176×144 pixels, stays above 45 dB; a constant rate factor of 16 let it fall to 33
    and 39."""
    preset: str = "superfast"
    """With this quantiser a quarter less work than `veryfast` at a constant rate factor of 16, for
    clips that are 1.5 to 2 times as large."""
    pixel_format: str = "yuv420p"
    """8-bit 4:2:0: what every reader decodes."""
    key_interval: int = 60
    """The most frames from one key frame to the next."""


def write_transcoded(
    reader: FrameReader,
    start: int,
    end: int,
    sound: Sound | None,
    path: Path,
    encoding: Encoding | None = None,
) -> None:
    """Encode frames start <= n < end to `path`, each at its own time from the first.

    Rotation, the shape of pixels, colour tags and interlacing are carried along. Odd sizes lose
    their last column or row, because 4:2:0 has none.

    Raises `UnreadableError` where a frame cannot be decoded.
    """
    settings = encoding or Encoding()
    frames = _every(reader, start, end)
    first = next(frames)
    span = reader.timeline.span(start, end)

    def add_stream(out: OutputContainer) -> VideoStream:
        return _add_stream(out, first, reader, settings)

    def pictures(stream: VideoStream) -> Iterator[Packet[Stream]]:
        return _encode(stream, chain([first], frames), reader, start, settings)

    write_clip(
        path,
        time_base=span.time_base,
        duration=span.duration,
        add_stream=add_stream,
        pictures=pictures,
        sound=sound,
    )


def _every(reader: FrameReader, start: int, end: int) -> Iterator[VideoFrame]:
    expected = start
    for number, frame in reader.frames(start, end):
        if number != expected:
            break
        expected += 1
        yield frame
    if expected != end:
        raise UnreadableError(f"frame {expected} of the clip {start}–{end} cannot be decoded")


def _add_stream(
    out: OutputContainer, first: VideoFrame, reader: FrameReader, settings: Encoding
) -> VideoStream:
    rate = reader.timeline.rate.limit_denominator(1 << 20)
    stream = out.add_stream("libx264", rate=rate, options=_options(first, reader, settings))
    context = stream.codec_context
    context.width, context.height = first.width // 2 * 2, first.height // 2 * 2
    context.pix_fmt = settings.pixel_format
    context.time_base = stream.time_base = reader.timeline.time_base
    context.sample_aspect_ratio = reader.reel.video.sample_aspect_ratio
    context.thread_count = 1  # workers share the cores, and the bytes depend on the count
    context.color_primaries = first.color_primaries
    context.color_trc = first.color_trc
    context.colorspace = first.colorspace
    context.color_range = first.color_range
    if first.rotation:
        stream.set_display_rotation(first.rotation)
    return stream


def _options(first: VideoFrame, reader: FrameReader, settings: Encoding) -> dict[str, str]:
    # What the stream itself says of its rate: some readers take a frame's length from there.
    constant = int(not reader.timeline.variable)
    options = {
        "preset": settings.preset,
        "qp": str(settings.quantiser),
        "g": str(settings.key_interval),
        # With macroblock-tree rate control the same input does not always give the same bytes.
        "x264-params": f"open-gop=0:mbtree=0:force-cfr={constant}",
    }
    if first.interlaced_frame:
        options["flags"] = "+ildct+ilme"
    return options


def _encode(
    stream: VideoStream,
    frames: Iterable[VideoFrame],
    reader: FrameReader,
    start: int,
    settings: Encoding,
) -> Iterator[Packet[Stream]]:
    ticks, base = reader.timeline.ticks, reader.timeline.time_base
    context = stream.codec_context
    for number, frame in enumerate(frames, start):
        picture = frame.reformat(context.width, context.height, settings.pixel_format)
        picture.pts, picture.time_base = int(ticks[number] - ticks[start]), base
        if number + 1 < len(ticks):
            picture.duration = int(ticks[number + 1] - ticks[number])
        picture.pict_type = 0  # the encoder's own choice, not the source's
        yield from stream.encode(picture)
    yield from stream.encode(None)
