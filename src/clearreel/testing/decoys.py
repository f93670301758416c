"""What a careless detector takes for a boundary: flashes, whip pans, grain, subtitles, strobes.

A decoy changes the pictures of one shot. `tick` counts the shot's own frames from 0 and is
negative during the change that leads into it, and `frames` or more during the one that follows.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from clearreel.testing.joins import Levels, rounded
from clearreel.testing.scenes import Picture

LEAST_FRAMES = 30
"""A shot with fewer frames has no decoy: what happens in it would touch its boundaries."""
FLASH = (0.85, 0.6, 0.25)
"""How far towards white the frames of a flash are."""
WHIP_FRAMES = 8
STROBE_FRAMES, STROBE_PERIOD = 16, 4
STROBE_DARK = 0.3
GRAIN_LEVELS = 9.0
"""Standard deviation of the grain in grey levels; strong, as in night footage on film."""
SUBTITLE_FRAMES = 11
"""A subtitle is replaced after so many frames."""


@dataclass(frozen=True, slots=True)
class Decoy(ABC):
    """One decoy of one shot; all that is random about it follows from the seed."""

    seed: int

    @abstractmethod
    def on(self, picture: Picture, tick: int, frames: int) -> Picture:
        """The picture (height, width, 3) with the decoy in it."""


class Flash(Decoy):
    """A camera's flash in the middle of the shot: light at once, gone over three frames."""

    def on(self, picture: Picture, tick: int, frames: int) -> Picture:
        """See `Decoy.on`."""
        place = tick - frames // 2
        if not 0 <= place < len(FLASH):
            return picture
        return rounded(255 - (255 - picture) * np.float32(1 - FLASH[place]))


class Strobe(Decoy):
    """Light that goes on and off, two frames each, in the middle of the shot."""

    def on(self, picture: Picture, tick: int, frames: int) -> Picture:
        """See `Decoy.on`."""
        place = tick - (frames - STROBE_FRAMES) // 2
        if not 0 <= place < STROBE_FRAMES or place % STROBE_PERIOD >= STROBE_PERIOD // 2:
            return picture
        return rounded(picture * np.float32(STROBE_DARK))


class Whip(Decoy):
    """The camera is torn aside: the picture rushes by, blurred, and comes to rest elsewhere.

    The picture and its mirror image, side by side without a seam, are what the camera sweeps over.
    """

    def on(self, picture: Picture, tick: int, frames: int) -> Picture:
        """See `Decoy.on`."""
        place = tick - (frames - WHIP_FRAMES) // 2
        if place <= 0:
            return picture
        width = picture.shape[1]
        goal = round(width * (0.5 + self.seed % 1000 / 1000))
        before, here = (
            _eased(min(p, WHIP_FRAMES) / WHIP_FRAMES) * goal for p in (place - 1, place)
        )
        around = np.concatenate([picture, picture[:, ::-1]], axis=1)
        offsets = np.unique(np.rint(np.linspace(before, here, 9)).astype(int))
        shown = [around.take(range(o, o + width), axis=1, mode="wrap") for o in offsets]
        return rounded(np.mean(shown, axis=0, dtype=np.float32))


class Grain(Decoy):
    """Film grain over the whole shot, other in every frame."""

    def on(self, picture: Picture, tick: int, frames: int) -> Picture:
        """See `Decoy.on`."""
        height, width = picture.shape[:2]
        sheet = _grain(height, width)
        random = np.random.default_rng((self.seed, tick + 2**16))
        top, left = random.integers(height), random.integers(width)
        grain = sheet[top : top + height, left : left + width, None]
        return rounded(np.clip(picture + grain, 0, 255))


class Subtitles(Decoy):
    """Two lines of white writing with dark edges, replaced by others again and again."""

    def on(self, picture: Picture, tick: int, frames: int) -> Picture:
        """See `Decoy.on`."""
        if not 0 <= tick < frames:
            return picture
        height, width = picture.shape[:2]
        written = picture.copy()
        pixel = max(1, height // 180)
        for line in range(2):
            ink, edge = _writing(self.seed + line, tick // SUBTITLE_FRAMES, pixel)
            top = height - (3 - line) * 12 * pixel
            left = max(0, (width - ink.shape[1]) // 2)
            place = written[top : top + ink.shape[0], left : left + ink.shape[1]]
            shape = place.shape[:2]
            place[edge[: shape[0], : shape[1]]] = 16
            place[ink[: shape[0], : shape[1]]] = 235
        return written


Mask = npt.NDArray[np.bool_]


@lru_cache(maxsize=64)
def _writing(seed: int, number: int, pixel: int) -> tuple[Mask, Mask]:
    """Letters of 5 by 7 dots, of no alphabet, (rows, columns): the ink, and what is round it."""
    random = np.random.default_rng((seed, number))
    letters = int(random.integers(14, 30))
    ink = np.zeros((11, 6 * letters + 4), bool)
    for letter in range(letters):
        if random.random() < 0.85:  # the others are spaces
            ink[2:9, 2 + 6 * letter : 7 + 6 * letter] = random.random((7, 5)) < 0.5
    edge = np.zeros_like(ink)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            edge |= np.roll(ink, (down, right), axis=(0, 1))
    block = np.ones((pixel, pixel), bool)
    return np.kron(ink, block).astype(bool), np.kron(edge, block).astype(bool)


@lru_cache(maxsize=2)
def _grain(height: int, width: int) -> Levels:
    """Twice as high and wide as a picture, (2 height, 2 width), in grey levels."""
    random = np.random.default_rng(0)
    return GRAIN_LEVELS * random.standard_normal((2 * height, 2 * width), np.float32)


def _eased(share: float) -> float:
    """From 0 to 1, slow at both ends."""
    return share * share * (3 - 2 * share)


_DECOYS: dict[str, type[Decoy]] = {
    "flash": Flash,
    "whip": Whip,
    "grain": Grain,
    "subtitles": Subtitles,
    "strobe": Strobe,
}


def named(name: str, seed: int) -> Decoy:
    """The decoy flash, whip, grain, subtitles or strobe."""
    if name not in _DECOYS:
        raise ValueError(f"there is no decoy {name!r}; there are {', '.join(_DECOYS)}")
    return _DECOYS[name](seed)
