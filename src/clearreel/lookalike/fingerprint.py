"""The fingerprint of a source or clip: its pictures and its sound, and how it is written down.

A minute takes about 12 KB: 8 of pictures and 4 of sound.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field

import numpy as np

from clearreel.lookalike.audio import HOP, SAMPLES, WINDOW, AudioPrint, read_audio
from clearreel.lookalike.video import VideoPrint, read_video
from clearreel.media.pictures import PictureReader
from clearreel.media.sound import SoundReader

NOTHING_TELLING = "it shows and sounds nothing that can be told from other footage"
VERSION = 1
"""Goes up when fingerprints of one footage change; only equal versions can be compared."""
_WINDOW = 1000 * (WINDOW + HOP) // SAMPLES
"""Milliseconds of sound that a word is made of."""
_HEAD = struct.Struct("<4sBII")
_MAGIC = b"crlk"
_LARGEST = 1 << 28
"""Bytes that a written fingerprint may take when unpacked: over a week."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is seen and what is heard; either may be empty."""

    video: VideoPrint = field(default_factory=VideoPrint.empty)
    audio: AudioPrint = field(default_factory=AudioPrint.empty)

    @property
    def telling(self) -> bool:
        """Whether there is anything in it that can be told from other footage."""
        return bool(len(self.video) or len(self.audio))

    def between(self, start: int, end: int) -> Fingerprint:
        """Of the milliseconds start <= t < end, counted from `start`: a clip's from a source's."""
        seen = (self.video.times >= start) & (self.video.times < end)
        heard = (self.audio.times >= start) & (self.audio.times < end - _WINDOW)
        return Fingerprint(
            VideoPrint(self.video.times[seen] - np.int32(start), self.video.bits[seen]),
            AudioPrint(self.audio.times[heard] - np.int32(start), self.audio.bits[heard]),
        )

    def to_bytes(self) -> bytes:
        """As it is stored: a head, then steps in time and bits, little-endian, in a zlib stream."""
        seen, heard = (
            np.diff(times, prepend=np.int32(0)) for times in (self.video.times, self.audio.times)
        )
        arrays = (seen, self.video.bits, heard, self.audio.bits)
        content = b"".join(one.astype(one.dtype.newbyteorder("<")).tobytes() for one in arrays)
        head = _HEAD.pack(_MAGIC, VERSION, len(self.video), len(self.audio))
        return head + zlib.compress(content, 9)

    @classmethod
    def from_bytes(cls, written: bytes) -> Fingerprint:
        """What `to_bytes` gave. Raises `ValueError`, with the reason, for anything else."""
        if len(written) < _HEAD.size or not written.startswith(_MAGIC):
            raise ValueError("it is no fingerprint")
        _, version, pictures, words = _HEAD.unpack_from(written)
        if version != VERSION:
            raise ValueError(f"it is of version {version}, and only {VERSION} can be compared")
        stream = zlib.decompressobj()
        try:
            content = stream.decompress(written[_HEAD.size :], _LARGEST)
        except zlib.error as error:
            raise ValueError("it is damaged") from error
        if not stream.eof or stream.unused_data:
            raise ValueError("it is cut short, or something follows it")
        shape = VideoPrint.empty().bits.shape[1:]
        sizes = (4 * pictures, 8 * pictures * int(np.prod(shape)), 4 * words, 4 * words)
        if len(content) != sum(sizes):
            raise ValueError("it is cut short or damaged")
        parts, place = [], 0
        for size, kind in zip(sizes, ("<i4", "<u8", "<i4", "<u4"), strict=True):
            parts.append(np.frombuffer(content, kind, size // int(kind[-1]), place))
            place += size
        seen, heard = (np.cumsum(parts[place], dtype=np.int32) for place in (0, 2))
        if (np.diff(seen) <= 0).any() or (np.diff(heard) <= 0).any():
            raise ValueError("its times do not increase")
        return cls(
            VideoPrint(seen, parts[1].astype(np.uint64).reshape(pictures, *shape)),
            AudioPrint(heard, parts[3].astype(np.uint32)),
        )


def read_fingerprint(
    pictures: PictureReader, sounds: SoundReader, start: int, end: int
) -> Fingerprint:
    """The fingerprint of frames start <= n < end, and of the sound that goes with them.

    Sound is read in the order of time, so clips must come in that order as well.
    """
    span = pictures.reader.timeline.span(start, end)
    return Fingerprint(read_video(pictures, start, end), read_audio(sounds, span))
