"""A fingerprint of pictures that outlives re-encoding, scaling, cropping, bars and colour changes.

Pictures are taken four times a second. Of each, after black bars are left out, the signs of the
lowest frequencies of a discrete cosine transform are kept, as in pHash (Zauner 2010) and PDQ
(Facebook 2019), but twice: of the whole picture, and of what a crop leaves of it. So a picture and
its crop share one of the two. Luma alone is used, and signs alone, so that brightness, contrast,
gamma and saturation matter little; stretching the picture to another shape changes nothing.

A mirrored picture differs in the sign of every odd horizontal frequency, so it needs no fingerprint
of its own: see `mirrored`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from clearreel.media.bars import BarFinder
from clearreel.media.pictures import Picture, PictureReader

RATE = 4
"""Pictures a second that are looked at."""
WIDTH = 160
"""Pixels across of the pictures that are looked at."""
BITS = 128
"""Signs kept of each region."""
CROP = 0.93
"""Share of the width and height that the second region has, in the middle of the picture."""
LIT = 0.95
"""Share of the pictures in which a line must be dark to be taken for a bar. Not all, because a bar
may hold a title for a while, and coding noise for a frame."""
_DARK = BarFinder(border=0.0)
"""Leaves out what stays dark at the sides, be it a bar or the scene: a copy with bars around it and
one without have to come to the same."""
PLAIN = 2.5
"""Standard deviation of luma below which a picture says nothing: black, white, a plain colour."""
LONGEST = 24 * 3600
"""Seconds that are looked at; a damaged time stamp may give years."""
BLOCK = 4096
"""Pictures held at a time; bars are looked for in each block."""

Bits = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class VideoPrint:
    """Pictures of a source or clip in the order of time; plain ones are left out."""

    times: NDArray[np.int32]
    """(pictures,) in milliseconds, increasing, from the start of what was read."""
    bits: Bits
    """(pictures, 2, BITS / 64): of the whole picture, and of its middle."""

    def __len__(self) -> int:
        return len(self.times)

    @classmethod
    def empty(cls) -> VideoPrint:
        """Of nothing, or of nothing that says anything."""
        return cls(np.zeros(0, np.int32), np.zeros((0, 2, BITS // 64), np.uint64))

    @property
    def mirrored(self) -> VideoPrint:
        """The fingerprint of the same footage, left and right exchanged."""
        return VideoPrint(self.times, self.bits ^ _mirror())


def read_video(pictures: PictureReader, start: int, end: int) -> VideoPrint:
    """The fingerprint of frames start <= n < end.

    Decodes what it needs and no more: frames that nothing refers to are passed over where that is
    possible. Frames that cannot be decoded are missing.
    """
    return video_print(_sampled(pictures, start, end))


def video_print(samples: Iterable[tuple[int, Picture]]) -> VideoPrint:
    """The fingerprint of (milliseconds, luma) pairs; luma is uint8 (height, width), of one size."""
    times: list[NDArray[np.int32]] = []
    bits: list[Bits] = []
    rest = iter(samples)
    while block := list(islice(rest, BLOCK)):
        stack = np.stack([luma for _, luma in block])
        lit = np.quantile(stack, LIT, axis=0).astype(np.float32)
        margins = _DARK.margins(lit)
        if margins is None:
            continue
        height, width = stack.shape[1:]
        inside = stack[
            :, margins.top : height - margins.bottom, margins.left : width - margins.right
        ]
        telling = inside.std(axis=(1, 2)) >= PLAIN
        times.append(np.array([time for time, _ in block], np.int32)[telling])
        bits.append(_signs(inside[telling]))
    if not times:
        return VideoPrint.empty()
    return VideoPrint(np.concatenate(times), np.concatenate(bits))


def _sampled(pictures: PictureReader, start: int, end: int) -> Iterator[tuple[int, Picture]]:
    timeline = pictures.reader.timeline
    seconds = (timeline.ticks[start:end] - timeline.ticks[start]) * float(timeline.time_base)
    seconds = seconds[seconds < LONGEST]
    # The first frame of each quarter of a second.
    numbers = start + np.unique(np.floor(seconds * RATE + 1e-6), return_index=True)[1]
    size: tuple[int, ...] = ()
    needed = np.zeros(len(timeline), np.bool_)
    needed[numbers] = True
    for number, frame in pictures.reader.frames(start, end, needed):
        if needed[number]:
            luma = pictures.luma(frame, WIDTH)
            size = size or luma.shape
            if luma.shape == size:  # a picture that lies on its side all at once is damage
                yield round(1000 * seconds[number - start]), luma


def _signs(pictures: NDArray[np.uint8]) -> Bits:
    """(pictures, 2, BITS / 64) of luma (pictures, height, width)."""
    height, width = pictures.shape[1:]
    down, across = _lowest()
    luma = pictures.astype(np.float32)
    regions = []
    for share in (1.0, CROP):
        rows, columns = _cosines(height, share), _cosines(width, share)
        signs = (rows @ (luma @ columns.T))[:, down, across] > 0
        regions.append(np.ascontiguousarray(np.packbits(signs, axis=1)).view(np.uint64))
    return np.stack(regions, axis=1)


@lru_cache(maxsize=32)
def _cosines(length: int, share: float) -> NDArray[np.float32]:
    """(frequencies, length): DCT-II over the middle `share` of a line, 0 outside."""
    frequencies = max(max(axis) for axis in _lowest()) + 1
    edges = np.clip((np.arange(length + 1) / length - 0.5) / share + 0.5, 0, 1)
    middles, weights = (edges[1:] + edges[:-1]) / 2, np.diff(edges)
    waves = np.cos(np.pi * np.arange(frequencies)[:, None] * middles) * weights
    # What only weights do must not show in a picture of one colour.
    waves[1:] -= waves[1:].sum(axis=1, keepdims=True) * weights
    return np.asarray(waves, np.float32)


@lru_cache(maxsize=1)
def _lowest() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The `BITS` lowest pairs of vertical and horizontal frequencies, without the mean."""
    pairs = [(u, v) for u in range(BITS) for v in range(BITS // (u + 1) + 1) if u or v]
    pairs.sort(key=lambda pair: (pair[0] ** 2 + pair[1] ** 2, pair))
    return tuple(u for u, _ in pairs[:BITS]), tuple(v for _, v in pairs[:BITS])


@lru_cache(maxsize=1)
def _mirror() -> Bits:
    odd = np.array([v % 2 == 1 for v in _lowest()[1]])
    return np.packbits(odd).view(np.uint64)
