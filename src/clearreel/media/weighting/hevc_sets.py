"""Parameter sets of HEVC, as far as slice headers need them (ITU-T H.265, 7.3.2)."""

from __future__ import annotations

from dataclasses import dataclass

from clearreel.media.bits import Bits
from clearreel.media.nal import unescaped

_FULL_CHROMA = 3
_PROFILE_BITS, _LEVEL_BITS = 88, 8
_MOST_LAYERS = 8
_MOST_SETS, _MOST_REFERENCES, _MOST_FAR, _MOST_TILES = 64, 16, 32, 22

References = tuple[tuple[int, bool], ...]
"""Pictures that are kept beside one: how much later each is shown, those before it first and the
nearest first; and whether it may be predicted from (7.4.8)."""


@dataclass(frozen=True, slots=True)
class Sequence:
    """Of a sequence parameter set, what it takes to read slice headers (7.3.2.2)."""

    chroma: bool
    """Slices have chroma, and weights for it."""
    planes: bool
    """Each plane has slices of its own."""
    order_bits: int
    """Of slice_pic_order_cnt_lsb."""
    offsets: bool
    """Slices tell whether samples are offset after decoding (SAO)."""
    references: tuple[References, ...]
    """The sets that slices choose from."""
    far: tuple[bool, ...] | None
    """Pictures that are kept for long: whether they may be predicted from; None if slices tell of
    none."""
    temporal: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """Of a picture parameter set, the same (7.3.2.3)."""

    sequence: int
    tells_output: bool
    extra_bits: int
    tells_contexts: bool
    """Slices say how CABAC begins."""
    references: int
    weighted: bool
    reorders: bool
    """Slices may change the order of what they refer to."""


def read_sequence(unit: bytes) -> tuple[int, Sequence]:
    """An SPS and its number."""
    bits = Bits(unescaped(unit[2:]))
    bits.skip(4)
    layers = bits.bits(3)
    bits.skip(1)
    _skip_profile(bits, layers)
    number, chroma = bits.ue(), bits.ue()
    planes = chroma == _FULL_CHROMA and bits.flag()
    bits.skip_codes(2)  # width and height
    if bits.flag():
        bits.skip_codes(4)
    bits.skip_codes(2)  # depths
    order_bits = bits.ue() + 4
    if order_bits > 16:
        raise ValueError("no order of pictures")
    bits.skip_codes(3 * (layers + 1 if bits.flag() else 1))
    bits.skip_codes(6)  # sizes of blocks
    if bits.flag() and bits.flag():
        _skip_scaling_lists(bits)
    bits.skip(1)
    offsets = bits.flag()
    if bits.flag():  # pulse code modulation
        bits.skip(8)
        bits.skip_codes(2)
        bits.skip(1)
    known: tuple[References, ...] = ()
    for _ in range(_at_most(bits.ue(), _MOST_SETS)):
        known += (read_references(bits, known),)
    far = None
    if bits.flag():
        far = tuple(_far(bits, order_bits) for _ in range(_at_most(bits.ue(), _MOST_FAR)))
    return number, Sequence(
        chroma=chroma != 0 and not planes,
        planes=planes,
        order_bits=order_bits,
        offsets=offsets,
        references=known,
        far=far,
        temporal=bits.flag(),
    )


def read_picture(unit: bytes) -> tuple[int, Picture]:
    """A PPS and its number."""
    bits = Bits(unescaped(unit[2:]))
    number, sequence = bits.ue(), bits.ue()
    bits.skip(1)
    tells_output = bits.flag()
    extra_bits = bits.bits(3)
    bits.skip(1)
    tells_contexts = bits.flag()
    references = bits.ue() + 1
    bits.skip_codes(2)
    bits.skip(2)
    if bits.flag():
        bits.ue()
    bits.skip_codes(2)  # quantisers of chroma
    bits.skip(1)
    weighted = bits.flag()
    bits.skip(2)
    tiles = bits.flag()
    bits.skip(1)
    if tiles:
        borders = _at_most(bits.ue(), _MOST_TILES) + _at_most(bits.ue(), _MOST_TILES)
        if not bits.flag():
            bits.skip_codes(borders)
        bits.skip(1)
    bits.skip(1)
    if bits.flag():  # deblocking
        bits.skip(1)
        if not bits.flag():
            bits.skip_codes(2)
    if bits.flag():
        _skip_scaling_lists(bits)
    return number, Picture(
        sequence, tells_output, extra_bits, tells_contexts, references, weighted, bits.flag()
    )


def read_references(
    bits: Bits, known: tuple[References, ...], *, apart: bool = False
) -> References:
    """st_ref_pic_set (7.3.7 and 7.4.8), the next behind the `known`; `apart`: in a slice header."""
    if known and bits.flag():
        back = bits.ue() + 1 if apart else 1
        if back > len(known):
            raise ValueError("no such set of references")
        earlier = bits.flag()
        moved = (bits.ue() + 1) * (-1 if earlier else 1)
        found = []
        for later in (*(later for later, _ in known[-back]), 0):
            used = bits.flag()
            if (used or bits.flag()) and later + moved:
                found.append((later + moved, used))
        # Those before the picture first, and of both the nearest.
        return tuple(sorted(found, key=lambda one: (one[0] > 0, abs(one[0]))))
    before, behind = (_at_most(bits.ue(), _MOST_REFERENCES) for _ in range(2))
    told: list[tuple[int, bool]] = []
    for count, sign in ((before, -1), (behind, 1)):
        later = 0
        for _ in range(count):
            later += sign * (bits.ue() + 1)
            told.append((later, bits.flag()))
    return tuple(told)


def bits_for(count: int) -> int:
    """Bits of a number below `count`."""
    return max(0, count - 1).bit_length()


def _far(bits: Bits, order_bits: int) -> bool:
    bits.skip(order_bits)
    return bits.flag()


def _skip_profile(bits: Bits, layers: int) -> None:
    """profile_tier_level (7.3.3) with so many layers below the highest."""
    bits.skip(_PROFILE_BITS + _LEVEL_BITS)
    told = [(bits.flag(), bits.flag()) for _ in range(layers)]
    if layers:
        bits.skip(2 * (_MOST_LAYERS - layers))
    for profile, level in told:
        bits.skip(_PROFILE_BITS * profile + _LEVEL_BITS * level)


def _skip_scaling_lists(bits: Bits) -> None:
    """scaling_list_data (7.3.4)."""
    for size in range(4):
        for _ in range(2 if size == 3 else 6):
            if bits.flag():
                bits.skip_codes((size > 1) + min(64, 1 << (4 + 2 * size)))
            else:
                bits.ue()


def _at_most(count: int, most: int) -> int:
    if count > most:
        raise ValueError(f"{count} where there are {most} at most")
    return count
