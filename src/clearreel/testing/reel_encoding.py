"""Encode truth reels as the world's encoders do: several codecs, each with its own defaults.

`encode` makes short odd files, fast; here, encoders run at the settings that people leave them
at, and one pass over a reel feeds any number of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from clearreel.testing.colour import TAGS, to_frame
from clearreel.testing.scenes import Picture

CHUNK = 16
"""Pictures that are handed to all encoders together: what bounds memory."""
_VARIABLE_BASE = Fraction(1, 600)
_VARIABLE_STEPS = (24, 20, 30, 20, 20, 70, 24, 24, 30)
"""Ticks from one frame to the next, again and again: from 8.6 to 30 frames a second."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """One encoder with its settings, on one thread so that every machine writes the same."""

    name: str
    codec: str
    suffix: str
    description: str
    options: Mapping[str, str] = field(default_factory=dict)
    scene_cuts: bool = True
    """Whether the encoder sets key frames where it sees cuts."""


_X264 = {"preset": "medium", "crf": "23"}

ENCODINGS: Mapping[str, Encoding] = {
    encoding.name: encoding
    for encoding in (
        Encoding("x264", "libx264", ".mp4", "x264, all defaults: medium, CRF 23", _X264),
        Encoding(
            "x264-fixed",
            "libx264",
            ".mp4",
            "x264, a key frame every 50 frames and nowhere else, as for streaming",
            _X264 | {"x264-params": "keyint=50:min-keyint=50:scenecut=0"},
            scene_cuts=False,
        ),
        Encoding(
            "x264-long",
            "libx264",
            ".mp4",
            "x264, a key frame every 1,500 frames and nowhere else",
            _X264 | {"x264-params": "keyint=1500:min-keyint=1500:scenecut=0"},
            scene_cuts=False,
        ),
        Encoding(
            "x264-open",
            "libx264",
            ".mp4",
            "x264, open groups of at most 60 frames with a B-frame pyramid",
            _X264 | {"x264-params": "keyint=60:open-gop=1:bframes=4:b-pyramid=normal"},
        ),
        Encoding(
            "x264-intra",
            "libx264",
            ".mp4",
            "x264, key frames only",
            _X264 | {"x264-params": "keyint=1"},
            scene_cuts=False,
        ),
        Encoding(
            "x265",
            "libx265",
            ".mp4",
            "x265, all defaults: medium, CRF 28, open groups",
            {"preset": "medium", "x265-params": "pools=1:frame-threads=1:log-level=0"},
        ),
        Encoding(
            "vp9",
            "libvpx-vp9",
            ".webm",
            "libvpx VP9, CRF 32, good quality at speed 4",
            {"crf": "32", "b": "0", "deadline": "good", "cpu-used": "4", "row-mt": "0"},
        ),
        Encoding(
            "av1",
            "libsvtav1",
            ".mp4",
            "SVT-AV1, preset 8, CRF 35",
            {"preset": "8", "crf": "35", "svtav1-params": "lp=1"},
            scene_cuts=False,
        ),
        Encoding(
            "mpeg4",
            "mpeg4",
            ".mp4",
            "FFmpeg's MPEG-4 part 2, quantiser 4",
            {"flags": "+qscale", "global_quality": str(4 * 118)},
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Order:
    """One file to be written. `fps` is None for a frame rate that varies."""

    path: Path
    encoding: Encoding
    fps: Fraction | None = Fraction(25)


def encode_reel(
    pictures: Iterable[Picture], orders: Sequence[Order], *, threads: int | None = None
) -> None:
    """Write every order from one pass over `pictures`, RGB uint8 of one size.

    Files appear when they are complete. `threads` bounds how many encoders work at a time.
    """
    # SVT-AV1 writes its settings to standard error unless told to report errors alone.
    os.environ.setdefault("SVT_LOG", "1")
    source = iter(pictures)
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(threads or os.cpu_count()))
        writers = [stack.enter_context(_Writer(order)) for order in orders]
        first = 0
        while chunk := list(islice(source, CHUNK)):
            list(pool.map(lambda writer: writer.write(chunk, first), writers))  # noqa: B023
            first += len(chunk)
        list(pool.map(_Writer.finish, writers))
    for writer in writers:
        writer.partial.rename(writer.order.path)


class _Writer:
    """One file that is being written."""

    def __init__(self, order: Order) -> None:
        self.order = order
        path = order.path
        self.partial = path.with_name(f".{os.getpid()}.{path.name}")
        self._container: OutputContainer = av.open(str(self.partial), "w")
        self._stream: VideoStream | None = None

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self._container.close()

    def write(self, pictures: Sequence[Picture], first: int) -> None:
        if self._stream is None:
            self._stream = _stream(self._container, self.order, pictures[0])
        for number, picture in enumerate(pictures, first):
            frame = self._timed(to_frame(picture, "yuv420p", "bt709"), number)
            self._container.mux(self._stream.encode(frame))

    def finish(self) -> None:
        if self._stream is None:
            raise ValueError("a reel has at least 1 picture")
        self._container.mux(self._stream.encode(None))
        self._container.close()

    def _timed(self, frame: VideoFrame, number: int) -> VideoFrame:
        if self.order.fps is None:
            rounds, rest = divmod(number, len(_VARIABLE_STEPS))
            frame.pts = rounds * sum(_VARIABLE_STEPS) + sum(_VARIABLE_STEPS[:rest])
            frame.duration = _VARIABLE_STEPS[rest]
            frame.time_base = _VARIABLE_BASE
        else:
            frame.pts, frame.duration, frame.time_base = number, 1, 1 / self.order.fps
        return frame


def _stream(container: OutputContainer, order: Order, picture: Picture) -> VideoStream:
    encoding = order.encoding
    stream = container.add_stream(
        encoding.codec, rate=order.fps or Fraction(25), options=dict(encoding.options)
    )
    if not isinstance(stream, VideoStream):
        raise ValueError(f"{encoding.codec} is not a video codec")
    context = stream.codec_context
    context.height, context.width = picture.shape[:2]
    context.pix_fmt = "yuv420p"
    context.time_base = _VARIABLE_BASE if order.fps is None else 1 / order.fps
    stream.time_base = context.time_base
    context.bit_rate = 0
    context.thread_count = 1
    context.color_primaries, context.color_trc, context.colorspace = TAGS["bt709"]
    context.color_range = 1  # limited
    return stream
