"""What is asked of a cut, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

CutMode = Literal["copy", "exact", "trim", "transcode"]
SoundMode = Literal["copied", "encoded", "none"]


@dataclass(frozen=True, slots=True)
class CutRequest:
    """Frames start_frame <= n < end_frame of the timeline, and how they are wanted.

    `preroll_from` is the earliest frame that may lie in the file, hidden, before the first wanted
    one; `start_frame` forbids a pre-roll. `postroll_until` bounds in the same way the hidden
    frames that decoding needs but that are shown after the last wanted one (exclusive; None
    allows any, `end_frame` none).
    """

    start_frame: int
    end_frame: int
    mode: CutMode
    preroll_from: int
    audio: bool = True
    postroll_until: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start_frame < self.end_frame:
            raise ValueError(f"a clip of frames {self.start_frame} to {self.end_frame}")
        if not 0 <= self.preroll_from <= self.start_frame:
            raise ValueError(
                f"a pre-roll from frame {self.preroll_from} of a clip from {self.start_frame}"
            )
        if self.postroll_until is not None and self.postroll_until < self.end_frame:
            raise ValueError(
                f"a post-roll until frame {self.postroll_until} of a clip until {self.end_frame}"
            )


@dataclass(frozen=True, slots=True)
class Cut:
    """One clip on disk, and how it was really cut."""

    mode: CutMode
    reason: str
    """Why it is not the mode that was asked for, for a person to read; empty where it is."""
    path: Path
    suffix: str
    start_frame: int
    """The frames start_frame <= n < end_frame of the source's timeline are in the clip."""
    end_frame: int
    preroll_frames: int
    """Frames that are in the file and hidden, before the first shown one."""
    postroll_frames: int
    """Frames that are in the file and hidden, after the last shown one."""
    reencoded_frames: int
    bytes: int
    sha256: str
    audio: SoundMode


class UnfitError(Exception):
    """This mode cannot serve this request; the message says why. Never leaves this package."""
