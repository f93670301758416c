"""What the scout takes if nothing is left in doubt in vain: told_scout.py FILE SHOTS.

It looks at key frames and single frames as always, but decodes in a row only where one of the
gradual changes in a given list is: whatever else it doubts is taken for one shot.
"""

import json
import sys
from pathlib import Path
from unittest.mock import patch

from clearreel.stages import scout
from clearreel.stages.boundaries.evidence import Evidence, Verdict
from clearreel.visit.source import open_source

file, shots = map(Path, sys.argv[1:])
changes = [shot["transition"] for shot in json.loads(shots.read_text(encoding="utf-8"))]
gradual = [(c["start_frame"], c["start_frame"] + c["frames"]) for c in changes if c["frames"]]


class Told(Evidence):
    """Evidence that is told which doubt is needless."""

    def verdict(self, place: int) -> Verdict:
        """See `Evidence.verdict`."""
        said, stretch = super().verdict(place), self.stretches[place]
        changes = any(start < stretch.end and end > stretch.start for start, end in gradual)
        return "one shot" if said == "doubt" and not changes else said


with patch.object(scout, "Evidence", Told), open_source(file) as pictures:
    found = sum(1 for _ in scout.Scout().detect(pictures))
    said = {"frames": len(pictures.reader.timeline), "decoded": pictures.reader.decoded}
sys.stdout.write(json.dumps(said | {"shots": found}) + "\n")
