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

LOOKS = {
    "opennsfw": (1, lambda rgb: opennsfw.prepared(rgb[None]), lambda out: out[0][0, 1]),
    "text-detector": (1, lambda rgb: text.prepared(rgb, Text().longest), lambda out: out[0].max()),
    "centerface": (4, lambda rgb: centerface.prepared(rgb, Faces().longest), lambda o: o[0].max()),
}
"""Outputs, what goes in, and the number by which it is decided whether the network looks too."""
BOUNDS = {  # the copy's number over which the network looks, and the network's that matters
    "opennsfw": (opennsfw.DOUBT, 0.2),
    "text-detector": (text.DOUBT, text.PIXEL_THRESHOLD),
    "centerface": (centerface.DOUBT * Faces().threshold, Faces().threshold),
}


def stills(file):
    """One picture a second, as measures see it."""
    with open_source(file, load("default").look.still_side) as pictures:
        timeline = pictures.reader.timeline
        step = max(1, round(timeline.rate))
        for number, frame in pictures.reader.frames(0, len(timeline)):
            if number % step == step // 2:
                yield pictures.still(frame)


seen = [rgb for file in sys.argv[1:] for rgb in stills(Path(file))]
for name, (outputs, prepare, key) in LOOKS.items():
    contestants = [
        Network(path, inputs=1, outputs=outputs)
        for path in (catalog.path(name), catalog.quick_path(name))
    ]
    numbers, times = np.empty((2, len(seen))), np.empty((2, len(seen)))
    for place, rgb in enumerate(seen):
        array = prepare(rgb)
        for which, network in enumerate(contestants):
            started = time.process_time()
            numbers[which, place] = key(network(array))
            times[which, place] = time.process_time() - started
    exact, quick = numbers
    doubt, bound = BOUNDS[name]
    row = {
        "network": name,
        "stills": len(seen),
        "exact_ms": round(1e3 * float(np.median(times[0])), 2),
        "copy_ms": round(1e3 * float(np.median(times[1])), 2),
        "looked_at_twice": round(float((quick > doubt).mean()), 3),
        "over_the_bound": int((exact > bound).sum()),
        "overlooked": int(((exact > bound) & (quick <= doubt)).sum()),
        "highest_overlooked": round(float(exact[quick <= doubt].max(initial=0)), 3),
    }
    sys.stdout.write(json.dumps(row) + "\n")
