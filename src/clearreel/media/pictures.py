"""Decoded frames as pictures that stages can work on: upright, square pixels, standard range."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

import numpy as np
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray

from clearreel.media import tonemap
from clearreel.media.decoding import FrameReader
from clearreel.media.probe import Reel

Picture = NDArray[np.uint8]

_UNSPECIFIED = 2  # ITU-T H.273, in all three tables

CACHE_BYTES = 128 * 1024 * 1024
"""What a reader keeps of decoded frames."""
_Kind = Literal["asked", "spare"]
_Kept = tuple[_Kind, int]

GLIMPSE = Fraction(1, 10)
"""Seconds after a key frame that tell whether its shot goes on, and how fast it moves."""


def working_size(width: int, height: int, aspect: Fraction, short_side: int) -> tuple[int, int]:
    """Size (width, height) at which the short side has `short_side` pixels and pixels are square.

    Footage that is smaller keeps its size. Both sides are even.
    """
    square = width * aspect
    scale = min(Fraction(1), Fraction(short_side) / min(square, Fraction(height)))
    return _even(square * scale), _even(height * scale)


def _even(length: Fraction) -> int:
    return max(2, 2 * round(length / 2))


class PictureReader:
    """Pictures of one source by frame number.

    What was decoded is kept, up to `CACHE_BYTES`, the oldest forgotten first: the shot detector
    and the measures look at the same frames, and a key frame or a glimpse is the same picture
    whoever asked for it first.
    """

    def __init__(self, reader: FrameReader, still_side: int = 360) -> None:
        self.reader = reader
        self.still_side = still_side
        self._frames: dict[_Kept, VideoFrame] = {}
        self._bytes = 0
        self._glimpses: dict[int, tuple[int, ...]] = {}
        self._shrinker, self._stiller, self._grey = (VideoReformatter() for _ in range(3))

    def key_frame(self, number: int) -> VideoFrame | None:
        """The key frame `number`, decoded alone; None if that gives no picture."""
        frame = self._frames.get(("asked", number))
        if frame is None:
            frame = self.reader.key_frame(number)
            if frame is not None:
                self._keep("asked", number, frame)
        return frame

    def glimpse(self, number: int) -> list[tuple[int, VideoFrame]]:
        """The key frame `number` and what follows it for `GLIMPSE`, as `FrameReader.glimpse`."""
        known = self._glimpses.get(number, ())
        if known and all(("asked", n) in self._frames for n in known):
            return [(n, self._frames["asked", n]) for n in known]
        seen = self.reader.glimpse(number, GLIMPSE)
        self._glimpses[number] = tuple(n for n, _ in seen)
        for n, frame in seen:
            self._keep("asked", n, frame)
        return seen

    def spare(self, number: int, frame: VideoFrame) -> None:
        """Keep a frame that was decoded for something else, for whoever needs one near it.

        It may have been decoded quickly, so it never stands for a key frame or a glimpse.
        """
        self._keep("spare", number, frame)

    def spares(self, start: int, end: int) -> list[tuple[int, VideoFrame]]:
        """The spare frames start <= number < end that are still kept, in order."""
        kept = sorted(n for kind, n in self._frames if kind == "spare" and start <= n < end)
        return [(n, self._frames["spare", n]) for n in kept]

    def _keep(self, kind: _Kind, number: int, frame: VideoFrame) -> None:
        old = self._frames.pop((kind, number), None)
        self._bytes += _bytes(frame) - (0 if old is None else _bytes(old))
        self._frames[kind, number] = frame
        while self._bytes > CACHE_BYTES and len(self._frames) > 1:
            oldest = next(iter(self._frames))
            self._bytes -= _bytes(self._frames.pop(oldest))
            if oldest[0] == "asked":
                self._glimpses.pop(oldest[1], None)

    def still(self, frame: VideoFrame) -> Picture:
        """A decoded frame as RGB, uint8 (height, width, 3)."""
        return rgb(frame, self.reader.reel, self.still_side, self._stiller)

    def small(self, frame: VideoFrame, width: int, height: int) -> Picture:
        """A decoded frame as RGB of exactly this size, *not* turned upright or made square.

        For comparing frames with each other, where only speed matters.
        """
        small = _reformat(frame, width, height, "rgb24", self._shrinker).to_ndarray()
        return np.asarray(small, np.uint8)

    def luma(self, frame: VideoFrame, width: int) -> Picture:
        """A decoded frame as grey, uint8 (height, width), upright and `width` pixels wide."""
        return luma(frame, self.reader.reel, width, self._grey)


def rgb(
    frame: VideoFrame, reel: Reel, short_side: int, reformatter: VideoReformatter | None = None
) -> Picture:
    """RGB, uint8 (height, width, 3): upright, square pixels, standard dynamic range."""
    track = reel.video
    width, height = working_size(track.width, track.height, track.sample_aspect_ratio, short_side)
    rotation = frame.rotation
    frame = _one_moment(frame)
    if track.hdr:
        deep = _reformat(frame, width, height, "rgb48le", reformatter).to_ndarray()
        picture = tonemap.to_sdr(np.asarray(deep, np.uint16), track.transfer)
    else:
        small = _reformat(frame, width, height, "rgb24", reformatter).to_ndarray()
        picture = np.asarray(small, np.uint8)
    return _upright(picture, rotation)


def luma(
    frame: VideoFrame, reel: Reel, width: int, reformatter: VideoReformatter | None = None
) -> Picture:
    """Grey, uint8 (height, width): upright, square pixels, `width` pixels wide."""
    square, height = reel.video.width * reel.video.sample_aspect_ratio, Fraction(reel.video.height)
    turned = round(frame.rotation / 90) % 2 != 0
    across, down = (height, square) if turned else (square, height)
    high = _even(down * width / across)
    size = (high, width) if turned else (width, high)
    grey = _reformat(_one_moment(frame), *size, "gray", reformatter).to_ndarray()
    return _upright(np.asarray(grey, np.uint8), frame.rotation)


def displayed_size(reel: Reel, rotation: int) -> tuple[int, int]:
    """(width, height) in square pixels as a viewer sees it; `rotation` in degrees."""
    width = round(reel.video.width * reel.video.sample_aspect_ratio)
    height = reel.video.height
    return (height, width) if round(rotation / 90) % 2 else (width, height)


def _one_moment(frame: VideoFrame) -> VideoFrame:
    """The first field of an interlaced frame, half as high; any other frame as it is.

    The two fields are different moments; woven together they show combs wherever something moves.
    """
    if not frame.interlaced_frame or any(plane.line_size <= 0 for plane in frame.planes):
        return frame  # lines that are stored upwards come from codecs without fields
    field = VideoFrame(frame.width, (frame.height + 1) // 2, frame.format.name)
    for whole, half in zip(frame.planes, field.planes, strict=True):
        lines = np.frombuffer(memoryview(whole), np.uint8).reshape(whole.height, whole.line_size)
        kept = np.zeros((half.height, half.line_size), np.uint8)
        length = min(whole.line_size, half.line_size)
        kept[:, :length] = lines[::2, :length]
        half.update(kept.tobytes())
    field.colorspace, field.color_range = frame.colorspace, frame.color_range
    field.color_primaries, field.color_trc = frame.color_primaries, frame.color_trc
    return field


def _bytes(frame: VideoFrame) -> int:
    return sum(plane.buffer_size for plane in frame.planes)


def _reformat(
    frame: VideoFrame,
    width: int,
    height: int,
    pixels: str,
    reformatter: VideoReformatter | None = None,
) -> VideoFrame:
    """`reformatter` is kept where many frames become alike: making one costs more than its use."""
    used = reformatter or VideoReformatter()

    def convert() -> VideoFrame:
        # More threads than one cost many times what they save on pictures of this size.
        return used.reformat(
            frame, width, height, pixels, interpolation=Interpolation.AREA, threads=1
        )

    try:
        return convert()
    except FFmpegError:
        # A matrix that cannot be converted (ICtCp, or a damaged header): the usual one is assumed.
        frame.colorspace = frame.color_primaries = frame.color_trc = _UNSPECIFIED
        return convert()


def _upright(picture: Picture, rotation: int) -> Picture:
    # FFmpeg's angle is counter-clockwise, as is numpy's.
    turns = round(rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(picture, turns)) if turns else picture
