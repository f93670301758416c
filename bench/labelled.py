"""Published footage with boundaries that were labelled by eye."""

from __future__ import annotations

import json
from pathlib import Path

from bench.inputs import Input, Prepared
from clearreel.core.shots import Transition
from clearreel.pinned.samples import fetch_sample
from clearreel.testing.boundaries import of_labels
from clearreel.testing.footage import TUNING

FOLDER = Path(__file__).parent.parent / "tests" / "truth"


def labelled() -> list[tuple[Prepared, list[Transition]]]:
    """Every labelled sample, as it was published, with its true boundaries.

    Without those that detectors were tuned on.
    """
    tuned = {piece.sample for piece in TUNING}
    found = []
    for file in sorted(FOLDER.glob("*.json")):
        source = json.loads(file.read_text(encoding="utf-8"))["source"]
        name = source["sample"]
        if name in tuned:
            continue
        item = Input(name, f"{name}, as published", name)
        prepared = Prepared(item, fetch_sample(name), source["frames"], 0.0, None)
        found.append((prepared, of_labels(file)))
    return found
