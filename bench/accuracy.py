"""The part of the benchmark that asks how well boundaries are found."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from bench.answers import Answers
from bench.contestants import CONTESTANTS
from bench.goals import DETECTORS, F1_ALL_GOAL, OF_OTHERS, REFERENCE, SEES_TIMES
from bench.inputs import Prepared, Say
from bench.labelled import labelled
from bench.racing import as_records, race
from bench.scoring import Agreement, agreement
from bench.section import GoalRow, Section
from bench.statistics import Counts, f1
from bench.tables import accuracy_table
from bench.wording import ABOUT_ACCURACY, ABOUT_LABELS
from clearreel.core.shots import Transition

OURS = DETECTORS[0]

Found = Mapping[str, Agreement]
"""By detector."""
Record = Callable[[Sequence[str]], None]


def on_reels(
    files: Mapping[str, Prepared],
    detectors: Sequence[str],
    say: Say,
    record: Record,
    answers: Answers,
) -> Section:
    """F1 on truth reels, in every encoding."""
    asked = []
    for name, prepared in files.items():
        if prepared.truth is None:
            raise ValueError(f"the truth of {name} is not known")
        rows = json.loads(prepared.truth.read_text(encoding="utf-8"))
        truth = [Transition(**row["transition"]) for row in rows]
        asked.append((prepared, truth, SEES_TIMES if prepared.input.pictures_of else detectors))
    found = dict(zip(files, _agreements(asked, say, record, answers), strict=True))
    reference = {
        name: other
        for name, prepared in files.items()
        if (other := found.get(prepared.input.pictures_of or name, {}).get(REFERENCE))
    }
    titles = {name: prepared.input.title for name, prepared in files.items()}
    lines = ["## Accuracy on truth reels", "", ABOUT_ACCURACY, ""]
    lines += accuracy_table(found, titles, reference)
    return Section(lines, _goals_on_reels(found, reference, titles))


def on_labels(detectors: Sequence[str], say: Say, record: Record, answers: Answers) -> Section:
    """F1 on labelled footage, all of it together."""
    asked = [(prepared, truth, detectors) for prepared, truth in labelled()]
    pooled: dict[str, Agreement] = {}
    for of_file in _agreements(asked, say, record, answers):
        for detector, one in of_file.items():
            pooled[detector] = pooled[detector] + one if detector in pooled else one
    count = int(next(iter(pooled.values())).all[:, [0, 2]].sum())
    name = f"{count} boundaries labelled by eye"
    base = {name: pooled[REFERENCE]} if REFERENCE in pooled else {}
    lines = ["## Accuracy on published footage", "", ABOUT_LABELS, ""]
    lines += accuracy_table({name: pooled}, {name: name}, base)
    goals = [
        _compared(text, one(pooled[OURS]), one(pooled[REFERENCE]), name, above=above)
        for text, one, above in (
            ("F1 of cuts, labelled footage", _cuts, False),
            ("F1 of all, labelled footage, above", _all, True),
        )
        if base
    ]
    return Section(lines, goals)


def _agreements(
    asked: Sequence[tuple[Prepared, Sequence[Transition], Sequence[str]]],
    say: Say,
    record: Record,
    answers: Answers,
) -> list[Found]:
    """As many files at a time as there are cores: nobody looks at the clock here."""

    def one(
        prepared: Prepared, truth: Sequence[Transition], detectors: Sequence[str]
    ) -> dict[str, Agreement]:
        others = [CONTESTANTS[name] for name in detectors if name in OF_OTHERS]
        known = {other.name: answers.get(other, prepared.path) for other in others}
        asking = [CONTESTANTS[name] for name in detectors if known.get(name) is None]
        results = race(asking, prepared, 1, say)
        record(as_records(results, prepared))
        for contestant in asking:
            found = results[contestant.name].outcome.transitions
            known[contestant.name] = found
            if contestant in others and found is not None:
                answers.keep(contestant, prepared.path, found)
        return {
            name: agreement(truth, found, prepared.frames)
            for name in detectors
            if (found := known[name]) is not None
        }

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(one, *zip(*asked, strict=True)))


def _goals_on_reels(
    found: Mapping[str, Found], reference: Found, titles: Mapping[str, str]
) -> list[GoalRow]:
    ours = {name: of[OURS] for name, of in found.items() if OURS in of}
    both = [name for name in ours if name in reference]
    if not both:
        return []
    goals = []
    for text, one, above in (
        ("F1 of cuts, every encoding", _cuts, False),
        ("F1 of all, every encoding, above", _all, True),
    ):
        worst = min(both, key=lambda n: f1(one(ours[n])) - f1(one(reference[n])))
        counts = one(ours[worst]), one(reference[worst])
        goals.append(_compared(text, *counts, titles[worst], above=above))
    worst = min(ours, key=lambda n: f1(ours[n].all))
    least = f1(ours[worst].all)
    enough = sum(f1(of.all) >= F1_ALL_GOAL for of in ours.values())
    reached = f"{least:.3f}; {enough} of {len(ours)} encodings reach it"
    text = f"F1 of all at least {F1_ALL_GOAL}, every encoding"
    goals.append(GoalRow(text, f"{F1_ALL_GOAL}", reached, titles[worst], least >= F1_ALL_GOAL))
    return goals


def _compared(text: str, ours: Counts, other: Counts, place: str, *, above: bool) -> GoalRow:
    """What is level to three digits is not above."""
    one, two = round(f1(ours), 3), round(f1(other), 3)
    met = one > two if above else one >= two
    return GoalRow(text, f"{two:.3f} (TransNet V2)", f"{one:.3f}", place, met)


def _cuts(found: Agreement) -> Counts:
    return found.cuts


def _all(found: Agreement) -> Counts:
    return found.all
