"""Weighted prediction: where an H.264 encoder makes what it predicts from lighter or darker.

Encoders that tell weights (ITU-T H.264, 7.3.3.2; x264's `weightp`) do so where the light of the
whole picture changes from frame to frame: in nearly every fade and dissolve, and hardly anywhere
else. The weights stand in the slice headers, in front of all that is coded, so nothing has to be
decoded for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clearreel.media.bits import Bits
from clearreel.media.nal import H264_IDR, H264_PPS, H264_SPS, Configuration, unescaped

_NOT_IDR = 1
_P, _SP = 0, 3
_HEADER_BYTES = 64
"""More than a slice header up to its first weights takes, with a few changes of references."""
_SETS_BYTES = 1024
"""More than a parameter set takes, and all that stands in front of a slice behind start codes."""
_EXTENDED_PROFILES = (100, 110, 122, 244, 44, 83, 86, 118, 128, 138)
"""profile_idc with which an SPS tells of chroma (7.3.2.1.1)."""
_FULL_CHROMA = 3
_FINEST = 7
"""luma_log2_weight_denom and its like, at most (7.4.3.2)."""


UNTOLD = -1
"""A packet that says nothing of the light of the pictures that it predicts from: it predicts from
none, or in both directions, or its syntax has no weights."""
UNIT = 128
"""A weight is told as the change that it makes, in such parts: of the light, or of its range."""
_MOST = 127


@dataclass(frozen=True, slots=True)
class _Sequence:
    """Of a sequence parameter set, what it takes to read slice headers (7.3.2.1.1)."""

    chroma: bool
    """Slices have chroma, and weights for it."""
    planes: bool
    """Each plane has slices of its own."""
    frame_number_bits: int
    order_bits: int
    """Of pic_order_cnt_lsb; 0 where slices don't have it."""
    order_deltas: int
    """Differences in the order of pictures that each slice tells, beside one…"""
    order_paired: bool
    """…more where the picture parameter set says so."""
    frames_only: bool


@dataclass(frozen=True, slots=True)
class _Picture:
    """Of a picture parameter set, the same (7.3.2.2)."""

    sequence: int
    order_in_fields: bool
    """Slices of frames tell the order of both fields."""
    references: int
    weighted: bool
    redundant: bool


