"""The file of a clip but for its samples: what the muxer writes, with the tables of others."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from math import ceil

import numpy as np
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream
from numpy.typing import NDArray

from clearreel.media.cut.boxes import HEADER, box, boxes, find, full_box
from clearreel.media.cut.edits import Edit, entries, scale, set_edits
from clearreel.media.cut.tables import Samples, sample_tables, set_chunks
from clearreel.media.cut.target import muxing, track_scale

LARGEST = (1 << 31) - 1
"""Bytes of a clip, and ticks of a track and of the whole, up to which a skeleton serves."""

_FASTEST_SOUND = 192_000
"""Samples a second."""
_RATES = {b"btrt": 8, b"esds": 26}
"""Where the largest bit rate stands in boxes that tell it, in bytes from the box's type; that on
average follows (ISO/IEC 14496-12, 8.5.2; 14496-1, 7.2.6.6, with lengths of four bytes)."""


@dataclass(frozen=True, slots=True)
class Track:
    """What a clip has of one stream."""

    samples: Samples
    places: NDArray[np.int64]
    """int64 (samples,): the byte of the media data at which each lies."""
    edit: Edit

    def longest(self, movie_scale: int) -> int:
        """The largest number of ticks that a box says of it."""
        edit, samples = self.edit, self.samples
        shown = ceil((edit.skip + edit.delay + edit.duration) * max(samples.scale, movie_scale))
        return max(shown, samples.media_ticks, samples.decoded_ticks)


class Skeleton:
    """Made once for a source: FFmpeg's muxer describes the streams, and nothing else differs."""

    def __init__(
        self,
        time_base: Fraction,
        add_streams: Callable[[OutputContainer], Sequence[Stream]],
        contents: Sequence[bytes],
    ) -> None:
        """`contents` holds one sample of each stream that `add_streams` adds."""
        file = BytesIO()
        # So long that next to no bit rate comes of it, and not longer than boxes of 32 bits tell.
        longest = LARGEST // (2 * max(track_scale(time_base), _FASTEST_SOUND))
        with muxing(file, ".mp4", time_base) as out:
            for stream, content in zip(add_streams(out), contents, strict=True):
                packet: Packet[Stream] = Packet(content)
                packet.stream = stream
                packet.time_base = Fraction(1)
                packet.pts = packet.dts = 0
                packet.duration = min(8 * len(content), longest)
                packet.is_keyframe = True
                out.mux(packet)
        data = file.getvalue()
        parts = {kind: (start, end) for kind, start, end in boxes(data, 0, len(data))}
        self._before, self._behind = (
            data[start - HEADER : end] for start, end in (parts[b"ftyp"], parts[b"free"])
        )
        self._movie = data[slice(*parts[b"moov"])]
        self._scale = scale(self._movie, find(self._movie, 0, len(self._movie), b"mvhd")[0])

    def head(self, tracks: Sequence[Track]) -> bytes:
        """All bytes of a clip that come before its media data, in which it has these tracks.

        `tracks` are in the order of the streams, and none is longer than `LARGEST`.
        """
        left = iter(tracks)
        movie = bytearray()
        for kind, start, end in boxes(self._movie, 0, len(self._movie)):
            content = self._movie[start:end]
            if kind == b"trak":
                content = _filled(content, next(left), self._scale)
            movie += box(kind, content)
        total = sum(int(track.samples.size.sum()) for track in tracks)
        media = struct.pack(">I4s", HEADER + total, b"mdat")
        begins = len(self._before) + HEADER + len(movie) + len(self._behind) + len(media)
        set_chunks(movie, begins)
        set_edits(movie, [track.edit for track in tracks])
        return b"".join((self._before, box(b"moov", movie), self._behind, media))


def _filled(data: bytes, track: Track, movie_scale: int) -> bytes:
    """The content of a box of a track; `data` is what the skeleton has there."""
    parts = []
    for kind, start, end in boxes(data, 0, len(data)):
        content = data[start:end]
        match kind:
            case b"mdia" | b"minf":
                content = _filled(content, track, movie_scale)
            case b"mdhd":
                ticks = struct.pack(">I", track.samples.media_ticks)
                content = content[:16] + ticks + content[20:]
            case b"edts":
                content = full_box(b"elst", entries(track.edit, movie_scale))
            case b"stbl":
                begin, stop = find(content, 0, len(content), b"stsd")
                description = _rated(content[begin - HEADER : stop], track.samples)
                content = description + sample_tables(track.samples, track.places)
        parts.append(box(kind, content))
    return b"".join(parts)


def _rated(description: bytes, samples: Samples) -> bytes:
    """A sample description with the bit rate of these samples."""
    rated = bytearray(description)
    rate = int(samples.size.sum()) * 8 * samples.scale // samples.decoded_ticks
    rate = min(rate, (1 << 32) - 1)  # a frame may last for a tick
    for kind, behind in _RATES.items():
        at = rated.find(kind)
        if at >= 0:
            most, average = struct.unpack_from(">II", rated, at + behind)
            stated = most if most > average else 0  # else it comes from the sample alone
            struct.pack_into(">II", rated, at + behind, max(stated, rate), rate)
    return bytes(rated)
