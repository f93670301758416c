"""Encode the frames at a clip's edges so that they can be joined to copied packets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from av.codec.context import CodecContext
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from clearreel.media.cut.request import UnfitError
from clearreel.media.nal import (
    H264_DELIMITER,
    H264_PPS,
    H264_SPS,
    HEVC_DELIMITER,
    HEVC_PARAMETERS,
    Configuration,
    h264_set_id,
    nal_type,
    split_units,
)
from clearreel.media.probe import VideoTrack

QUANTISER = 12
"""H.264's and HEVC's QP: steps of 2.5 grey levels; even noise stays above 45 dB."""

_PRESET = "ultrafast"  # at this quality slower ones save bytes of a few frames, at thrice the time

_H264_PROFILES = {"Baseline": "baseline", "Constrained Baseline": "baseline", "Main": "main"}
_ENCODERS = {"h264": "libx264", "hevc": "libx265"}


@dataclass(frozen=True, slots=True)
class Edge:
    """Encoded frames in order, one list of NAL units each, and what their decoder must know."""

    parameters: list[bytes]
    frames: list[list[bytes]]


def encode_edge(
    frames: Iterable[VideoFrame],
    track: VideoTrack,
    rate: Fraction,
    configuration: Configuration,
) -> Edge:
    """Encode frames in the source's own format, starting with an IDR picture, without B frames.

    H.264's parameter sets get a number that the source does not use, so that both live in one
    configuration. HEVC's have the source's number, and stand in the stream. `rate`, in frames a
    second, is what the parameter sets say: some readers take a frame's length from there.

    Raises `UnfitError` for footage that cannot be encoded alike.
    """
    context: VideoCodecContext | None = None
    codec = configuration.codec
    packets: list[bytes] = []
    for number, frame in enumerate(frames):
        if frame.interlaced_frame:
            raise UnfitError("interlaced pictures are not re-encoded alike")
        if context is None:
            context = _encoder(frame, track, rate, configuration)
        picture = frame.reformat()
        picture.pts, picture.time_base = number, context.time_base
        picture.pict_type = 0  # the encoder's own choice, not the source's
        packets += [bytes(packet) for packet in context.encode(picture)]
    if context is None:
        return Edge([], [])
    packets += [bytes(packet) for packet in context.encode(None)]
    return _parted(codec, packets)


def _encoder(
    frame: VideoFrame, track: VideoTrack, rate: Fraction, configuration: Configuration
) -> VideoCodecContext:
    codec = configuration.codec
    context = CodecContext.create(_ENCODERS[codec], "w")
    assert isinstance(context, VideoCodecContext)
    context.width, context.height = frame.width, frame.height
    context.pix_fmt = frame.format.name
    context.framerate = rate.limit_denominator(1 << 20)
    context.time_base = 1 / context.framerate
    context.sample_aspect_ratio = track.sample_aspect_ratio
    context.color_primaries = frame.color_primaries
    context.color_trc = frame.color_trc
    context.colorspace = frame.colorspace
    context.color_range = frame.color_range
    context.thread_count = 1  # the bytes depend on the count
    if codec == "h264":
        params = f"qp={QUANTISER}:bframes=0:sps-id={_free_id(configuration)}:scenecut=0"
        context.options = {"preset": _PRESET, "x264-params": params}
        if track.profile in _H264_PROFILES:
            context.options |= {"profile": _H264_PROFILES[track.profile]}
    else:
        params = f"qp={QUANTISER}:bframes=0:repeat-headers=1:info=0:scenecut=0:keyint=-1"
        params += ":pools=1:frame-threads=1:log-level=0"
        context.options = {"preset": _PRESET, "x265-params": params}
    return context


def _free_id(configuration: Configuration) -> int:
    """The highest number for parameter sets that the source has not taken."""
    taken = {
        h264_set_id(unit)
        for unit in configuration.units
        if nal_type("h264", unit) in (H264_SPS, H264_PPS)
    }
    return next(number for number in range(31, -1, -1) if number not in taken)


def _parted(codec: str, packets: list[bytes]) -> Edge:
    """Parameter sets apart from pictures."""
    sets = (H264_SPS, H264_PPS) if codec == "h264" else HEVC_PARAMETERS
    delimiter = H264_DELIMITER if codec == "h264" else HEVC_DELIMITER
    parameters: list[bytes] = []
    frames = []
    for packet in packets:
        units = list(split_units(packet, 0))
        parameters += [u for u in units if nal_type(codec, u) in sets and u not in parameters]
        frames.append([u for u in units if nal_type(codec, u) not in (*sets, delimiter)])
    return Edge(parameters, frames)
