"""Recall for each change, and how often other footage is taken for the same."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

from bench.inputs import Say
from bench.lookalike.changes import CHANGES, LATE
from bench.lookalike.clips import Clip, clips_of, fingerprint, parts
from bench.statistics import proportion
from bench.tables import table
from clearreel.lookalike.fingerprint import Fingerprint
from clearreel.lookalike.index import Index
from clearreel.lookalike.matching import LEAST_WORDS, Verdict, compare
from clearreel.pinned.samples import fetch_sample

Stored = dict[Clip, Fingerprint]
Tally = Counter[Verdict]
Tallies = defaultdict[tuple[str, str], Tally]
"""Verdicts, by what was asked with and by which sense."""

WHOLE, HALF, ALL = "the whole clip", "half of the clip, both ends gone", "the whole video"
ABOUT = (
    "Clips of footage that no threshold was tuned on, though the rule for bars was mended after "
    "`live-band-mp4` showed a fault in it: shots where they are known, else pieces of five "
    "seconds. Each is looked for by a changed copy: by the whole clip, by half of it with both "
    "ends gone, and by the whole video that it is a part of. *Same* is the verdict that acts by "
    "itself, *near* goes to a person; found is either. Sound counts where both have a second and "
    "a half of it. Intervals are Wilson's, 95 %; clips of one film depend on each other, so the "
    "true ones are wider."
)


def lines(samples: Sequence[str], seconds: int, say: Say) -> list[str]:
    """The section of the document, of the first `seconds` of each sample."""
    stored: dict[str, Stored] = {}
    for sample in samples:
        say(f"lookalike: clips of {sample}")
        clips = clips_of(sample, seconds)
        whole = fingerprint(fetch_sample(sample), seconds)
        prints = parts(whole, [(clip.start, clip.end) for clip in clips])
        stored[sample] = dict(zip(clips, prints, strict=True))
    everything = {clip: one for of_sample in stored.values() for clip, one in of_sample.items()}
    tallies: dict[str, Tallies] = {}
    for name in CHANGES:
        say(f"lookalike: copies that are {name}")
        tallies[name] = defaultdict(Counter)
        for sample, clips_stored in stored.items():
            _look_for(name, sample, clips_stored, seconds, tallies[name])
    about = f"{ABOUT} {len(everything)} clips of {len(samples)} samples."
    say("lookalike: other footage")
    return ["## Copies of footage", "", about, "", *_recall(tallies), *_others(everything)]


def _look_for(name: str, sample: str, stored: Stored, seconds: int, tallies: Tallies) -> None:
    change = CHANGES[name]
    spans = [*((clip.start, clip.end) for clip in stored), *(clip.middle for clip in stored)]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / f"copy{change.suffix}"
        change.make(fetch_sample(sample), copy, seconds)
        video = fingerprint(copy, seconds)
    asked = zip(
        (*[WHOLE] * len(stored), *[HALF] * len(stored)), parts(video, spans, LATE), strict=True
    )
    for (kind, query), one in zip(asked, [*stored.values()] * 2, strict=True):
        for sense, part in _senses(query, one):
            tallies[kind, sense][compare(part, one).verdict] += 1
    names = {clip: str(place) for place, clip in enumerate(stored)}
    found = Index({names[clip]: one for clip, one in stored.items()}).search(video)
    verdicts = {one.name: one.comparison.verdict for one in found}
    for clip in stored:
        tallies[ALL, "both"][verdicts.get(names[clip], "other")] += 1


def _senses(query: Fingerprint, stored: Fingerprint) -> Iterator[tuple[str, Fingerprint]]:
    """The query with pictures alone, with sound alone if both have any, and with both."""
    yield "pictures", Fingerprint(query.video)
    if min(len(query.audio), len(stored.audio)) >= LEAST_WORDS:
        yield "sound", Fingerprint(audio=query.audio)
    yield "both", query


def _recall(tallies: dict[str, Tallies]) -> list[str]:
    found = []
    for kind, senses in (
        (WHOLE, ("pictures", "sound", "both")),
        (HALF, ("pictures", "sound", "both")),
        (ALL, ("both",)),
    ):
        rows = [
            [CHANGES[name].title, *(cell for sense in senses for cell in _cells(of[kind, sense]))]
            for name, of in tallies.items()
        ]
        header = [cell for sense in senses for cell in (f"{sense}: same", "found")]
        found += [f"### Found by {kind}", "", *table(["copy", *header], rows)]
    return found


def _others(stored: Stored) -> list[str]:
    """How often two clips that are no copies of each other are taken for such."""
    tallies: dict[str, Tally] = {
        "of different works": Counter(),
        "other scenes of one work": Counter(),
        "shots of one scene, or parts of one shot": Counter(),
    }
    for (one, first), (other, second) in combinations(stored.items(), 2):
        kind = one.work != other.work, one.scene != other.scene
        name = next(n for n, holds in zip(tallies, (*kind, True), strict=True) if holds)
        tallies[name][compare(first, second).verdict] += 1
    rows = [[name, *_cells(tally)] for name, tally in tallies.items()]
    return ["### Taken for copies", "", *table(["pairs of clips", "same", "same or near"], rows)]


def _cells(tally: Tally) -> list[str]:
    """How many were `same`, and how many were that or `near`."""
    return [
        _share(tally["same"], tally.total()),
        _share(tally["same"] + tally["near"], tally.total()),
    ]


def _share(part: int, of: int) -> str:
    if not of:
        return "–"
    interval = proportion(part, of)
    low, high = (f"{100 * end:.1f}" for end in (interval.low, interval.high))
    return f"{part} of {of} ({low}–{high} %)"
