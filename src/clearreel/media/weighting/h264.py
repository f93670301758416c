"""The weights of H.264 (ITU-T H.264, 7.3.3.2)."""

from __future__ import annotations

from dataclasses import dataclass

from clearreel.media.bits import Bits
from clearreel.media.nal import H264_IDR, H264_PPS, H264_SPS, unescaped
from clearreel.media.weighting.reading import (
    HEADER_BYTES,
    UNTOLD,
    WeightingReader,
    denominator,
    pairs,
)

_NOT_IDR = 1
_P, _SP = 0, 3
_EXTENDED_PROFILES = (100, 110, 122, 244, 44, 83, 86, 118, 128, 138)
"""profile_idc with which an SPS tells of chroma (7.3.2.1.1)."""
_FULL_CHROMA = 3


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


class H264WeightingReader(WeightingReader):
    """Reads the weights of P slices."""

    codec = "h264"
    slices = frozenset({_NOT_IDR, H264_IDR})

    def __init__(self, extradata: bytes | None) -> None:
        """See `WeightingReader`."""
        self._sequences: dict[int, _Sequence] = {}
        self._pictures: dict[int, _Picture] = {}
        super().__init__(extradata)

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
        if unit[0] & 0x1F == H264_IDR:
            return UNTOLD
        bits = Bits(unescaped(unit[1:HEADER_BYTES]))
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
        even = denominator(bits.ue())
        even_tint = denominator(bits.ue()) if chroma else 0
        first = 0
        for place in range(references):
            luma = (bits.se(), bits.se()) if bits.flag() else (even, 0)
            tints = pairs(bits, 2) if chroma and bits.flag() else []
            changed = luma != (even, 0) or any(one != (even_tint, 0) for one in tints)
            self.told |= changed
            if place == 0 and changed:
                first = self._change(luma[0], even, luma[1])
            if self.told:
                break  # what is said of the others does not matter any more
        return first


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
