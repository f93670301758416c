"""The clips that are looked for, and the fingerprints of stretches of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from clearreel.lookalike.fingerprint import Fingerprint, read_fingerprint
from clearreel.media.sound import SoundReader
from clearreel.pinned.samples import fetch_sample
from clearreel.testing.footage import REPORTING
from clearreel.visit.source import open_source

LENGTH = 5
"""Seconds of the clips that samples without known shots are divided into."""
SHORTEST = 2.0
"""Seconds of a clip, so that half of it is a second."""
SAMPLES = (
    *dict.fromkeys(piece.sample for piece in REPORTING),
    *("caminandes-start", "caminandes-fence", "cat", "city", "opossum", "talk"),
)
"""None of them was looked at when thresholds were chosen."""
_WORKS = {"caminandes-fence": "caminandes", "caminandes-start": "caminandes"}


@dataclass(frozen=True, slots=True)
class Clip:
    """A stretch of a sample."""

    sample: str
    start: float
    """Seconds from the first frame."""
    end: float
    scene: str

    @property
    def work(self) -> str:
        """What it is part of."""
        return _WORKS.get(self.sample, self.sample)

    @property
    def middle(self) -> tuple[float, float]:
        """Half of it, with both ends gone."""
        quarter = (self.end - self.start) / 4
        return self.start + quarter, self.end - quarter


def clips_of(sample: str, seconds: int) -> list[Clip]:
    """The clips within the first `seconds`: known shots, else pieces of `LENGTH`."""
    with open_source(fetch_sample(sample)) as pictures:
        timeline = pictures.reader.timeline
        start, end = timeline.span(0, len(timeline)).seconds
        rate = timeline.rate
    lasts = min(float(end - start), float(seconds))
    pieces = [piece for piece in REPORTING if piece.sample == sample]
    if pieces:
        clips = [Clip(sample, float(p.start / rate), float(p.end / rate), p.scene) for p in pieces]
    else:
        clips = [
            Clip(sample, float(at), min(lasts, at + LENGTH), "")
            for at in range(0, int(lasts), LENGTH)
        ]
    return [clip for clip in clips if clip.end <= lasts and clip.end - clip.start >= SHORTEST]


def fingerprint(path: Path, seconds: float) -> Fingerprint:
    """Of the first `seconds` of a file."""
    with open_source(path) as pictures, SoundReader(pictures.reader.reel) as sounds:
        timeline = pictures.reader.timeline
        end = int(timeline.ticks[0] + Fraction(seconds) / timeline.time_base)
        return read_fingerprint(pictures, sounds, 0, int(timeline.ticks.searchsorted(end)))


def parts(
    whole: Fingerprint, spans: Sequence[tuple[float, float]], late: float = 0.0
) -> list[Fingerprint]:
    """Stretches of it, in seconds of footage that begins `late` seconds before it does."""
    return [whole.between(*(round(1000 * (at - late)) for at in span)) for span in spans]
