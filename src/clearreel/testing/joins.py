"""How one shot becomes the next in a truth reel: cuts, dissolves, fades and wipes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from clearreel.core.shots import TransitionKind
from clearreel.testing.scenes import Picture

Levels = npt.NDArray[np.float32]

Side = Literal["left", "right", "top", "bottom"]
SIDES: tuple[Side, ...] = ("left", "right", "top", "bottom")
SOFT_WIPE_SHARE = 0.3
"""Share of wipes with a soft border, of the width `BORDER`."""
BORDER = 0.1
"""Width of a soft border, as a share of the picture."""


@dataclass(frozen=True, slots=True)
class Join:
    """A change of `frames` frames that belong to neither shot; a cut has none."""

    kind: TransitionKind
    frames: int = 0
    level: int = 0
    """Fades: the grey value that they pass through, 0 or 255."""
    side: Side = "left"
    """Wipes: where the new picture comes in."""
    border: float = 0.0
    """Wipes: width of the border as a share of the picture; 0 is a sharp one."""

    def mix(self, outgoing: Picture, incoming: Picture, place: int) -> Picture:
        """The picture of the change's frame `place`, from 0. It equals neither shot's picture."""
        share = (place + 1) / (self.frames + 1)
        if self.kind == "wipe":
            weight = self._cover(share, *outgoing.shape[:2])
        elif self.kind == "dissolve":
            weight = np.full((1, 1), share, np.float32)
        else:
            return self._faded(outgoing, incoming, share)
        weight = weight[:, :, None]
        return rounded(outgoing * (1 - weight) + incoming * weight)

    def _faded(self, outgoing: Picture, incoming: Picture, share: float) -> Picture:
        picture = outgoing if share < 0.5 else incoming
        seen = np.float32(abs(1 - 2 * share))
        return rounded(picture * seen + self.level * (1 - seen))

    def _cover(self, share: float, height: int, width: int) -> Levels:
        """How far each place shows the new picture, (height, 1) or (1, width), 0 to 1."""
        length = width if self.side in ("left", "right") else height
        at = (np.arange(length, dtype=np.float32) + 0.5) / length
        if self.side in ("right", "bottom"):
            at = 1 - at
        if self.border:
            reached = share * (1 + self.border)
            cover = np.clip((reached - at) / self.border, 0, 1).astype(np.float32)
        else:
            cover = (at < share).astype(np.float32)
        return cover[None, :] if self.side in ("left", "right") else cover[:, None]


CUT = Join("cut")


def rounded(levels: npt.NDArray[np.floating[Any]]) -> Picture:
    """Grey levels from 0 to 255, as a picture."""
    picture: Picture = np.rint(levels).astype(np.uint8)
    return picture


def named(name: str, frames: int, random: np.random.Generator) -> Join:
    """The join cut, dissolve, black, white (fades) or wipe, of `frames` frames unless a cut."""
    match name:
        case "cut":
            return CUT
        case "dissolve":
            return Join("dissolve", frames)
        case "black" | "white":
            return Join("fade", frames, level=0 if name == "black" else 255)
        case "wipe":
            side = SIDES[random.integers(len(SIDES))]
            soft = random.random() < SOFT_WIPE_SHARE
            return Join("wipe", frames, side=side, border=BORDER if soft else 0.0)
    raise ValueError(f"there is no join {name!r}")
