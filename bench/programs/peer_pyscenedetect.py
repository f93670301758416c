"""PySceneDetect with its defaults: peer_pyscenedetect.py adaptive|content FILE [FOLDER].

With a folder, every scene is also split off into it.
"""

import json
import sys

from scenedetect import AdaptiveDetector, ContentDetector, detect, split_video_ffmpeg

kind, file, *folder = sys.argv[1:]
scenes = detect(file, {"adaptive": AdaptiveDetector, "content": ContentDetector}[kind]())
if folder:
    split_video_ffmpeg(file, scenes, output_dir=folder[0])
starts = [start.frame_num for start, _ in scenes[1:]]
sys.stdout.write(json.dumps({"starts": starts}) + "\n")
