"""Synthetic pictures with known truth: shots, the changes between them, and decoys.

Everything is computed from seeds: the same `Reel` gives the same pixels on every machine. A frame
also carries its own number in a strip along the bottom edge (`numbering`), so that a test can
decode a clip and say exactly which frames of the source it holds.
"""

from __future__ import annotations

import colorsys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from clearreel.testing.numbering import stamp

Picture: TypeAlias = npt.NDArray[np.uint8]
"""Shape (height, width, 3), uint8, R'G'B' full range."""

Motion = Literal["static", "pan", "zoom", "object"]
Change = Literal["start", "cut", "dissolve", "fade", "wipe"]
Decoy = Literal["flash", "whip"]

FLASH_FRAMES = 2
WHIP_FRAMES = 8


@dataclass(frozen=True, slots=True)
class Shot:
    """One shot: `frames` frames that are wholly its own, and the change that leads into it.

    `change_frames` frames of a dissolve, fade or wipe come before them and are counted extra; a
    cut has none. A decoy, something that a careless detector takes for a boundary, sits in the
    middle: a `flash` of 2 bright frames, or a `whip` pan of 8 frames.
    """

    frames: int
    seed: int
    motion: Motion = "pan"
    change: Change = "cut"
    change_frames: int = 0
    decoy: Decoy | None = None

    def __post_init__(self) -> None:
        if self.frames < 1:
            raise ValueError(f"a shot has at least 1 frame, not {self.frames}")
        if (self.change in ("start", "cut")) != (self.change_frames == 0):
            raise ValueError(f"a {self.change} of {self.change_frames} frames")
        if self.decoy is not None and self.frames < 3 * WHIP_FRAMES:
            raise ValueError(f"a shot with a decoy has at least {3 * WHIP_FRAMES} frames")


@dataclass(frozen=True, slots=True)
class ShotTruth:
    """Where a shot lies, in 0-based numbers of the presented frames.

    The shot is the half-open range [start_frame, start_frame + frames) of the frames that are
    wholly its own. The change into it is [change_start, change_start + change_frames) and ends
    where the shot starts; the frames of a gradual change belong to neither shot. A cut and the
    start of the reel have length 0.
    """

    start_frame: int
    frames: int
    change: Change
    change_start: int
    change_frames: int


@dataclass(frozen=True, slots=True)
class Reel:
    """Shots in a row, as pictures of one size. The change of the first shot is always `start`."""

    shots: tuple[Shot, ...]
    width: int = 160
    height: int = 90
    numbered: bool = True

    def __post_init__(self) -> None:
        if not self.shots:
            raise ValueError("a reel has at least 1 shot")
        if self.shots[0].change_frames:
            raise ValueError("nothing lies before the first shot, so no change leads into it")

    def __len__(self) -> int:
        return sum(shot.change_frames + shot.frames for shot in self.shots)

    @property
    def truth(self) -> tuple[ShotTruth, ...]:
        """One entry a shot, in order."""
        found: list[ShotTruth] = []
        change_start = 0
        for number, shot in enumerate(self.shots):
            change: Change = shot.change if number else "start"
            start = change_start + shot.change_frames
            found.append(ShotTruth(start, shot.frames, change, change_start, shot.change_frames))
            change_start = start + shot.frames
        return tuple(found)

    def frame(self, number: int) -> Picture:
        """The picture of the 0-based frame `number`."""
        if not 0 <= number < len(self):
            raise IndexError(f"frame {number} of a reel of {len(self)} frames")
        picture = self._unnumbered(number)
        return stamp(picture, number) if self.numbered else picture

    def __iter__(self) -> Iterator[Picture]:
        return (self.frame(number) for number in range(len(self)))

    def _unnumbered(self, number: int) -> Picture:
        truth = self.truth
        index = max(i for i, shot in enumerate(truth) if shot.change_start <= number)
        here, place = self.shots[index], truth[index]
        incoming = self._look(here, number - place.change_start)
        if number >= place.start_frame:
            return incoming
        before = self.shots[index - 1]
        outgoing = self._look(before, number - truth[index - 1].change_start)
        # No frame of the change equals either shot: the share runs from 1/(n+1) to n/(n+1).
        share = (number - place.change_start + 1) / (place.change_frames + 1)
        return _mix(outgoing, incoming, here.change, share)

    def _look(self, shot: Shot, tick: int) -> Picture:
        return _look(shot, tick, self.width, self.height)


def reel(
    *frames: int, width: int = 160, height: int = 90, seed: int = 0, motion: Motion = "pan"
) -> Reel:
    """Shots of the given numbers of frames, joined by cuts: the reel most tests need."""
    shots = tuple(Shot(count, seed + i, motion) for i, count in enumerate(frames))
    return Reel(shots, width, height)