class WeightingReader:
    """Reads the weighting of the packets of one H.264 stream, which come in decoding order."""

    def __init__(self, extradata: bytes | None) -> None:
        """`extradata` is the stream's avcC box, or empty where packets have start codes."""
        self._sequences: dict[int, _Sequence] = {}
        self._pictures: dict[int, _Picture] = {}
        self.told = False
        """Whether any packet told a weight. An encoder that never does may not look for them, and
        what is not weighted proves nothing then."""
        try:
            configuration = Configuration("h264", extradata)
            self._length_size = configuration.length_size
            for unit in configuration.units:
                self._learn(unit)
        except (IndexError, ValueError):
            self._length_size = 0  # a damaged box: nothing will be told

    def read(self, packet: bytes | memoryview) -> int:
        """How much lighter or darker a packet's first slice makes what it predicts from first.

        In parts of `UNIT`, whether by a factor or by what is added; 0 if not at all, 1 at least if
        at all, were it only the tint. `UNTOLD` where its syntax says nothing or is damaged.
        """
        try:
            for unit in self._heads(packet):
                kind = unit[0] & 0x1F
                if kind in (_NOT_IDR, H264_IDR):
                    return self._slice(unit) if kind == _NOT_IDR else UNTOLD
                self._learn(unit)
        except (IndexError, KeyError, ValueError):
            pass
        return UNTOLD

    def _heads(self, packet: bytes | memoryview) -> Iterator[bytes]:
        """The first bytes of each unit."""
        size = self._length_size
        if size == 0:
            at = 0
            head = bytes(packet[: _SETS_BYTES + _HEADER_BYTES])
            while (at := head.find(b"\0\0\1", at)) >= 0:
                at += 3
                yield head[at : at + _SETS_BYTES]
            return
        at = 0
        while at + size < len(packet):
            length = int.from_bytes(packet[at : at + size], "big")
            at += size
            if length:
                yield bytes(packet[at : at + min(length, _SETS_BYTES)])
            at += length

    def _learn(self, unit: bytes) -> None:
        kind = unit[0] & 0x1F
        if kind == H264_SPS:
            number, sequence = _read_sequence(unit)
            self._sequences[number] = sequence
        elif kind == H264_PPS:
            number, picture = _read_picture(unit)
            self._pictures[number] = picture

    def _slice(self, unit: bytes) -> int:
        """Up to the first weights of a slice header (7.3.3)."""
        bits = Bits(unescaped(unit[1:_HEADER_BYTES]))
        bits.ue()  # first_mb_in_slice
        kind = bits.ue() % 5
        if kind not in (_P, _SP):
            return UNTOLD
        picture = self._pictures[bits.ue()]
        if not picture.weighted:
            return UNTOLD
        sequence = self._sequences[picture.sequence]
        bits.skip(2 * sequence.planes + sequence.frame_number_bits)
        field = not sequence.frames_only and bits.flag()
        bits.skip(int(field))
        bits.skip(sequence.order_bits)
        paired = sequence.order_paired and picture.order_in_fields and not field
        bits.skip_codes(sequence.order_deltas + paired + picture.redundant)
        references = picture.references
        if bits.flag():
            references = bits.ue() + 1
        if bits.flag():  # ref_pic_list_modification_flag_l0
            while bits.ue() != 3:
                bits.ue()
        return self._weights(bits, references, sequence.chroma)

    def _weights(self, bits: Bits, references: int, chroma: bool) -> int:
        """pred_weight_table (7.3.3.2)."""
        even = _denominator(bits)
        even_tint = _denominator(bits) if chroma else 0
        first = 0
        for place in range(references):
            luma = (bits.se(), bits.se()) if bits.flag() else (even, 0)
            tint = chroma and bits.flag()
            tints = [(bits.se(), bits.se()) for _ in range(2)] if tint else []
            changed = luma != (even, 0) or any(one != (even_tint, 0) for one in tints)
            self.told |= changed
            if place == 0 and changed:
                factor, added = luma
                first = max(1, abs(factor - even) * UNIT // even, abs(added))
            if self.told:
                break  # what is said of the others does not matter any more
        return min(first, _MOST)


def _read_sequence(unit: bytes) -> tuple[int, _Sequence]:
    """An SPS and its number."""
    bits = Bits(unescaped(unit[1:]))
    profile = bits.bits(8)
    bits.skip(16)
    number = bits.ue()
    chroma, planes = 1, False
    if profile in _EXTENDED_PROFILES:
        chroma = bits.ue()
        planes = chroma == _FULL_CHROMA and bits.flag()
        bits.skip_codes(2)  # depths of luma and chroma
        bits.skip(1)
        if bits.flag():
            for place in range(12 if chroma == _FULL_CHROMA else 8):
                if bits.flag():
                    bits.skip_scaling_list(16 if place < 6 else 64)
    frame_number_bits = bits.ue() + 4
    order_type = bits.ue()
    order_bits = bits.ue() + 4 if order_type == 0 else 0
    order_deltas = 0
    if order_type == 1:
        order_deltas = 0 if bits.flag() else 1
        bits.skip_codes(2)
        bits.skip_codes(bits.ue())
    bits.skip_codes(1)  # references
    bits.skip(1)
    bits.skip_codes(2)  # width and height
    sequence = _Sequence(
        chroma=chroma != 0 and not planes,
        planes=planes,
        frame_number_bits=frame_number_bits,
        order_bits=order_bits,
        order_deltas=order_deltas,
        order_paired=order_type == 0 or order_deltas > 0,
        frames_only=bits.flag(),
    )
    return number, sequence


def _read_picture(unit: bytes) -> tuple[int, _Picture]:
    """A PPS and its number. Raises `ValueError` where slices come in groups."""
    bits = Bits(unescaped(unit[1:]))
    number, sequence = bits.ue(), bits.ue()
    bits.skip(1)
    order_in_fields = bits.flag()
    if bits.ue():
        raise ValueError("slice groups")
    references = bits.ue() + 1
    bits.ue()
    weighted = bits.flag()
    bits.skip(2)
    bits.skip_codes(3)  # quantisers
    bits.skip(2)
    return number, _Picture(sequence, order_in_fields, references, weighted, bits.flag())


def _denominator(bits: Bits) -> int:
    """What a weight is that changes nothing."""
    power = bits.ue()
    if power > _FINEST:
        raise ValueError("no denominator of weights")
    return 1 << power
