"""`python -m bench.readers`: ask every reader, and write docs/readers.md or check it."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.readers import document
from bench.readers.asking import READERS, Reader
from bench.readers.clips import Clip, make_clips
from bench.readers.verdict import verdict


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the tables. The exit code is 1 when a reader is missing or a cell differs."""
    parser = argparse.ArgumentParser(prog="python -m bench.readers", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; say what differs")
    asked = parser.parse_args(arguments)
    missing = []
    for reader in READERS:
        if reader.environment is not None:
            reader.environment.make()
        missing += [reason] if (reason := reader.missing()) else []
    for reason in missing:
        sys.stderr.write(f"{reason}\n")
    if missing and not asked.check:
        sys.stderr.write("a table without all readers is not written; --check does with fewer\n")
        return 1
    with tempfile.TemporaryDirectory() as scratch:
        clips = list(make_clips(Path(scratch)))
        present = [reader for reader in READERS if not reader.missing()]
        found = ask(present, clips, Path(scratch), 1 if asked.check else None)
    if asked.check:
        lines = document.differences(document.read(), found)
        sys.stdout.writelines(f"{line}\n" for line in lines)
        return int(bool(lines or missing))
    document.write(found, clips, datetime.now(UTC).strftime("%-d %B %Y"))
    return 0


def ask(
    readers: Sequence[Reader], clips: Sequence[Clip], folder: Path, runs: int | None = None
) -> document.Tables:
    """What each reader makes of each clip: all that it did in `runs` runs, or in its own number."""
    versions: dict[str, str] = {}
    cells: dict[document.Key, dict[str, str]] = {clip.key: {} for clip in clips}
    for reader in readers:
        said: list[list[str]] = []
        for _ in range(runs or reader.runs):
            version, seen = reader.ask(clips, folder)
            said.append([verdict(*pair) for pair in zip(clips, seen, strict=True)])
        versions[reader.title] = version
        for clip, words in zip(clips, zip(*said, strict=True), strict=True):
            cells[clip.key][reader.title] = document.OR.join(sorted(set(words)))
    return document.Tables(versions, cells)


if __name__ == "__main__":
    sys.exit(main())
