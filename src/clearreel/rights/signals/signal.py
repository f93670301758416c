"""A signal: what a work, or the place it came from, says about being used by machines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Activity = Literal["genai-training", "other-training", "evaluation", "redistribution"]
"""What is done with a work, as the signals' standards divide it."""

Stance = Literal["allows", "denies", "constrains", "unknown", "absent"]
"""`constrains`: allowed on terms that are not known to be met. `unknown`: something was said that
is not understood, or reading failed. `absent`: it is certain that nothing was said.
All but `allows` and `absent` are a no."""


@dataclass(frozen=True, slots=True)
class Signal:
    """What one reader found in one place, about some activities."""

    standard: str
    """The reader's name: "robots.txt", "aipref", "tdmrep", "c2pa" …"""
    place: str
    """Where it was read: an address, or "media" for what stands inside the file."""
    stance: Stance
    activities: frozenset[Activity]
    """What the stance is about."""
    said: str
    """The decisive words as they were found, shortened, or why nothing could be read."""
    read_at: datetime
    """With an offset from UTC."""
    stale_at: datetime | None = None
    """The first moment from which it has to be read again; None where it can't change."""
    sha256: str = ""
    """Of the bytes that were read, in hex; empty where there were none."""
