"""Decoded frames as pictures that stages can work on: upright, square pixels, standard range."""

from __future__ import annotations

from fractions import Fraction

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

CACHE_BYTES = 192 * 1024 * 1024
"""What a reader keeps of key frames it has already turned into stills."""


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

    Key frames seen once as stills are remembered, up to `CACHE_BYTES`, because the shot detector
    and the measures look at the same ones. What is remembered never changes a result.
    """

    def __init__(self, reader: FrameReader, still_side: int = 360) -> None:
        self.reader = reader
        self.still_side = still_side
        self._kept: dict[int, Picture] = {}
        self._kept_bytes = 0
        self._frames: dict[int, VideoFrame] = {}
        self._shrinker = VideoReformatter()

    def key_still(self, number: int) -> Picture | None:
        """The key frame `number` as RGB, uint8 (height, width, 3); None if it can't be decoded.

        The short side has `still_side` pixels.
        """
        kept = self._kept.get(number)
        if kept is not None:
            return kept
        frame = self._frames.pop(number, None)
        if frame is not None:
            self._kept_bytes -= _bytes(frame)
        else:
            frame = self.reader.key_frame(number)
        if frame is None:
            return None
        picture = self.still(frame)
        if self._kept_bytes + picture.nbytes <= CACHE_BYTES:
            self._kept[number] = picture
            self._kept_bytes += picture.nbytes
        return picture

    def key_small(self, number: int, width: int, height: int) -> Picture | None:
        """The key frame `number` as `small` gives it; None if it can't be decoded.

        It is kept for `key_still`.
        """
        frame = self._frames.get(number)
        if frame is None:
            frame = self.reader.key_frame(number)
            if frame is None:
                return None
            if self._kept_bytes + _bytes(frame) <= CACHE_BYTES and number not in self._kept:
                self._frames[number] = frame
                self._kept_bytes += _bytes(frame)
        return self.small(frame, width, height)

    def still(self, frame: VideoFrame) -> Picture:
        """A decoded frame as RGB, uint8 (height, width, 3)."""
        return rgb(frame, self.reader.reel, self.still_side)

    def small(self, frame: VideoFrame, width: int, height: int) -> Picture:
        """A decoded frame as RGB of exactly this size, *not* turned upright or made square.

        For comparing frames with each other, where only speed matters.
        """
        small = _reformat(frame, width, height, "rgb24", self._shrinker).to_ndarray()
        return np.asarray(small, np.uint8)

    def luma(self, frame: VideoFrame, width: int) -> Picture:
        """A decoded frame as grey, uint8 (height, width), upright and `width` pixels wide."""
        return luma(frame, self.reader.reel, width)


def rgb(frame: VideoFrame, reel: Reel, short_side: int) -> Picture:
    """RGB, uint8 (height, width, 3): upright, square pixels, standard dynamic range."""
    track = reel.video
    width, height = working_size(track.width, track.height, track.sample_aspect_ratio, short_side)
    rotation = frame.rotation
    frame = _one_moment(frame)
    if track.hdr:
        deep = _reformat(frame, width, height, "rgb48le").to_ndarray()
        picture = tonemap.to_sdr(np.asarray(deep, np.uint16), track.transfer)
    else:
        picture = _rgb(frame, width, height)
    return _upright(picture, rotation)


def luma(frame: VideoFrame, reel: Reel, width: int) -> Picture:
    """Grey, uint8 (height, width): upright, square pixels, `width` pixels wide."""
    square, height = reel.video.width * reel.video.sample_aspect_ratio, Fraction(reel.video.height)
    turned = round(frame.rotation / 90) % 2 != 0
    across, down = (height, square) if turned else (square, height)
    high = _even(down * width / across)
    size = (high, width) if turned else (width, high)
    grey = _reformat(_one_moment(frame), *size, "gray").to_ndarray()
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


def _rgb(frame: VideoFrame, width: int, height: int) -> Picture:
    return np.asarray(_reformat(frame, width, height, "rgb24").to_ndarray(), np.uint8)


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
