"""`python -m bench`: measure everything and write docs/benchmarks.md."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench.environments import PEERS
from bench.inputs import QUICK_INPUTS, SCALES, Scale
from bench.machine import describe, processor, revision
from bench.section import Section, keep, kept
from bench.session import Session
from bench.wording import document, head
from clearreel.models import catalog
from clearreel.pinned.cache import Cache

DOCUMENT = Path(__file__).parent.parent / "docs" / "benchmarks.md"
LIMITS = Path(__file__).with_name("limits.md")
"""What is missed and why: written by hand, the last chapter of the document."""
PARTS = (
    *("goals", "speed", "profile", "accuracy", "labelled", "cuts"),
    *("motion", "lookalike", "startup", "long"),
)
NEEDED = frozenset(PARTS) - {"long"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; the exit code is 0 unless the benchmark itself fails."""
    asked = _parser().parse_args(arguments)
    say = _teller()
    catalog.fetch(("transnetv2", *catalog.default_set()))  # no contestant is timed while it fetches
    for environment in PEERS[asked.peers]:
        say(f"environment of {environment.name}")
        try:
            environment.make()
        except subprocess.CalledProcessError as error:
            say(f"{environment.name} cannot be installed ({error}); it is left out")
    scale = SCALES[asked.scale]
    if asked.scale == "quick":
        asked.only = asked.only or QUICK_INPUTS
        with tempfile.TemporaryDirectory() as scratch:
            sections = _measure(asked, scale, Path(scratch), say)
        sys.stdout.write(_document(asked, scale, sections))
        return 0
    folder = Cache.default().root / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    measured = _measure(asked, scale, folder, say)
    if asked.only:
        sys.stdout.write(_document(asked, scale, measured))
        return 0
    sections = {part: one for part in PARTS if (one := kept(_place(folder, asked.scale, part)))}
    text = _document(asked, scale, sections)
    if missing := sorted(NEEDED - sections.keys()):
        sys.stdout.write(text)
        say(f"not measured yet: {', '.join(missing)}; the document waits for them (--parts)")
    else:
        DOCUMENT.write_text(text, encoding="utf-8")
        say(f"wrote {DOCUMENT}")
    return 0


def _measure(
    asked: argparse.Namespace, scale: Scale, folder: Path, say: Callable[[str], None]
) -> dict[str, Section]:
    """The parts that were asked for. Those of all inputs are kept for the document."""
    session = Session(scale, folder, say, asked.only)
    parts: dict[str, Callable[[], Section]] = {
        "goals": session.goals,
        "speed": session.speed,
        "profile": session.profile,
        "accuracy": session.accuracy,
        "labelled": session.labelled,
        "cuts": session.cuts,
        "motion": session.motion,
        "lookalike": session.lookalike,
        "startup": session.startup,
        "long": session.long,
    }
    found = {}
    for part in PARTS:
        if part in asked.parts:
            found[part] = replace(parts[part](), measured=_now())
            if not asked.only:
                keep(found[part], _place(folder, asked.scale, part))
    return found


def _now() -> str:
    """When, of what and where: parts that are measured apart may be measured on other machines."""
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    commit = f", revision {revision()}" if revision() else ""
    return f"{day}{commit}, {processor()}"


def _place(folder: Path, scale: str, part: str) -> Path:
    return folder / "sections" / scale / f"{part}.json"


def _document(asked: argparse.Namespace, scale: Scale, sections: Mapping[str, Section]) -> str:
    limits = LIMITS.read_text(encoding="utf-8")
    return document(head(describe(), _command(asked), scale), sections, limits)


def _command(asked: argparse.Namespace) -> str:
    peers = f" PEERS={asked.peers}" if asked.peers != "scenedetect" else ""
    scale = f" SCALE={asked.scale}" if asked.scale != "full" else ""
    return f"make bench{scale}{peers}" + (" LONG=1" if "long" in asked.parts else "")


def _teller() -> Callable[[str], None]:
    started = time.monotonic()

    def say(what: str) -> None:
        sys.stderr.write(f"{time.monotonic() - started:8.0f} s  {what}\n")

    return say


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--peers",
        choices=PEERS,
        default="scenedetect",
        help="which peers' environments to make; all is 2.2 GB",
    )
    parser.add_argument(
        "--scale",
        choices=SCALES,
        default="full",
        help="full takes more than a night, short about five hours; quick is tiny, prints its "
        "figures, which mean nothing, and never writes the document",
    )
    parser.add_argument(
        "--parts",
        nargs="+",
        choices=PARTS,
        default=[part for part in PARTS if part != "long"],
        help="by default all but long; the document is written when all of these were measured",
    )
    parser.add_argument(
        "--only", nargs="+", default=(), metavar="INPUT", help="only inputs of these names"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
