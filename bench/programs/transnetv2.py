"""TransNet V2's shots as its authors read its predictions: transnetv2.py FILE.

The network is clearreel's (the same weights, in ONNX Runtime); threshold and reading are those of
`predictions_to_scenes` in the authors' inference code. A run of frames above the threshold is one
transition; the next shot starts behind it.
"""

import json
import sys
from pathlib import Path

import numpy as np

from clearreel.core.shots import Transition, shots_between
from clearreel.models.catalog import path
from clearreel.models.transnetv2 import MARGIN, STRIDE, TransNetV2
from clearreel.testing.reels import as_json
from clearreel.visit.source import open_source

THRESHOLD = 0.5
CUT_FRAMES = 2
"""A run of at most so many frames is a cut; the authors tell no kinds."""
WINDOW = 20 * STRIDE
OVERLAP = 2 * STRIDE

network = TransNetV2(path("transnetv2"))
likely: list[np.ndarray] = []


def predict(frames: list[np.ndarray], first: bool, last: bool) -> None:
    """Add what is predicted, without the ends that the neighbouring windows see better."""
    single = network.predict(np.stack(frames))
    likely.append(single[0 if first else MARGIN : len(single) if last else -(OVERLAP - MARGIN)])


with open_source(Path(sys.argv[1])) as pictures:
    total = len(pictures.reader.timeline)
    kept: list[np.ndarray] = []
    first = True
    for _, frame in pictures.reader.frames(0, total):
        kept.append(pictures.small(frame, 48, 27))
        if len(kept) == WINDOW:
            predict(kept, first, last=False)
            kept, first = kept[-OVERLAP:], False
    predict(kept, first, last=True)

above = np.concatenate([[False], np.concatenate(likely) > THRESHOLD, [False]])
begins = np.flatnonzero(above[1:] & ~above[:-1])
ends = np.flatnonzero(above[:-1] & ~above[1:])
found = [
    Transition("cut", int(end), 0)
    if end - begin <= CUT_FRAMES
    else Transition("dissolve", int(begin), int(end - begin))
    for begin, end in zip(begins, ends, strict=True)
    if begin > 0 and end < total
]
sys.stdout.write(json.dumps({"shots": as_json(list(shots_between(found, total)))}) + "\n")
