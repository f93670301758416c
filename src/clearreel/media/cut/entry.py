"""Whether decoding can really begin at a packet that is marked as a key frame."""

from __future__ import annotations

from clearreel.media.nal import (
    H264_IDR,
    H264_SEI,
    Configuration,
    exp_golomb,
    split_units,
    unescaped,
)
from clearreel.media.nal import nal_type as kind_of

_RECOVERY_POINT = 6
_HEVC_IRAP = range(16, 22)


def decodes_alone(packet: bytes, configuration: Configuration) -> bool:
    """Whether the picture in this key packet, and all shown after it, decode from here on.

    H.264 lets a picture be marked from which the image only recovers over some frames (gradual
    refresh); nothing before the end of that recovery is exact (ITU-T H.264, D.2.8).
    """
    if configuration.codec != "h264":
        return True
    for unit in split_units(packet, configuration.length_size):
        kind = kind_of("h264", unit)
        if kind == H264_IDR:
            return True
        if kind == H264_SEI:
            count = _recovery_count(unit[1:])
            if count is not None:
                return count == 0
    return False


def starts_sequence(packet: bytes, configuration: Configuration) -> bool:
    """Whether a decoder forgets all that came before, so that another stream may precede it.

    H.264's IDR pictures. HEVC's random access pictures too: a CRA is one once it is renamed to
    a BLA, which exists for splicing (ITU-T H.265, 7.4.2.2 and C.4).
    """
    codec = configuration.codec
    kinds = [kind_of(codec, unit) for unit in split_units(packet, configuration.length_size)]
    if codec == "h264":
        return H264_IDR in kinds
    return any(kind in _HEVC_IRAP for kind in kinds)


def _recovery_count(message: bytes) -> int | None:
    """recovery_frame_cnt, if one of the SEI messages is a recovery point."""
    data = unescaped(message)
    at = 0
    while at + 2 < len(data):
        kind, at = _extended(data, at)
        size, at = _extended(data, at)
        if kind == _RECOVERY_POINT:
            return exp_golomb(data[at : at + size])
        at += size
    return None


def _extended(data: bytes, at: int) -> tuple[int, int]:
    """A number coded as a run of 255s and a last byte, and the place after it."""
    total = 0
    while at < len(data):
        total += data[at]
        at += 1
        if data[at - 1] != 255:
            break
    return total, at
