"""Compare cut clips with their source, frame by frame: check_cuts.py FILE CLIPS_JSON.

Both are decoded from their beginnings by PyAV alone, so that nothing of clearreel is trusted.
"""

import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import av
import numpy as np


def decoded(path: str) -> Iterator[np.ndarray]:
    """All frames that are presented, as they are coded."""
    with av.open(path) as container:
        for frame in container.decode(video=0):
            yield frame.to_ndarray()


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    """In dB, over all planes of 8 bits."""
    error = float(np.mean((one.astype(np.float32) - other) ** 2))
    return 10 * float(np.log10(255**2 / error))


file, listed = sys.argv[1:]
clips = sorted(json.loads(Path(listed).read_text("utf-8")), key=lambda clip: clip["start_frame"])
source, position = decoded(file), 0
counted = identical = frames = 0
worst: list[float] = []
for clip in clips:
    list(islice(source, clip["start_frame"] - position))
    position = clip["end_frame"]
    wanted = islice(source, clip["end_frame"] - clip["start_frame"])
    cut = list(decoded(clip["path"]))
    counted += len(cut) == clip["end_frame"] - clip["start_frame"]
    for one, other in zip(wanted, cut, strict=False):
        frames += 1
        if one.shape == other.shape and np.array_equal(one, other):
            identical += 1
        elif one.shape == other.shape:
            worst.append(psnr(one, other))
said = {
    "clips": len(clips),
    "counted": counted,
    "frames": frames,
    "identical": identical,
    "reencoded": sum(clip["reencoded"] for clip in clips),
    "least_psnr": min(worst, default=None),
    "mean_psnr": float(np.mean(worst)) if worst else None,
}
sys.stdout.write(json.dumps(said) + "\n")
