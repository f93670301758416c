"""Cut clips out of a source: copied, exact, trimmed or transcoded, with the sound in sync."""

from __future__ import annotations

from pathlib import Path

from clearreel.media.cut.cutter import Cutter
from clearreel.media.cut.request import Cut, CutMode, CutRequest
from clearreel.media.packets import PacketTable
from clearreel.media.probe import Reel
from clearreel.media.timeline import Timeline

__all__ = ["Cut", "CutMode", "CutRequest", "Cutter", "cut"]


def cut(
    reel: Reel,
    packets: PacketTable,
    timeline: Timeline,
    request: CutRequest,
    folder: Path,
    stem: str,
) -> Cut:
    """Cut one clip, as `Cutter.cut`; for more than one of a source, keep a `Cutter`."""
    with Cutter(reel, packets, timeline) as cutter:
        return cutter.cut(request, folder, stem)
