"""What the tests of exports read back, and what they know of the data set in `conftest`."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import av

from clearreel.exports import Exported
from clearreel.stores.catalog import Catalog

ODD_NAME = "it's |a| *é* [film].mp4"
"""A name with all that means something in Markdown."""

CAPTION = 'Ein "Reh" läuft, und läuft.'

Export = Callable[[str], Exported]
"""The fixture `exported`."""


def two_for_validation(sources: Iterable[str]) -> dict[str, str]:
    ordered = sorted(sources)
    return dict.fromkeys(ordered, "train") | dict.fromkeys(ordered[:2], "validation")


def counts(path: Path) -> tuple[int, int]:
    """Packets with content, and frames that are presented, of the first video stream."""
    with av.open(str(path)) as opened:
        packets = sum(bool(packet.size) for packet in opened.demux(video=0))
    with av.open(str(path)) as opened:
        return packets, sum(1 for _ in opened.decode(video=0))


def kept(catalog: Catalog) -> list[dict[str, Any]]:
    return catalog.rows("clips", where="kept")


def manifest(folder: Path) -> dict[str, Any]:
    about: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    return about
