"""What a file says of itself, read without decoding a frame."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream as AVVideoStream

from clearreel.core.errors import UnreadableError, UnsupportedError
from clearreel.media.formats import VIDEO_CODECS, Container
from clearreel.media.opening import open_media

MIN_SIDE = 16
MAX_SIDE = 16384
RATES = range(4_000, 768_001)
"""Samples a second that sound may have; what lies outside is damage, and costly to resample."""
_MAX_ASPECT = Fraction(10)
_PQ, _HLG = 16, 18  # ITU-T H.273 transfer characteristics


@dataclass(frozen=True, slots=True)
class VideoTrack:
    """The video stream that is worked on. Sizes in pixels."""

    index: int
    codec: str
    profile: str
    width: int
    """As coded and stored, before rotation and pixel shape."""
    height: int
    time_base: Fraction
    """Seconds a tick."""
    average_rate: Fraction | None
    """Frames a second as the container declares them; packets tell the real ones."""
    sample_aspect_ratio: Fraction
    """Width of a pixel over its height."""
    pixel_format: str
    bit_depth: int
    transfer: int
    """ITU-T H.273 transfer characteristics; 2 is unspecified."""
    field_order: str
    """progressive, or interlaced; unknown where the container does not say."""

    @property
    def hdr(self) -> bool:
        """Whether pictures are coded for PQ (SMPTE ST 2084) or HLG (ARIB STD-B67)."""
        return self.transfer in (_PQ, _HLG)


@dataclass(frozen=True, slots=True)
class AudioTrack:
    """The audio stream that goes along."""

    index: int
    codec: str
    rate: int
    """Samples a second."""
    channels: int
    time_base: Fraction


@dataclass(frozen=True, slots=True)
class Reel:
    """One source as its container describes it."""

    path: Path
    container: Container
    video: VideoTrack
    audio: AudioTrack | None
    duration: Fraction | None
    """Seconds, as declared."""
    other_video_streams: int
    """Video streams beside the one worked on, cover art left out."""
    cover_art: bool


def probe(path: Path) -> Reel:
    """Open `path`, choose its streams and describe them.

    The video stream is the one with the largest picture, the first of equals; cover art is never
    chosen. The audio stream is the container's default, or the first; one that is damaged beyond
    use counts for none.

    Raises `UnreadableError` or `UnsupportedError` with the reason.
    """
    opened, container = open_media(path)
    with opened:
        return describe(path, opened, container)


def describe(path: Path, opened: InputContainer, container: Container) -> Reel:
    """As `probe`, for a file that is open already."""
    covers = [s for s in opened.streams.video if s.disposition & Disposition.attached_pic]
    tracks = [s for s in opened.streams.video if not s.disposition & Disposition.attached_pic]
    # A stream of a codec that FFmpeg does not know at all has no context.
    known = [s for s in tracks if s.codec_context is not None]
    if tracks and not known:
        raise UnreadableError("the video stream is of no codec that is known")
    if not tracks:
        what = "sound with cover art" if covers else "sound" if opened.streams.audio else "nothing"
        raise UnsupportedError(f"there is no video stream in it, only {what}")
    chosen = max(known, key=lambda stream: stream.width * stream.height)
    return Reel(
        path=path,
        container=container,
        video=_video(chosen),
        audio=audio_track(opened),
        duration=Fraction(opened.duration, 1_000_000) if opened.duration else None,
        other_video_streams=len(tracks) - 1,
        cover_art=bool(covers),
    )


def _video(stream: AVVideoStream) -> VideoTrack:
    context = stream.codec_context
    if stream.time_base is None:
        raise UnreadableError("the video stream has no codec parameters")
    codec = stream.codec.canonical_name
    if context.name not in VIDEO_CODECS and codec not in VIDEO_CODECS:
        raise UnsupportedError(
            f"the video is coded as {codec}, which is not on the list of codecs that are let in",
            hint="transcode it to H.264, HEVC, AV1 or VP9",
        )
    width, height = context.width, context.height
    if width == 0 or height == 0 or context.format is None:
        raise UnreadableError("the video stream holds no picture")
    if not (MIN_SIDE <= width <= MAX_SIDE and MIN_SIDE <= height <= MAX_SIDE):
        raise UnsupportedError(
            f"a picture of {width}×{height} pixels; "
            f"allowed are {MIN_SIDE} to {MAX_SIDE} pixels on each side"
        )
    return VideoTrack(
        index=stream.index,
        codec=codec,
        profile=stream.profile or "",
        width=width,
        height=height,
        time_base=stream.time_base,
        average_rate=stream.average_rate or None,
        sample_aspect_ratio=_pixel_shape(stream.sample_aspect_ratio),
        pixel_format=context.format.name,
        bit_depth=max(part.bits for part in context.format.components),
        transfer=int(context.color_trc),
        field_order=_field_order(int(context.field_order)),
    )


def _pixel_shape(aspect: Fraction | None) -> Fraction:
    """The shape that the container gives, else the codec; what no camera has is damage."""
    return aspect if aspect and 1 / _MAX_ASPECT <= aspect <= _MAX_ASPECT else Fraction(1)


def _field_order(value: int) -> str:
    return {0: "unknown", 1: "progressive"}.get(value, "interlaced")


def audio_track(opened: InputContainer) -> AudioTrack | None:
    """The audio stream that `probe` chooses; None where there is none of use."""
    streams = [s for s in opened.streams.audio if s.codec_context is not None and s.time_base]
    streams = [s for s in streams if s.rate in RATES and s.channels]
    if not streams:
        return None
    chosen = next((s for s in streams if s.disposition & Disposition.default), streams[0])
    assert chosen.time_base is not None
    return AudioTrack(
        index=chosen.index,
        codec=chosen.codec.canonical_name,
        rate=chosen.rate,
        channels=chosen.channels,
        time_base=chosen.time_base,
    )
