"""NAL units: how H.264 and HEVC packets, and their decoder configurations, are put together.

ITU-T H.264, 7.4.1 and Annex B; ITU-T H.265, 7.4.2.2; ISO/IEC 14496-15, 5.3.3.1 and 8.3.3.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clearreel.media.bits import Bits

H264_IDR, H264_SEI, H264_SPS, H264_PPS, H264_DELIMITER = 5, 6, 7, 8, 9
HEVC_BLA_N_LP, HEVC_CRA = 18, 21
HEVC_PARAMETERS = (32, 33, 34)  # VPS, SPS, PPS
HEVC_DELIMITER = 35


def nal_type(codec: str, unit: bytes) -> int:
    """nal_unit_type of a unit of an `h264` or `hevc` stream."""
    return unit[0] & 0x1F if codec == "h264" else unit[0] >> 1 & 0x3F


def split_units(packet: bytes, length_size: int) -> Iterator[bytes]:
    """The NAL units of a packet, without their lengths or start codes; empty ones left out.

    `length_size` is the size in bytes of the length fields, 0 for start codes.
    """
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


def join_units(units: Iterable[bytes], length_size: int) -> bytes:
    """A packet of NAL units; the inverse of `split_units`."""
    if length_size == 0:
        return b"".join(b"\0\0\0\1" + unit for unit in units)
    return b"".join(len(unit).to_bytes(length_size, "big") + unit for unit in units)


class Configuration:
    """A decoder configuration: avcC, hvcC, or bare parameter sets between start codes.

    `length_size` is that of the packets that go with it; `units` are its parameter sets.
    """

    def __init__(self, codec: str, extradata: bytes | None) -> None:
        self._data = extradata or b""
        self.codec = codec
        self.length_size = 0
        # Both records begin with a version of 1, where start codes begin with 0.
        if self._data[:1] != b"\1":
            self.units = list(split_units(self._data, 0))
        elif codec == "h264":
            self.length_size = (self._data[4] & 3) + 1
            self._sps, at = _read_sets(self._data, 6, self._data[5] & 0x1F)
            self._pps, self._rest = _read_sets(self._data, at + 1, self._data[at])
            self.units = self._sps + self._pps
        else:
            self.length_size = (self._data[21] & 3) + 1
            self.units = []
            at = 23
            for _ in range(self._data[22]):
                count = int.from_bytes(self._data[at + 1 : at + 3], "big")
                units, at = _read_sets(self._data, at + 3, count)
                self.units += units

    def with_h264(self, sps: bytes, pps: bytes) -> bytes:
        """The extradata with one more sequence and picture parameter set."""
        if self.length_size == 0:
            return self._data + join_units([sps, pps], 0)
        lists = bytes([0xE0 | len(self._sps) + 1]) + _write_sets([*self._sps, sps])
        lists += bytes([len(self._pps) + 1]) + _write_sets([*self._pps, pps])
        return self._data[:5] + lists + self._data[self._rest :]


def _read_sets(data: bytes, at: int, count: int) -> tuple[list[bytes], int]:
    units = []
    for _ in range(count):
        size = int.from_bytes(data[at : at + 2], "big")
        units.append(data[at + 2 : at + 2 + size])
        at += 2 + size
    return units, at


def _write_sets(units: list[bytes]) -> bytes:
    return b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)


def unescaped(unit: bytes) -> bytes:
    """A unit's content without the bytes that keep start codes apart (H.264, 7.4.1.1)."""
    return unit.replace(b"\0\0\3", b"\0\0")


def exp_golomb(data: bytes) -> int:
    """The first ue(v) of the data (H.264, 9.1), which may be cut off in damaged streams."""
    return Bits(data[:9] + b"\xff" * 10).ue()


def h264_set_id(unit: bytes) -> int:
    """seq_parameter_set_id of an SPS, or pic_parameter_set_id of a PPS."""
    # An SPS has the profile, its constraints and the level in front.
    return exp_golomb(unit[4:] if unit[0] & 0x1F == H264_SPS else unit[1:])
