"""Whether decoding can really begin at a packet that is marked as a key frame.

H.264 lets a picture be marked from which the image only recovers over some frames (gradual
refresh); nothing before the end of that recovery is exact.
ITU-T H.264, 7.4.1 (NAL units) and D.2.8 (recovery point).
"""

from __future__ import annotations

from collections.abc import Iterator

_IDR, _SEI = 5, 6
_RECOVERY_POINT = 6


def decodes_alone(packet: bytes, length_size: int) -> bool:
    """Whether the picture in this H.264 key packet, and all shown after it, decode from here on.

    `length_size` is the size in bytes of the NAL units' length field, 0 for start codes.
    """
    for unit in nal_units(packet, length_size):
        kind = unit[0] & 0x1F
        if kind == _IDR:
            return True
        if kind == _SEI:
            count = _recovery_count(unit[1:])
            if count is not None:
                return count == 0
    return False


def nal_units(packet: bytes, length_size: int) -> Iterator[bytes]:
    """The NAL units of a packet, without their lengths or start codes; empty ones left out."""
    if length_size == 0:
        # A start code may have any number of zero bytes before it; none ends a NAL unit.
        yield from (u for part in packet.split(b"\0\0\1") if (u := part.rstrip(b"\0")))
        return
    at = 0
    while at + length_size <= len(packet):
        size = int.from_bytes(packet[at : at + length_size], "big")
        unit = packet[at + length_size : at + length_size + size]
        if unit:
            yield unit
        at += length_size + size


def length_size(extradata: bytes | None) -> int:
    """Bytes of the NAL length field by the decoder configuration; 0 for start codes (Annex B).

    ISO/IEC 14496-15, 5.3.3.1 (avcC) and 8.3.3.1 (hvcC). Both have version 1 where start codes
    begin with 0.
    """
    if not extradata or extradata[0] != 1:
        return 0
    is_hevc = len(extradata) > 22 and extradata[1] & 0xC0 == 0 and extradata[4] & 0xFC != 0xFC
    return (extradata[21 if is_hevc else 4] & 3) + 1


def _recovery_count(message: bytes) -> int | None:
    """recovery_frame_cnt, if one of the SEI messages is a recovery point."""
    data = message.replace(b"\0\0\3", b"\0\0")
    at = 0
    while at + 2 < len(data):
        kind, at = _extended(data, at)
        size, at = _extended(data, at)
        if kind == _RECOVERY_POINT:
            return _exp_golomb(data[at : at + size])
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


def _exp_golomb(data: bytes) -> int:
    """The first ue(v) of the data."""
    bits = "".join(f"{byte:08b}" for byte in data[:9])
    zeros = len(bits) - len(bits.lstrip("0"))
    return int(bits[zeros : 2 * zeros + 1] or "1", 2) - 1
