"""The `motion` fact of clips beside dense optical flow of all their frames: motion.py LIMIT.

The clips are stretches of about two seconds of the footage for reporting. The fact is measured as
a run does, from a few short runs of small frames; the reference is the mean length of Farneback's
flow (2003; OpenCV, with the parameters of its samples) between all neighbouring frames. Both are
in picture heights a second.
"""

import json
import sys
from itertools import pairwise

import cv2
import numpy as np

from clearreel.pinned.samples import fetch_sample
from clearreel.stages.contract import ClipView, Look
from clearreel.stages.motion import Motion
from clearreel.testing.footage import REPORTING
from clearreel.visit.looking import look_at
from clearreel.visit.source import open_source

FRAMES = 50
WIDTH = 320


def dense(frames: list[np.ndarray], seconds: np.ndarray) -> float:
    """Mean speed over all pictures and all steps."""
    speeds = []
    for (one, other), step in zip(pairwise(frames), np.diff(seconds), strict=True):
        flow = np.zeros((*one.shape, 2), np.float32)
        flow = cv2.calcOpticalFlowFarneback(one, other, flow, 0.5, 3, 15, 3, 5, 1.2, 0)
        speeds.append(np.hypot(flow[..., 0], flow[..., 1]).mean() / one.shape[0] / step)
    return float(np.mean(speeds))


pairs = []
windows = [
    (piece.sample, start, start + FRAMES)
    for piece in REPORTING
    for start in range(piece.start, piece.end - FRAMES + 1, FRAMES)
]
for sample, start, end in windows[: int(sys.argv[1])]:
    with open_source(fetch_sample(sample)) as pictures:
        timeline = pictures.reader.timeline
        seen = look_at(pictures, start, end, Look(), {"runs"})
        view = ClipView(
            reel=pictures.reader.reel,
            span=timeline.span(start, end),
            start_frame=start,
            end_frame=end,
            coded_bytes=0,
            facts={},
            runs=seen.runs,
        )
        frames = [pictures.luma(frame, WIDTH) for _, frame in pictures.reader.frames(start, end)]
        seconds = timeline.ticks[start:end] * float(timeline.time_base)
    pairs.append([Motion().measure(view)["motion"], dense(frames, seconds)])
sys.stdout.write(json.dumps({"pairs": pairs}) + "\n")
