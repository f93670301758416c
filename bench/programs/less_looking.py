"""What is found with less looking, on held-out reels and labelled footage: less_looking.py.

The scout as it is; the same, but what it would decode in a row is taken for one shot; and key
frames and packets alone, without single frames looked at. Files and truths are those of the
benchmark. Decodes are CPU time over that of a full decode of the same file by PyAV on one thread.
"""

import json
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

import av
from bench.inputs import SHORT, Prepared, prepare, truth_inputs
from bench.labelled import labelled

from clearreel.core.shots import Transition
from clearreel.media.peeking import Peeker
from clearreel.pinned.cache import Cache
from clearreel.stages import scout
from clearreel.stages.boundaries.evidence import Evidence, Verdict
from clearreel.testing.boundaries import compare
from clearreel.visit.source import open_source


class Sure(Evidence):
    """Evidence without doubt."""

    def verdict(self, place: int) -> Verdict:
        """See `Evidence.verdict`."""
        said = super().verdict(place)
        return "one shot" if said == "doubt" else said


UNDOUBTED = patch.object(scout, "Evidence", Sure)
LEVELS = {
    "the scout": (),
    "nothing decoded in a row": (UNDOUBTED,),
    "key frames and packets alone": (UNDOUBTED, patch.object(Peeker, "serves", lambda *_: False)),
}


def decode(path: Path) -> float:
    """CPU seconds."""
    started = time.process_time()
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        for _ in container.decode(stream):
            pass
    return time.process_time() - started


def find(path: Path) -> tuple[list[Transition], float]:
    """The boundaries, and CPU seconds."""
    started = time.process_time()
    with open_source(path) as pictures:
        shots = list(scout.Scout().detect(pictures))
    return [shot.transition for shot in shots], time.process_time() - started


def ask(name: str, asked: list[tuple[Prepared, list[Transition]]]) -> None:
    """One line for each level, all files of this name together."""
    whole = sum(decode(prepared.path) for prepared, _ in asked)
    for level, patches in LEVELS.items():
        spent, scores = 0.0, []
        for prepared, truth in asked:
            with ExitStack() as stack:
                for one in patches:
                    stack.enter_context(one)
                found, seconds = find(prepared.path)
            spent += seconds
            scores.append(compare(_changes(truth), _changes(found)).all)
        score = sum(scores[1:], start=scores[0])
        said = {"footage": name, "looking": level, "f1": round(score.f1, 3)}
        said |= {"recall": round(score.recall, 3), "precision": round(score.precision, 3)}
        sys.stdout.write(json.dumps(said | {"decodes": round(spent / whole, 2)}) + "\n")
        sys.stdout.flush()


def _changes(transitions: list[Transition]) -> list[Transition]:
    return [change for change in transitions if change.kind != "start"]


def _truth(prepared: Prepared) -> list[Transition]:
    rows = json.loads(prepared.truth.read_text(encoding="utf-8"))
    return [Transition(**row["transition"]) for row in rows]


films = prepare(truth_inputs(SHORT), Cache.default().root / "bench", sys.stderr.write)
for item in films.values():
    ask(item.input.title, [(item, _truth(item))])
known = labelled()
ask("labelled footage", known)
ask("labelled footage, the film alone", [one for one in known if one[0].input.name == "bbb-film"])
