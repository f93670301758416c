"""The sample tables of a track in an MP4 file, as FFmpeg's muxer writes them.

ISO/IEC 14496-12, 8.6 and 8.7; all arrays have a row a sample, in decoding order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clearreel.media.cut.boxes import box, boxes, find, full_box

_CHUNK_BYTES = 1 << 20
"""Chunks stay below; neighbours in the file share one."""


@dataclass(frozen=True, slots=True)
class Samples:
    """The samples of one track."""

    scale: int
    """Ticks a second."""
    position: NDArray[np.int64]
    """The byte of the source at which each lies."""
    size: NDArray[np.int64]
    pts: NDArray[np.int64]
    dts: NDArray[np.int64]
    """In ticks, as `pts`, and ascending."""
    duration: NDArray[np.int64]
    """In ticks, by itself; each is decoded until the next is."""
    key: NDArray[np.bool_]
    disposable: NDArray[np.bool_]
    video: bool

    def __len__(self) -> int:
        return len(self.size)

    @property
    def decoded_ticks(self) -> int:
        """From the first decoding time to the end of the last."""
        return int(self.dts[-1] - self.dts[0] + self.duration[-1])

    @property
    def media_ticks(self) -> int:
        """How long the track's media lasts, by FFmpeg's count.

        Until no sample is shown any more, less the shortest time that one of those waits to be
        shown which are decoded until 0 (or the first).
        """
        early = np.concatenate([[True], self.dts[1:] <= 0])
        late = int((self.pts - self.dts)[early].min())
        return int((self.pts + self.duration).max() - self.dts[0]) - late


def sample_tables(samples: Samples, places: NDArray[np.int64]) -> bytes:
    """All tables of a track, whose samples lie at `places` of the media data."""
    steps = np.append(samples.dts[1:] - samples.dts[:-1], samples.duration[-1])
    parts = [full_box(b"stts", *_runs(steps))]
    keys = np.flatnonzero(samples.key)
    if samples.video and 0 < len(keys) < len(samples):
        parts.append(full_box(b"stss", _numbers(len(keys)), _numbers(keys + 1)))
    if samples.video and samples.disposable.any():
        parts.append(full_box(b"sdtp", _dependence(samples)))
    if (samples.pts != samples.dts).any():
        parts.append(full_box(b"ctts", *_runs(samples.pts - samples.dts)))
    starts = _chunks(places, samples.size)
    counts = _lengths(starts, len(samples))
    first = _first(counts)
    rows = np.stack([first + 1, counts[first], np.ones_like(first)], axis=1)
    parts.append(full_box(b"stsc", _numbers(len(first)), _numbers(rows)))
    parts.append(_size_table(samples.size))
    parts.append(full_box(b"stco", _numbers(len(starts)), _numbers(places[starts])))
    if not samples.video:
        parts.append(_preroll_tables(len(samples)))
    return b"".join(parts)


def set_chunks(movie: bytearray, begins: int) -> None:
    """Move all chunks, in the content of a box `moov`, to where the file's media data begins."""
    for kind, start, end in boxes(movie, 0, len(movie)):
        if kind == b"trak":
            at, end = find(movie, start, end, b"mdia", b"minf", b"stbl", b"stco")
            places = np.frombuffer(movie, ">u4", offset=at + 8, count=(end - at - 8) // 4)
            movie[at + 8 : end] = _numbers(places.astype(np.int64) + begins)


def _chunks(places: NDArray[np.int64], size: NDArray[np.int64]) -> NDArray[np.int64]:
    """The samples with which chunks begin, int64 (chunks,)."""
    apart = np.flatnonzero(places[1:] != places[:-1] + size[:-1]) + 1
    starts = np.concatenate([[0], apart])
    ends = np.append(apart, len(size))
    total = np.concatenate([[0], np.cumsum(size)])
    if (total[ends] - total[starts] < _CHUNK_BYTES).all():
        return starts
    split = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        while start < end:
            split.append(start)
            beyond = int(np.searchsorted(total, total[start] + _CHUNK_BYTES))
            start = min(end, max(start + 1, beyond - 1))
    return np.array(split, np.int64)


def _size_table(size: NDArray[np.int64]) -> bytes:
    if (size == size[0]).all():
        return full_box(b"stsz", _numbers(int(size[0]), len(size)))
    return full_box(b"stsz", _numbers(0, len(size)), _numbers(size))


def _dependence(samples: Samples) -> bytes:
    # Two bits each: leading (not told), whether it depends on others, whether others depend on it
    # (told where they don't), redundancy (not told).
    depends = np.where(samples.key, 2, 1)
    return (depends << 4 | samples.disposable * 2 << 2).astype(np.uint8).tobytes()


def _preroll_tables(count: int) -> bytes:
    """That decoders need one sample before the first of which the sound is right (AAC)."""
    group = box(b"sgpd", b"\x01\0\0\0roll", _numbers(2, 1), b"\xff\xff")
    return group + full_box(b"sbgp", b"roll", _numbers(1, count, 1))


def _runs(values: NDArray[np.int64]) -> tuple[bytes, bytes]:
    """How many runs of one value there are, and the length and value of each."""
    first = _first(values)
    rows = np.stack([_lengths(first, len(values)), values[first]], axis=1)
    return _numbers(len(first)), _numbers(rows)


def _first(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where a value differs from the one before, int64 (runs,)."""
    return np.concatenate([[0], np.flatnonzero(values[1:] != values[:-1]) + 1])


def _lengths(starts: NDArray[np.int64], end: int) -> NDArray[np.int64]:
    return np.append(starts[1:], end) - starts


def _numbers(*values: int | NDArray[np.int64]) -> bytes:
    return b"".join(
        value.astype(">u4").tobytes() if isinstance(value, np.ndarray) else value.to_bytes(4, "big")
        for value in values
    )
