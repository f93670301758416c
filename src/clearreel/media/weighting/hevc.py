"""The weights of HEVC (ITU-T H.265, 7.3.6.3)."""

from __future__ import annotations

from dataclasses import dataclass

from clearreel.media.bits import Bits
from clearreel.media.nal import HEVC_PARAMETERS, nal_type, unescaped
from clearreel.media.weighting.hevc_sets import (
    Picture,
    References,
    Sequence,
    bits_for,
    read_picture,
    read_references,
    read_sequence,
)
from clearreel.media.weighting.reading import (
    HEADER_BYTES,
    UNTOLD,
    WeightingReader,
    denominator,
    pairs,
)

_TRAILING = frozenset(range(10))
"""nal_unit_type of slices of all pictures but those at which decoding can begin…"""
_BEGINNING = frozenset(range(16, 22))
"""…and of those."""
_, _SPS, _PPS = HEVC_PARAMETERS
_P = 1
_MOST_REFERENCES = 16


@dataclass(frozen=True, slots=True)
class _Order:
    """What a slice header says of the pictures that may be referred to."""

    usable: int
    """How many of them this picture may predict from."""
    temporal: bool
    """Motion is predicted from that of another picture."""


class HevcWeightingReader(WeightingReader):
    """Reads the weights of P slices. Encoders that code these as B slices tell none of theirs."""

    codec = "hevc"
    slices = _TRAILING | _BEGINNING

    def __init__(self, extradata: bytes | None) -> None:
        """See `WeightingReader`."""
        self._sequences: dict[int, Sequence] = {}
        self._pictures: dict[int, Picture] = {}
        super().__init__(extradata)

    def _learn(self, unit: bytes) -> None:
        kind = nal_type("hevc", unit)
        if kind == _SPS:
            number, sequence = read_sequence(unit)
            self._sequences[number] = sequence
        elif kind == _PPS:
            number, picture = read_picture(unit)
            self._pictures[number] = picture

    def _slice(self, unit: bytes) -> int:
        """Up to the first weights of a slice header (7.3.6.1)."""
        if nal_type("hevc", unit) in _BEGINNING:
            return UNTOLD
        bits = Bits(unescaped(unit[2:HEADER_BYTES]))
        if not bits.flag():
            return UNTOLD  # not the first of its picture
        picture = self._pictures[bits.ue()]
        sequence = self._sequences[picture.sequence]
        bits.skip(picture.extra_bits)
        if bits.ue() != _P or not picture.weighted:
            return UNTOLD
        bits.skip(picture.tells_output + 2 * sequence.planes)
        order = _read_order(bits, sequence)
        if sequence.offsets:
            bits.skip(1 + sequence.chroma)
        references = bits.ue() + 1 if bits.flag() else picture.references
        if references > _MOST_REFERENCES:
            raise ValueError("too many references")
        if picture.reorders and order.usable > 1 and bits.flag():
            bits.skip(references * bits_for(order.usable))
        bits.skip(picture.tells_contexts)
        if order.temporal and references > 1:
            bits.ue()
        return self._weights(bits, references, sequence.chroma)

    def _weights(self, bits: Bits, references: int, chroma: bool) -> int:
        """pred_weight_table (7.3.6.3): here weights are told as what differs from `even`."""
        power = bits.ue()
        even = denominator(power)
        if chroma:
            denominator(power + bits.se())
        light = [bits.flag() for _ in range(references)]
        tint = [chroma and bits.flag() for _ in range(references)]
        first = 0
        for place in range(references):
            luma = (bits.se(), bits.se()) if light[place] else (0, 0)
            # Of a tint the offset is told so that it depends on the weight: all but 0 changes it.
            changed = luma != (0, 0) or any(one != (0, 0) for one in pairs(bits, 2 * tint[place]))
            self.told |= changed
            if place == 0 and changed:
                first = self._change(even + luma[0], even, luma[1])
            if self.told:
                break  # what is said of the others does not matter any more
        return first


def _read_order(bits: Bits, sequence: Sequence) -> _Order:
    """What stands between the kind of a slice and its filters, but in an IDR picture."""
    bits.skip(sequence.order_bits)
    known = sequence.references
    if not bits.flag():
        near = read_references(bits, known, apart=True)
    else:
        near = known[bits.bits(bits_for(len(known)))]
    usable = _used(near)
    if sequence.far is not None:
        listed = bits.ue() if sequence.far else 0
        told = bits.ue()
        if listed + told > _MOST_REFERENCES:
            raise ValueError("too many references")
        for place in range(listed + told):
            if place < listed:
                usable += sequence.far[bits.bits(bits_for(len(sequence.far)))]
            else:
                bits.skip(sequence.order_bits)
                usable += bits.flag()
            if bits.flag():
                bits.ue()
    return _Order(usable, temporal=sequence.temporal and bits.flag())


def _used(references: References) -> int:
    return sum(used for _, used in references)
