"""What reading weights is for any codec: units, parameter sets, and what is told."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from clearreel.media.bits import Bits
from clearreel.media.nal import Configuration, nal_type

UNTOLD = -1
"""A packet that says nothing of the light of the pictures that it predicts from: it predicts from
none, or in both directions, or its syntax has no weights."""
UNIT = 128
"""A weight is told as the change that it makes, in such parts: of the light, or of its range."""
_MOST = 127
_FINEST = 7
"""luma_log2_weight_denom and its like, at most."""
HEADER_BYTES = 128
"""More than a slice header up to its first weights takes, with a few changes of references."""
_SETS_BYTES = 1024
"""More than a parameter set takes, and all that stands in front of a slice behind start codes."""


class WeightingReader(ABC):
    """Reads the weighting of the packets of one stream, which come in decoding order."""

    codec: ClassVar[str]
    slices: ClassVar[frozenset[int]]
    """nal_unit_type of all slices."""

    def __init__(self, extradata: bytes | None) -> None:
        """`extradata` is the stream's avcC or hvcC box, or empty where packets have start codes."""
        self.told = False
        """Whether any packet told a weight. An encoder that never does may not look for them, and
        what is not weighted proves nothing then."""
        try:
            configuration = Configuration(self.codec, extradata)
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
                if nal_type(self.codec, unit) in self.slices:
                    return self._slice(unit)
                self._learn(unit)
        except (IndexError, KeyError, ValueError):
            pass
        return UNTOLD

    @abstractmethod
    def _learn(self, unit: bytes) -> None:
        """Keep what a parameter set says; all other units are left alone."""

    @abstractmethod
    def _slice(self, unit: bytes) -> int:
        """What `read` gives, from the slice's header."""

    def _heads(self, packet: bytes | memoryview) -> Iterator[bytes]:
        """The first bytes of each unit."""
        size = self._length_size
        if size == 0:
            at = 0
            head = bytes(packet[: _SETS_BYTES + HEADER_BYTES])
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

    def _change(self, factor: int, usual: int, added: int) -> int:
        """What a weight that is told changes: of a factor that is `usual` where nothing changes."""
        return min(max(1, abs(factor - usual) * UNIT // usual, abs(added)), _MOST)


def denominator(power: int) -> int:
    """What a weight is that changes nothing. Raises `ValueError` where the power is none."""
    if not 0 <= power <= _FINEST:
        raise ValueError("no denominator of weights")
    return 1 << power


def pairs(bits: Bits, count: int) -> list[tuple[int, int]]:
    """So many weights, each with what is added."""
    return [(bits.se(), bits.se()) for _ in range(count)]
