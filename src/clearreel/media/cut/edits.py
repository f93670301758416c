"""Set the edit lists of an MP4 or QuickTime file: what of each track is shown, to the tick.

The muxer writes an edit list a track, whose edit lasts as long as the track does. Hidden frames at
the end need it shorter, so the duration is set here, in place: no box changes its size.
ISO/IEC 14496-12, 8.6.5 and 8.6.6.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from clearreel.media.cut.boxes import HEADER, boxes, find


@dataclass(frozen=True, slots=True)
class Edit:
    """What of one track is shown, in seconds."""

    skip: Fraction
    """Of the track's own time, before the first shown moment."""
    delay: Fraction
    """From the start of the film to the first moment of the track."""
    duration: Fraction


def write_edits(path: Path, edits: Sequence[Edit]) -> None:
    """Set the edit of each track of a finished file, in the order of its tracks."""
    with path.open("r+b") as file:
        start, size = next(
            (start, size) for kind, start, size in _top_level(path) if kind == b"moov"
        )
        file.seek(start)
        movie = bytearray(file.read(size))
        set_edits(movie, edits)
        file.seek(start)
        file.write(movie)


def _top_level(path: Path) -> Iterator[tuple[bytes, int, int]]:
    """Type, offset and length of the content of each box of the file."""
    end = path.stat().st_size
    with path.open("rb") as file:
        at = 0
        while at + HEADER <= end:
            file.seek(at)
            size, kind = struct.unpack(">I4s", file.read(HEADER))
            header = HEADER
            if size == 1:
                (size,) = struct.unpack(">Q", file.read(8))
                header = 16
            yield kind, at + header, size - header
            at += size


def set_edits(movie: bytearray, edits: Sequence[Edit]) -> None:
    """As `write_edits`, in the content of the box `moov`."""
    header, _ = find(movie, 0, len(movie), b"mvhd")
    movie_scale = scale(movie, header)
    total = 0
    tracks = [(s, e) for kind, s, e in boxes(movie, 0, len(movie)) if kind == b"trak"]
    for (start, end), edit in zip(tracks, edits, strict=True):
        media, _ = find(movie, start, end, b"mdia", b"mdhd")
        delay = int(edit.delay * movie_scale)
        shown = int((edit.delay + edit.duration) * movie_scale) - delay
        skip = int(edit.skip * scale(movie, media))
        _set_list(movie, find(movie, start, end, b"edts", b"elst")[0], delay, shown, skip)
        track, _ = find(movie, start, end, b"tkhd")
        # Version 1 has 8-byte dates before the track's number and its duration.
        _set_duration(movie, track, {0: 20, 1: 28}, delay + shown)
        total = max(total, delay + shown)
    _set_duration(movie, header, {0: 16, 1: 24}, total)


def entries(edit: Edit, movie_scale: int) -> bytes:
    """An edit list's entries, yet to be set: one, or two where the track begins late."""
    count = 2 if int(edit.delay * movie_scale) else 1
    return struct.pack(">I", count) + struct.pack(">iiI", 0, 0, 1 << 16) * count


def _set_list(movie: bytearray, at: int, delay: int, shown: int, skip: int) -> None:
    (count,) = struct.unpack_from(">I", movie, at + 4)
    rows = [(shown, skip)] if count == 1 else [(delay, -1), (shown, skip)]
    form = ">qq" if movie[at] == 1 else ">ii"
    step = struct.calcsize(form) + 4  # each entry ends with its rate
    for number, row in enumerate(rows):
        struct.pack_into(form, movie, at + 8 + number * step, *row)


def scale(movie: bytes | bytearray, header: int) -> int:
    """Ticks a second of an mvhd or mdhd box."""
    (ticks,) = struct.unpack_from(">I", movie, header + (20 if movie[header] == 1 else 12))
    return int(ticks)


def _set_duration(movie: bytearray, header: int, offsets: dict[int, int], ticks: int) -> None:
    version = movie[header]
    struct.pack_into(">Q" if version == 1 else ">I", movie, header + offsets[version], ticks)