def weave(reel: Reel) -> Iterator[Picture]:
    """Interlaced frames, top field first: frame i holds the moments 2i and 2i+1 of `reel`.

    The number in the strip is i, in both fields.
    """
    for number in range(len(reel) // 2):
        picture = reel._unnumbered(2 * number).copy()
        picture[1::2] = reel._unnumbered(2 * number + 1)[1::2]
        yield stamp(picture, number)


def _mix(outgoing: Picture, incoming: Picture, change: Change, share: float) -> Picture:
    if change == "wipe":
        border = round(share * outgoing.shape[1])
        return np.concatenate([incoming[:, :border], outgoing[:, border:]], axis=1)
    if change == "dissolve":
        mixed = outgoing * (1 - share) + incoming * share
    else:  # fade: out to black, then in from black
        mixed = outgoing * max(0.0, 1 - 2 * share) + incoming * max(0.0, 2 * share - 1)
    return np.rint(mixed).astype(np.uint8)


def _look(shot: Shot, tick: int, width: int, height: int) -> Picture:
    """What `shot` shows at its own frame `tick`, counted from the start of its change."""
    canvas = _canvas(shot.seed, width, height)
    rows, columns = np.arange(height), np.arange(width)
    if shot.motion == "pan":
        columns = columns + 2 * tick
    middle = shot.change_frames + shot.frames // 2
    if shot.decoy == "whip":
        # A third of the width a frame, which is more than motion compensation reaches.
        columns = columns + width // 3 * min(max(tick - middle, 0), WHIP_FRAMES)
    if shot.motion == "zoom":
        picture = _zoomed(canvas, 1.01**tick, width, height)
    else:
        picture = canvas[np.ix_(rows % canvas.shape[0], columns % canvas.shape[1])]
    if shot.motion == "object":
        picture = _with_object(picture, shot.seed, tick)
    if shot.decoy == "flash" and middle <= tick < middle + FLASH_FRAMES:
        picture = (255 - (255 - picture) // 6).astype(np.uint8)
    return picture


def _zoomed(canvas: Picture, scale: float, width: int, height: int) -> Picture:
    """The middle of the canvas, enlarged; bilinear, so that slow zooms move smoothly."""

    def positions(length: int, size: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        at = (np.arange(length) - (length - 1) / 2) / scale + (size - 1) / 2
        low = np.floor(at).astype(np.int64)
        return low, at - low

    y, dy = positions(height, canvas.shape[0])
    x, dx = positions(width, canvas.shape[1])
    rows = canvas[y] * (1 - dy)[:, None, None] + canvas[y + 1] * dy[:, None, None]
    both = rows[:, x] * (1 - dx)[:, None] + rows[:, x + 1] * dx[:, None]
    return np.rint(both).astype(np.uint8)


def _with_object(picture: Picture, seed: int, tick: int) -> Picture:
    """A disc of the opposite colour crosses the picture, 3 pixels a frame."""
    height, width = picture.shape[:2]
    radius = height // 5
    centre = (radius + 3 * tick) % (width + 2 * radius) - radius
    y, x = np.mgrid[:height, :width]
    inside = (y - height // 2) ** 2 + (x - centre) ** 2 <= radius**2
    ring = ((y - height // 2) ** 2 + (x - centre) ** 2) // max(1, radius**2 // 4) % 2
    colours = np.array([_colour(seed, 0.5, 0.9), _colour(seed, 0.6, 0.5)], np.uint8)
    return np.where(inside[..., None], colours[ring], picture).astype(np.uint8)


@lru_cache(maxsize=32)
def _canvas(seed: int, width: int, height: int) -> Picture:
    """A texture of twice the picture's size that repeats without a seam."""
    random = np.random.default_rng(seed)
    shape = (2 * height, 2 * width)
    value = np.zeros(shape)
    for cells, weight in ((5, 0.5), (14, 0.3), (40, 0.2)):
        value += weight * _noise(random, shape, cells)
    y, x = np.mgrid[: shape[0], : shape[1]]
    waves = random.integers(3, 9, size=2)
    stripes = np.sin(2 * np.pi * (waves[0] * y / shape[0] + waves[1] * x / shape[1]))
    value = np.clip(value + 0.12 * stripes, 0, 1)[..., None]
    dark, light = _colour(seed, 0.0, 0.35), _colour(seed, 0.12, 0.9)
    canvas: Picture = np.rint(dark * (1 - value) + light * value).astype(np.uint8)
    canvas.setflags(write=False)
    return canvas


def _noise(
    random: np.random.Generator, shape: tuple[int, int], cells: int
) -> npt.NDArray[np.float64]:
    """Smooth random values in [0, 1], periodic in both directions."""
    grid = random.random((cells, cells))

    def axis(length: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        at = np.arange(length) * cells / length
        low = np.floor(at).astype(np.int64)
        share = at - low
        return low, share * share * (3 - 2 * share)

    y, dy = axis(shape[0])
    x, dx = axis(shape[1])
    rows = grid[y] * (1 - dy)[:, None] + grid[(y + 1) % cells] * dy[:, None]
    smooth: npt.NDArray[np.float64] = rows[:, x] * (1 - dx) + rows[:, (x + 1) % cells] * dx
    return smooth


def _colour(seed: int, turn: float, light: float) -> npt.NDArray[np.float64]:
    # Steps of the golden ratio keep the hues of neighbouring seeds far apart.
    hue = (seed * 0.618033988749895 + turn) % 1.0
    return 255 * np.array(colorsys.hsv_to_rgb(hue, 0.75, light))
