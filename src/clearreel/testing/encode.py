"""Encode synthetic pictures and sounds into files, with every setting that makes footage odd.

The container follows from the file's suffix. Encoders run on one thread and with fixed settings.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from clearreel.testing.colour import TAGS, Colour, to_frame
from clearreel.testing.scenes import Picture
from clearreel.testing.sound import Sound, SoundTrack

# SVT-AV1 writes its settings to standard error unless told to report errors alone.
os.environ.setdefault("SVT_LOG", "1")

_FORMATS = {".ts": "mpegts", ".m2ts": "mpegts", ".mpg": "vob", ".ogv": "ogg", ".m4a": "mp4"}
_X26X = {"libx264": "x264-params", "libx265": "x265-params"}
# Speed over size: tests encode often and the pictures are small.
_QUICK: Mapping[str, Mapping[str, str]] = {
    "libx264": {"preset": "veryfast"},
    "libx265": {"preset": "ultrafast"},
    "libsvtav1": {"preset": "12", "svtav1-params": "lp=1"},
    "libvpx": {"deadline": "good", "cpu-used": "5"},
    "libvpx-vp9": {"deadline": "good", "cpu-used": "5", "row-mt": "0"},
}
_CRF_CODECS = ("libx264", "libx265", "libsvtav1", "libvpx", "libvpx-vp9")
_QSCALE_CODECS = (
    *("mpeg1video", "mpeg2video", "mpeg4", "msmpeg4v3", "mjpeg"),
    *("h263", "wmv1", "wmv2", "flv"),
)
_VP8_SHOW_FRAME = 0x10  # RFC 6386, section 9.1
_LAMBDA = 118  # FF_QP2LAMBDA, the unit of libavcodec's global_quality


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """How one video stream is coded and timed.

    `rotation` is the clockwise turn, in degrees, that a player applies. Frame n is shown at tick
    `ticks[n]` of `time_base`, or at n / `fps` seconds when there are none; `start` is added to
    every tick, and in an MP4 a negative one is hidden behind an edit list.
    """

    codec: str = "libx264"
    pixel_format: str = "yuv420p"
    fps: Fraction = Fraction(25)
    gop: int = 12
    b_frames: int = 0
    open_gop: bool = False
    scene_cut: bool = False
    quality: int | None = None
    """CRF or quantiser, whichever the codec has; None for a good value."""
    ticks: tuple[int, ...] | None = None
    time_base: Fraction | None = None
    start: int = 0
    rotation: int = 0
    sample_aspect_ratio: Fraction = Fraction(1)
    interlaced: bool = False
    colour: Colour = "bt709"
    """Codecs that cannot say so, such as MPEG-4 part 2, VP8 and JPEG, are read as `bt601`."""
    hidden_every: int = 0
    """VP8 only: every this many frames, the coming one is coded once more, one tick earlier and
    not to be shown, as encoders do with alternate reference frames."""
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def base(self) -> Fraction:
        """Seconds a tick."""
        return self.time_base or 1 / self.fps

    def tick(self, number: int) -> int:
        """The tick at which frame `number` is shown."""
        if self.ticks is not None:
            return self.start + self.ticks[number]
        return self.start + round(number / (self.fps * self.base))


def write(
    path: Path,
    frames: Iterable[Picture],
    *,
    video: Video | None = None,
    sound: Sound | None = None,
    second: tuple[Iterable[Picture], Video] | None = None,
    cover: Picture | None = None,
    options: Mapping[str, str] | None = None,
) -> Path:
    """Write `frames`, uint8 RGB as a viewer sees them, to `path` and return it.

    `second` is one more video stream, `cover` an attached picture, `options` go to the muxer.
    The sound lasts as long as the pictures.
    """
    main = video or Video()
    streams = [(frames, main)] if second is None else [(frames, main), second]
    partial = _partial(path)
    with av.open(str(partial), "w", format=_format(path), options=dict(options or {})) as container:
        writers = [_VideoWriter(container, *stream) for stream in streams]
        track = SoundTrack(container, sound) if sound else None
        art = _add_cover(container, cover) if cover is not None else None
        container.start_encoding()
        if art is not None and cover is not None:
            _write_cover(container, art, cover)
        steps = [writer.steps() for writer in writers]
        end = Fraction(0)
        while True:
            times = [next(step, None) for step in steps]
            reached = [time for time in times if time is not None]
            if not reached:
                break
            end = max(end, *reached)
            if track:
                track.write_until(end)
        if track:
            track.finish()
    return partial.rename(path)


def write_sound(path: Path, seconds: Fraction, sound: Sound, cover: Picture | None = None) -> Path:
    """Write a file that has sound and, at most, an attached picture: no footage."""
    partial = _partial(path)
    with av.open(str(partial), "w", format=_format(path)) as container:
        track = SoundTrack(container, sound)
        art = _add_cover(container, cover) if cover is not None else None
        container.start_encoding()
        if art is not None and cover is not None:
            _write_cover(container, art, cover)
        track.write_until(seconds)
        track.finish()
    return partial.rename(path)


def _partial(path: Path) -> Path:
    """Where a file lies until it is complete; each process has its own."""
    return path.with_name(f".{os.getpid()}.{path.name}")


def _format(path: Path) -> str | None:
    return _FORMATS.get(path.suffix.lower())


class _VideoWriter:
    """One video stream of a container that is being written."""

    def __init__(self, container: OutputContainer, frames: Iterable[Picture], video: Video) -> None:
        iterator = iter(frames)
        first = next(iterator, None)
        if first is None:
            raise ValueError("a video stream needs at least 1 frame")
        self._container = container
        self._video = video
        self._frames: Iterator[Picture] = chain([first], iterator)
        self._stream = _add_stream(container, video, _as_stored(first, video).shape)

    def steps(self) -> Iterator[Fraction]:
        """Encode one frame a step, and give the time in seconds at which it ends."""
        interlacer = _Interlacer() if self._video.interlaced else None
        for number, picture in enumerate(self._frames):
            if self._video.hidden_every and number % self._video.hidden_every == 1:
                self._hide(picture, number)
            frame = self._frame(picture, number)
            if interlacer:
                frame = interlacer.mark(frame)
            self._container.mux(self._stream.encode(frame))
            yield self._video.tick(number) * self._video.base + 1 / self._video.fps
        self._container.mux(self._stream.encode(None))

    def _hide(self, picture: Picture, number: int) -> None:
        frame = self._frame(picture, number)
        frame.pts, frame.duration = self._video.tick(number) - 1, 1
        for packet in self._stream.encode(frame):
            coded = bytearray(packet)
            coded[0] &= ~_VP8_SHOW_FRAME
            packet.update(bytes(coded))
            self._container.mux(packet)

    def _frame(self, picture: Picture, number: int) -> VideoFrame:
        video = self._video
        frame = to_frame(_as_stored(picture, video), video.pixel_format, video.colour)
        frame.time_base = video.base
        frame.pts = video.tick(number)
        if video.ticks is not None and number + 1 < len(video.ticks):
            frame.duration = video.tick(number + 1) - video.tick(number)
        else:
            frame.duration = round(1 / video.fps / video.base)
        return frame


def _as_stored(picture: Picture, video: Video) -> Picture:
    return np.ascontiguousarray(np.rot90(picture, video.rotation // 90))


def _add_stream(container: OutputContainer, video: Video, shape: tuple[int, ...]) -> VideoStream:
    stream = container.add_stream(video.codec, rate=video.fps, options=_codec_options(video))
    if not isinstance(stream, VideoStream):
        raise ValueError(f"{video.codec} is not a video codec")
    context = stream.codec_context
    context.height, context.width = shape[:2]
    context.pix_fmt = video.pixel_format
    context.time_base = video.base
    stream.time_base = video.base
    context.gop_size = video.gop
    context.max_b_frames = video.b_frames
    context.sample_aspect_ratio = video.sample_aspect_ratio
    context.thread_count = 1
    context.color_primaries, context.color_trc, context.colorspace = TAGS[video.colour]
    if video.codec != "mjpeg":
        context.color_range = 1  # limited
    if video.rotation:
        stream.set_display_rotation(-video.rotation)
    return stream


def _codec_options(video: Video) -> dict[str, str]:
    options = dict(_QUICK.get(video.codec, {}))
    flags: list[str] = []
    if video.codec in _X26X:
        params = {
            "keyint": video.gop,
            "min-keyint": 1 if video.scene_cut else video.gop,
            "scenecut": 40 if video.scene_cut else 0,
            "bframes": video.b_frames,
            "open-gop": int(video.open_gop),
        }
        if video.codec == "libx265":
            params |= {"pools": 1, "frame-threads": 1, "log-level": 0}
        text = ":".join(f"{key}={value}" for key, value in params.items())
        options[_X26X[video.codec]] = text
    elif not video.open_gop and video.codec in ("mpeg1video", "mpeg2video"):
        flags.append("+cgop")
    if video.codec in ("mpeg1video", "mpeg2video"):
        options["sc_threshold"] = "0" if video.scene_cut else "1000000000"
    if video.interlaced:
        flags.append("+ildct+ilme")
    if video.codec in _CRF_CODECS:
        options["crf"] = str(28 if video.quality is None else video.quality)
    elif video.codec in _QSCALE_CODECS:
        flags.append("+qscale")
        options["global_quality"] = str(_LAMBDA * (video.quality or 4))
    if video.codec.startswith("libvpx"):
        options["b"] = "0" if video.codec == "libvpx-vp9" else "500k"
    if flags:
        options["flags"] = "".join(flags)
    return options | dict(video.options)


class _Interlacer:
    """Marks frames as interlaced, top field first; only a filter can set that flag."""

    def __init__(self) -> None:
        self._graph: Graph | None = None

    def mark(self, frame: VideoFrame) -> VideoFrame:
        if self._graph is None:
            graph = Graph()
            source = graph.add_buffer(
                width=frame.width,
                height=frame.height,
                format=frame.format,
                time_base=frame.time_base,
            )
            graph.link_nodes(source, graph.add("setfield", "tff"), graph.add("buffersink"))
            graph.configure()
            self._graph = graph
        self._graph.push(frame)
        marked = self._graph.pull()
        if not isinstance(marked, VideoFrame):
            raise TypeError(f"the filter gave {type(marked).__name__}, not a picture")
        return marked


def _add_cover(container: OutputContainer, cover: Picture) -> VideoStream:
    stream = container.add_stream("mjpeg", rate=1)
    stream.height, stream.width = cover.shape[:2]
    stream.pix_fmt = "yuvj420p"
    stream.codec_context.time_base = Fraction(1, 90000)
    stream.disposition = av.stream.Disposition.attached_pic
    return stream


def _write_cover(container: OutputContainer, stream: VideoStream, cover: Picture) -> None:
    frame = VideoFrame.from_ndarray(np.ascontiguousarray(cover), "rgb24").reformat(
        format="yuvj420p"
    )
    frame.pts, frame.time_base = 0, Fraction(1, 90000)
    container.mux(stream.encode(frame))
    container.mux(stream.encode(None))
