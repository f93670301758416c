"""Cut all shots of a list out of a file: cut_shots.py MODE FILE SHOTS FOLDER."""

import json
import sys
from pathlib import Path
from typing import cast, get_args

from clearreel.media.cut import Cut, CutMode, CutRequest, Cutter
from clearreel.visit.source import open_source

mode, file, shots, folder = sys.argv[1:]
if mode not in get_args(CutMode):
    sys.exit(f"{mode} is no cut mode")
cuts: list[Cut] = []
with open_source(Path(file), contents=False) as pictures:
    reader = pictures.reader
    with Cutter(reader.reel, reader.packets, reader.timeline) as cutter:
        for number, shot in enumerate(json.loads(Path(shots).read_text(encoding="utf-8"))):
            start, end = shot["start_frame"], shot["start_frame"] + shot["frames"]
            request = CutRequest(start, end, cast(CutMode, mode), preroll_from=0)
            cuts.append(cutter.cut(request, Path(folder), f"{number:06}"))
clips = [
    {
        "path": str(cut.path),
        "start_frame": cut.start_frame,
        "end_frame": cut.end_frame,
        "mode": cut.mode,
        "reencoded": cut.reencoded_frames,
    }
    for cut in cuts
]
Path(folder, "clips.json").write_text(json.dumps(clips), encoding="utf-8")
said = {
    "modes": [cut.mode for cut in cuts],
    "frames": sum(cut.end_frame - cut.start_frame for cut in cuts),
    "reencoded": sum(cut.reencoded_frames for cut in cuts),
}
sys.stdout.write(json.dumps(said) + "\n")
