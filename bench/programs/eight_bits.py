"""What 8-bit copies of networks save, and what they overlook: eight_bits.py FILE...

The stills are one a second of each file. Each network and its copy look in turn, on one thread;
times are of the processor. Files that the copies were calibrated on say nothing.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

from clearreel.models import catalog, centerface, opennsfw, text
from clearreel.models.session import Network
from clearreel.recipes.reading import load
from clearreel.stages.faces import Faces
from clearreel.stages.text import Text
from clearreel.visit.source import open_source

EXPLICIT, SMALLEST_AREA = 0.2, 0.01
LOOKS = {
    "opennsfw": (
        1,
        lambda rgb: opennsfw.prepared(rgb[None]),
        lambda out: out[0][0, 1] > opennsfw.DOUBT,
        lambda out: out[0][0, 1] > EXPLICIT,
    ),
    "text-detector": (
        1,
        lambda rgb: text.prepared(rgb, Text().longest),
        lambda out: out[0].max() > text.DOUBT,
        lambda out: text.covered_share(out[0][0, 0]) > SMALLEST_AREA,
    ),
    "centerface": (
        4,
        lambda rgb: centerface.prepared(rgb, Faces().longest),
        lambda out: out[0].max() > centerface.DOUBT * Faces().threshold,
        lambda out: out[0].max() > Faces().threshold,
    ),
}
"""Outputs; what goes in; whether the copy is in doubt; whether the network finds something."""


def stills(file):
    """One picture a second, as measures see it."""
    with open_source(file, load("default").look.still_side) as pictures:
        timeline = pictures.reader.timeline
        step = max(1, round(timeline.rate))
        for number, frame in pictures.reader.frames(0, len(timeline)):
            if number % step == step // 2:
                yield pictures.still(frame)


seen = [rgb for file in sys.argv[1:] for rgb in stills(Path(file))]
for name, (outputs, prepare, doubtful, finds) in LOOKS.items():
    paths = catalog.path(name), catalog.quick_path(name)
    network, copy = (Network(path, inputs=1, outputs=outputs) for path in paths)
    times = np.empty((2, len(seen)))
    found, doubted = np.empty((2, len(seen)), np.bool_)
    for place, rgb in enumerate(seen):
        array = prepare(rgb)
        started = time.process_time()
        exact = network(array)
        between = time.process_time()
        quick = copy(array)
        times[:, place] = between - started, time.process_time() - between
        found[place], doubted[place] = finds(exact), doubtful(quick)
    row = {
        "network": name,
        "stills": len(seen),
        "exact_ms": round(1e3 * float(np.median(times[0])), 2),
        "copy_ms": round(1e3 * float(np.median(times[1])), 2),
        "looked_at_twice": round(float(doubted.mean()), 3),
        "found": int(found.sum()),
        "overlooked": int((found & ~doubted).sum()),
    }
    sys.stdout.write(json.dumps(row) + "\n")
