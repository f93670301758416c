"""What the programs of all readers share: NAME.py CLIPS_JSON FIRST; they answer a line a clip.

CLIPS_JSON lists clips as `{"path", "truth", "times"}`: the file, a .npy file of the source's
pictures (uint8, shape (frames, height, width), grey), and the seconds at which each wanted frame
begins and the last one ends. The first line is the reader's version, then comes one line for each
clip from number FIRST on:

    {"numbers": [...], "count": N, "picked": [[P, N], ...], "seconds": S, "error": "..."}

`numbers` is what every frame carries that the reader returns when it reads from the beginning
(null for a picture that is none of the source's), `count` how many it says there are, `picked`
what it gives for a wanted frame by its place or its time, and `seconds` how long it says it lasts.
All but the first may be null.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[3] / "src"))

from clearreel.testing.numbering import read_frame_number

_LONGEST = 60
"""Seconds until a reader hangs, for one clip."""
_OFF = 24.0
"""Grey levels by which a block of a picture may differ from the source's: codecs lose something,
and readers do not convert colours alike. What is decoded without its reference differs by more."""
_BLOCK = 8


@dataclass(slots=True)
class Seen:
    """What a reader makes of one clip; filled bit by bit, so that an error leaves what there is."""

    numbers: list[int | None] = field(default_factory=list)
    count: int | None = None
    picked: list[tuple[int, int | None]] | None = None
    seconds: float | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One clip."""

    path: str
    truth: np.ndarray
    times: list[float]

    @property
    def middles(self) -> list[float]:
        """Seconds: the middle of each wanted frame."""
        return [(a + b) / 2 for a, b in zip(self.times, self.times[1:], strict=False)]

    def number(self, picture: np.ndarray) -> int | None:
        """Which frame of the source a picture is, uint8 (height, width, 3); None if it is none."""
        try:
            number = read_frame_number(picture)
        except ValueError:
            return None
        if number >= len(self.truth) or picture.shape[:2] != self.truth.shape[1:]:
            return None
        off = np.abs(_blocks(picture.mean(axis=2)) - _blocks(self.truth[number]))
        return number if off.max() < _OFF else None

    def picks(
        self, get: Callable[[int], np.ndarray], places: Iterable[int] | None = None
    ) -> list[tuple[int, int | None]]:
        """What is given for wanted frames, by their place; None where that fails."""
        found: list[tuple[int, int | None]] = []
        for place in range(len(self.middles)) if places is None else places:
            try:
                found.append((place, self.number(get(place))))
            except Exception:  # noqa: BLE001 (readers raise whatever they like)
                found.append((place, None))
        return found

    def numbers(self, pictures: Iterable[np.ndarray]) -> list[int | None]:
        """`number` of each."""
        return [self.number(picture) for picture in pictures]


def _blocks(grey: np.ndarray) -> np.ndarray:
    height = grey.shape[0] * 13 // 15 // _BLOCK * _BLOCK  # above the number
    width = grey.shape[1] // _BLOCK * _BLOCK
    parts = grey[:height, :width].reshape(height // _BLOCK, _BLOCK, width // _BLOCK, _BLOCK)
    means: np.ndarray = parts.astype(np.float32).mean(axis=(1, 3))
    return means


def answer(version: str, read: Callable[[Asked, Seen], None]) -> None:
    """Read every clip that is asked for, and say what was seen."""
    listed, first = sys.argv[1:3]
    _say(version)
    for clip in json.loads(Path(listed).read_text("utf-8"))[int(first) :]:
        seen = Seen()
        signal.alarm(_LONGEST)  # ends the process; whoever waits goes on with the next clip
        try:
            read(Asked(clip["path"], np.load(clip["truth"]), clip["times"]), seen)
        except Exception as error:  # noqa: BLE001 (readers raise whatever they like)
            seen.error = f"{type(error).__name__}: {error}".splitlines()[0]
        signal.alarm(0)
        _say(asdict(seen))


def _say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()
