"""Files with sound and without footage: they are never taken in, but can be listened to."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from av.stream import Disposition

from clearreel.core.errors import UnreadableError
from clearreel.core.span import MAX_TICK, Span
from clearreel.media.opening import open_sound
from clearreel.media.probe import AudioTrack, audio_track

_MICROSECONDS = Fraction(1, 1_000_000)


@dataclass(frozen=True, slots=True)
class SoundAlone:
    """A file of which there is nothing to see."""

    path: Path
    audio: AudioTrack
    span: Span
    """From its first sample to its last, as the container declares it."""


def sound_alone(path: Path) -> SoundAlone | None:
    """The sound of a file in which there is nothing to see but cover art; None for all others.

    Raises `UnreadableError` or `UnsupportedError` with the reason.
    """
    opened, _ = open_sound(path)
    with opened:
        pictures = [s for s in opened.streams.video if not s.disposition & Disposition.attached_pic]
        audio = audio_track(opened)
        if pictures or audio is None:
            return None
        start = max(0, opened.start_time or 0)
        if not opened.duration or not 0 < start + opened.duration <= MAX_TICK:
            raise UnreadableError("the sound is of no length that is known")
        return SoundAlone(path, audio, Span(start, start + opened.duration, _MICROSECONDS))
