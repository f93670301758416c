"""Whether two fingerprints are of one footage: `same`, `near` (a person has to look), or `other`.

Pictures that look alike are not enough for `same`: two takes of one scene look alike, and so do two
parts of a shot in which nothing moves. What has to agree is the course of time, that is, which bits
change and when. Where nothing changes there is no course, so a still picture never is `same`.

Thresholds were tuned on the clips of `clearreel.testing.footage.TUNING` and on the shots of Big
Buck Bunny, and measured on others: see docs/benchmarks.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from clearreel.lookalike import audio, video
from clearreel.lookalike.aligning import Run, Series, longest_run
from clearreel.lookalike.audio import AudioPrint
from clearreel.lookalike.fingerprint import Fingerprint
from clearreel.lookalike.video import VideoPrint

Verdict = Literal["same", "near", "other"]

ALIKE_PICTURES = 40
"""Bits, of 128, by which two pictures of one moment may differ; chance gives 64."""
LEAST_PICTURES = 4
"""Pictures, a second of them, that a match has at least."""
COURSE, CERTAINTY = 0.35, 6.0
"""Least correlation of what changes; least correlation times the root of how many bits change."""
ALIKE_WORDS, ALLOWED_WORDS = 8, 11
"""Bits, of 32, by which two words vote for a shift, and differ in the mean; chance gives 16."""
LEAST_WORDS, SAME_WORDS = 30, 40
"""Words of sound, at 20 a second, that a near match and one that is the same have at least."""
SAME_SOUND = 0.25
"""Share of bits by which the same sound may differ."""
SHARE = 0.5
"""Share of the shorter of the two that has to be the same: a title that two films have in common
makes neither of them the other."""
TOGETHER = 500
"""Milliseconds by which the shifts of pictures and sound may differ."""


@dataclass(frozen=True, slots=True)
class Match:
    """What two fingerprints have in common, in pictures or in sound, and what follows from it."""

    verdict: Verdict
    start: int
    """Milliseconds of the query between which they agree."""
    end: int
    offset: int
    """Milliseconds to add to the query's time for the stored one's."""
    share: float
    """Share of the shorter of the two that agrees."""
    distance: float
    """Share of bits that differ where they agree; chance gives 0.5."""
    course: float = 0.0
    """Pictures only: correlation of what changes, about 0 for two takes of one scene."""
    mirrored: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """The verdict on two fingerprints, and what it rests on."""

    verdict: Verdict
    video: Match | None
    audio: Match | None


def compare(query: Fingerprint, stored: Fingerprint) -> Comparison:
    """What the two have in common. `other` where nothing can be told, as in a black clip.

    `same` where the pictures are, or look alike while the same sound goes with them. The same sound
    under other pictures is `near`, unless one of the two has no pictures.
    """
    seen = compare_pictures(query.video, stored.video)
    heard = compare_sound(query.audio, stored.audio)
    verdicts = {part.verdict for part in (seen, heard) if part is not None}
    together = seen and heard and abs(seen.offset - heard.offset) <= TOGETHER
    blind = not len(query.video) or not len(stored.video)
    if seen and seen.verdict == "same":
        return Comparison("same", seen, heard)
    if heard and heard.verdict == "same" and (together or blind):
        return Comparison("same", seen, heard)
    return Comparison("near" if verdicts else "other", seen, heard)


def compare_pictures(query: VideoPrint, stored: VideoPrint) -> Match | None:
    """The longest agreement of the two, mirrored or not; None where there is none."""
    best: tuple[Run, bool, NDArray[np.uint64], NDArray[np.uint64]] | None = None
    for mirrored, seen in ((False, query), (True, query.mirrored)):
        for region, its_region in ((0, 0), (1, 1), (0, 1), (1, 0)):
            one, other = seen.bits[:, region], stored.bits[:, its_region]
            run = longest_run(
                Series(query.times, one),
                Series(stored.times, other),
                ALIKE_PICTURES,
                ALIKE_PICTURES,
                500 // video.RATE,
            )
            if run is not None and (best is None or run.score > best[0].score):
                best = run, mirrored, one, other
    if best is None or len(best[0].one) < LEAST_PICTURES:
        return None
    run, mirrored, one, other = best
    course, changing = _course(one[run.one], other[run.other])
    share = len(run.one) / min(len(query), len(stored))
    certain = course >= COURSE and course * changing**0.5 >= CERTAINTY
    verdict: Verdict = "same" if certain and share >= SHARE else "near"
    step = 1000 // video.RATE
    return _match(verdict, run, query.times, step, share, video.BITS, course, mirrored)


def compare_sound(query: AudioPrint, stored: AudioPrint) -> Match | None:
    """The longest agreement of the two; None where there is none."""
    step = 1000 * audio.HOP // audio.SAMPLES
    run = longest_run(
        Series(query.times, query.bits[:, None]),
        Series(stored.times, stored.bits[:, None]),
        ALIKE_WORDS,
        ALLOWED_WORDS,
        step // 2,
    )
    if run is None or len(run.one) < LEAST_WORDS:
        return None
    share = len(run.one) / min(len(query), len(stored))
    # What repeats itself, as beeps do, says less than it is long.
    telling = len(np.unique(stored.bits[run.other]))
    certain = telling >= SAME_WORDS and run.apart.mean() <= SAME_SOUND * audio.BITS
    verdict: Verdict = "same" if certain and share >= SHARE else "near"
    return _match(verdict, run, query.times, step, share, audio.BITS, 0.0, False)


def _match(
    verdict: Verdict,
    run: Run,
    times: NDArray[np.int32],
    step: int,
    share: float,
    bits: int,
    course: float,
    mirrored: bool,
) -> Match:
    start, end = int(times[run.one[0]]), int(times[run.one[-1]]) + step
    distance = float(run.apart.mean()) / bits
    return Match(verdict, start, end, run.offset, min(1.0, share), distance, course, mirrored)


def _course(query: NDArray[np.uint64], stored: NDArray[np.uint64]) -> tuple[float, float]:
    """Correlation of the changes, and how many bits change in the calmer of the two."""
    one, other = _deviations(query), _deviations(stored)
    ones, others = float((one**2).sum()), float((other**2).sum())
    if not ones or not others:
        return 0.0, 0.0
    # A bit that is set half of the time has a variance of a quarter.
    return float((one * other).sum()) / (ones * others) ** 0.5, 4 * min(ones, others)


def _deviations(bits: NDArray[np.uint64]) -> NDArray[np.float64]:
    """(pictures, bits): 0 or 1, less the mean over the pictures."""
    signs = np.unpackbits(np.ascontiguousarray(bits).view(np.uint8), axis=1)
    return np.asarray(signs - signs.mean(axis=0), np.float64)
