"""`run --recipe fast` without finding anything: told_run.py FILE SHOTS RECIPE FOLDER.

The shots are those of a given list. Of the file is decoded what `least_decoding.py` decodes, and
what the measures ask for; all else is done as in any run, in one process.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np

import clearreel
from clearreel.core.shots import Transition
from clearreel.media.decoding import FrameReader
from clearreel.media.pictures import PictureReader
from clearreel.production.producing import open_or_create, produce
from clearreel.recipes.reading import load
from clearreel.rights.grants import grant_from_flags
from clearreel.runners.inline import InlineRunner
from clearreel.sources.folder import expand
from clearreel.stages.contract import SegmentedDetector


class Told(SegmentedDetector):
    """Gives the transitions of the list, once it has decoded what had to be seen to find them."""

    name: ClassVar[str] = "told"

    def transitions(
        self, pictures: PictureReader, start_frame: int, end_frame: int
    ) -> Iterator[Transition]:
        """See `SegmentedDetector.transitions`."""
        source = pictures.reader
        needed = np.zeros(len(source.timeline), np.bool_)
        with FrameReader(source.reel, source.packets, source.timeline, quick=True) as reader:
            for number in np.flatnonzero(source.timeline.key[start_frame:end_frame]):
                pictures.key_frame(start_frame + int(number))
            for change in changes:
                if start_frame <= change.start_frame < end_frame:
                    end = min(change.start_frame + change.frames, len(source.timeline))
                    for _ in reader.frames(change.start_frame, end, needed):
                        pass
                    yield change
            source.decoded += reader.decoded


file, shots, recipe, folder = sys.argv[1:]
listed = json.loads(Path(shots).read_text(encoding="utf-8"))
changes = [Transition(**shot["transition"]) for shot in listed]
changes = [change for change in changes if change.kind != "start"]
catalog = open_or_create(Path(folder) / "set", None)
grant = grant_from_flags("CC0-1.0", "the benchmark", "a benchmark")
told = replace(load(recipe), detector=Told())
produce(catalog, expand([file]), [grant], told, InlineRunner(), "all")
source = clearreel.open(Path(folder) / "set").sources()[0]
sys.stdout.write(json.dumps({"decoded": source["decoded_frames"], "frames": source["frames"]}))
