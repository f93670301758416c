"""Decode what a detector that knew the answer would look at: least_decoding.py FILE SHOTS.

Every key frame, and the frames of each gradual change of a given list with what these stand on. It
is done as cheaply as the scout does it: without deblocking, and without frames that no other
refers to. Nothing is compared.
"""

import json
import sys
from pathlib import Path

import numpy as np

from clearreel.media.decoding import FrameReader
from clearreel.visit.source import open_source

file, shots = map(Path, sys.argv[1:])
changes = [shot["transition"] for shot in json.loads(shots.read_text(encoding="utf-8"))]
with open_source(file) as pictures:
    reel, packets, timeline = (
        pictures.reader.reel,
        pictures.reader.packets,
        pictures.reader.timeline,
    )
    with FrameReader(reel, packets, timeline, quick=True) as reader:
        for _ in reader.key_frames(0, len(timeline)):
            pass
        needed = np.zeros(len(timeline), np.bool_)
        for change in changes:
            start, end = change["start_frame"], change["start_frame"] + change["frames"]
            for _ in reader.frames(start, min(end, len(timeline)), needed):
                pass
        said = {"frames": len(timeline), "decoded": reader.decoded}
sys.stdout.write(json.dumps(said) + "\n")
