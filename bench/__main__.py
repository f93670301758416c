"""`python -m bench`: measure everything and write docs/benchmarks.md."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.environments import PEERS
from bench.inputs import QUICK_INPUTS, SCALES, Scale
from bench.machine import describe
from bench.session import Session
from bench.wording import document, head
from clearreel.models import catalog
from clearreel.pinned.cache import Cache

DOCUMENT = Path(__file__).parent.parent / "docs" / "benchmarks.md"
PARTS = ("speed", "profile", "accuracy", "cuts", "motion", "lookalike", "startup", "long")


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
            text = _measure(asked, scale, Path(scratch), say)
        sys.stdout.write(text)
        return 0
    folder = Cache.default().root / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    text = _measure(asked, scale, folder, say)
    if asked.only or set(asked.parts) < set(PARTS) - {"long"}:
        sys.stdout.write(text)  # the document is of one run, whole
    else:
        DOCUMENT.write_text(text, encoding="utf-8")
        say(f"wrote {DOCUMENT}")
    return 0


def _measure(
    asked: argparse.Namespace, scale: Scale, folder: Path, say: Callable[[str], None]
) -> str:
    session = Session(scale, folder, say, asked.only)
    parts: dict[str, Callable[[], list[str]]] = {
        "speed": session.speed,
        "profile": session.profile,
        "accuracy": session.accuracy,
        "cuts": session.cuts,
        "motion": session.motion,
        "lookalike": session.lookalike,
        "startup": session.startup,
        "long": session.long,
    }
    date = datetime.now(UTC).strftime("%Y-%m-%d")
    sections: list[list[str]] = []
    text = ""
    for part in PARTS:
        if part in asked.parts:
            sections.append(parts[part]())
            text = document(head(describe(), date, _command(asked), scale), sections)
            (folder / "benchmarks.md").write_text(text, encoding="utf-8")
    return text


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
        help="full takes a night, short an hour or two; quick is tiny, prints its figures, which "
        "mean nothing, and never writes the document",
    )
    parser.add_argument(
        "--parts",
        nargs="+",
        choices=PARTS,
        default=[part for part in PARTS if part != "long"],
        help="by default all but long",
    )
    parser.add_argument(
        "--only", nargs="+", default=(), metavar="INPUT", help="only inputs of these names"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
