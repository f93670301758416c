"""Edit lists are set in place, to the tick."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import pytest

from clearreel.media.cut.edits import Edit, write_edits


def box(kind: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I4s", 8 + len(content), kind) + content


def movie(version: int, entries: int, media_scale: int = 48000) -> bytes:
    """A file of one track with a movie time scale of 600, all durations 0."""
    date, length = (">Q", ">Q") if version else (">I", ">I")
    dates = struct.pack(date, 0) * 2
    mvhd = box(
        b"mvhd", bytes([version, 0, 0, 0]), dates, struct.pack(">I", 600), struct.pack(length, 0)
    )
    track = struct.pack(">II", 1, 0)
    tkhd = box(b"tkhd", bytes([version, 0, 0, 7]), dates, track, struct.pack(length, 0))
    mdhd = box(b"mdhd", bytes(4), bytes(8), struct.pack(">II", media_scale, 0))
    row = struct.pack(">qqI" if version else ">iiI", 0, 0, 1 << 16)
    elst = box(b"elst", bytes([version, 0, 0, 0]), struct.pack(">I", entries), row * entries)
    trak = box(b"trak", tkhd, box(b"edts", elst), box(b"mdia", mdhd))
    return box(b"ftyp", b"isom") + box(b"moov", mvhd, trak) + box(b"mdat", b"media")


@pytest.mark.parametrize("version", [0, 1])
def test_the_edit_of_a_track(tmp_path: Path, version: int) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(movie(version, 1))
    write_edits(path, [Edit(Fraction(1, 10), Fraction(0), Fraction(3, 2))])
    data = path.read_bytes()
    form = ">qqI" if version else ">iiI"
    at = data.index(b"elst") + 12
    assert struct.unpack_from(form, data, at) == (900, 4800, 1 << 16)
    length = ">Q" if version else ">I"
    assert struct.unpack_from(length, data, data.index(b"mvhd") + (28 if version else 20)) == (900,)
    assert struct.unpack_from(length, data, data.index(b"tkhd") + (32 if version else 24)) == (900,)
    assert len(data) == len(movie(version, 1))
    assert data.endswith(b"media")


def test_a_track_that_begins_later(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(movie(0, 2))
    write_edits(path, [Edit(Fraction(0), Fraction(1, 3), Fraction(1))])
    data = path.read_bytes()
    at = data.index(b"elst") + 12
    assert struct.unpack_from(">iiIii", data, at) == (200, -1, 1 << 16, 600, 0)
    assert struct.unpack_from(">I", data, data.index(b"mvhd") + 20) == (800,)
