"""A worker's memory does not grow with the length of the footage."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import reel

PROGRAM = """
import sys
from pathlib import Path
from clearreel.production.producing import open_or_create, produce
from clearreel.recipes.reading import load
from clearreel.rights.grants import grant_from_flags
from clearreel.runners.inline import InlineRunner
from clearreel.sources.folder import expand

film, into = sys.argv[1:]
grants = [grant_from_flags("CC0-1.0", "Ada", "her own")]
catalog = open_or_create(Path(into), None)
produce(catalog, expand([film]), grants, load("fast"), InlineRunner(), "all")
[source] = catalog.rows("sources")
assert source["status"] == "done", source["reason"]
# Not getrusage, which remembers the size of the process that this one was started from.
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(source["frames"], int(status["VmHWM"].split()[0]) // 1024)
"""


def test_memory_is_bounded(tmp_path: Path) -> None:
    # 7500 frames, 10 minutes: the same shots over and over, so that making them is quick.
    pictures = list(reel(*[60] * 5, width=64, height=64))
    video = Video(gop=250, fps=Fraction(12))
    film = write(tmp_path / "long.mp4", (p for _ in range(25) for p in pictures), video=video)
    command = [sys.executable, "-c", PROGRAM, film, tmp_path / "set"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    frames, megabytes = map(int, done.stdout.split())
    assert frames == 7_500
    assert megabytes < 400, f"{megabytes} MB"
