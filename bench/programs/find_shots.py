"""What `clearreel shots` does, and how many frames it decoded: find_shots.py DETECTOR FILE."""

import json
import sys
from pathlib import Path

from clearreel.stages import registry
from clearreel.stages.contract import ShotDetector
from clearreel.testing.reels import as_json
from clearreel.visit.source import open_source

detector = registry.make(sys.argv[1], {})
if not isinstance(detector, ShotDetector):
    sys.exit(f"{sys.argv[1]} is no shot detector")
with open_source(Path(sys.argv[2])) as pictures:
    shots = tuple(detector.detect(pictures))
    said = {"frames": len(pictures.reader.timeline), "decoded": pictures.reader.decoded}
sys.stdout.write(json.dumps(said | {"shots": as_json(shots)}) + "\n")
