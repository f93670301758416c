"""Clips of a file as the measures see them, without a run around it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from math import ceil
from pathlib import Path

import numpy as np

from clearreel.core.errors import UnreadableError
from clearreel.core.facts import FactValue
from clearreel.media.decoding import FrameReader
from clearreel.media.opening import open_media
from clearreel.media.packets import read_packets
from clearreel.media.pictures import GLIMPSE, PictureReader
from clearreel.media.probe import probe
from clearreel.media.sound import SoundReader
from clearreel.media.timeline import read_timeline
from clearreel.stages.contract import ClipView, Look, Run, Still

DEFAULT_LOOK = Look()


def clip_view(
    path: Path,
    start_frame: int = 0,
    end_frame: int | None = None,
    look: Look = DEFAULT_LOOK,
    facts: Mapping[str, FactValue] | None = None,
) -> ClipView:
    """Frames start_frame <= n < end_frame of the footage in `path`, with every sense.

    Stills and runs lie in the middle of equal parts of the clip; unlike a visit this does not
    look for key frames, so that what a test sees does not depend on the encoder.

    Raises `UnreadableError` where a frame that is looked at cannot be decoded.
    """
    reel = probe(path)
    with open_media(path)[0] as opened:
        packets = read_packets(opened, reel.video)
        timeline = read_timeline(opened, reel, packets)
    end = len(timeline) if end_frame is None else end_frame
    span = timeline.span(start_frame, end)
    rows = timeline.packet[start_frame:end]
    apart = max(1, ceil(GLIMPSE * timeline.rate))
    with FrameReader(reel, packets, timeline) as reader, SoundReader(reel) as sounds:
        pictures = PictureReader(reader, look.still_side)
        stills = tuple(
            _still(pictures, number) for number in _middles(start_frame, end, look.stills, 1)
        )
        runs = tuple(
            _run(pictures, number, min(end, number + apart + 1), look.run_width)
            for number in _middles(start_frame, end, look.runs, apart + 1)
        )
        sound = sounds.read(span)
    return ClipView(
        reel=reel,
        span=span,
        start_frame=start_frame,
        end_frame=end,
        coded_bytes=int(packets.size[rows[rows >= 0]].sum()),
        facts=dict(facts or {}),
        stills=stills,
        runs=runs,
        sound=sound,
    )


def _middles(start: int, end: int, parts: int, length: int) -> list[int]:
    """Where `length` frames begin that lie in the middle of each of `parts` equal parts."""
    size = (end - start) / parts
    places = (start + int(size * (part + 0.5)) - length // 2 for part in range(parts))
    return sorted({min(max(start, place), max(start, end - length)) for place in places})


def _still(pictures: PictureReader, number: int) -> Still:
    for _, frame in islice(pictures.reader.frames(number, number + 1), 1):
        return Still(number, pictures.still(frame))
    raise UnreadableError(f"frame {number} cannot be decoded")


def _run(pictures: PictureReader, start: int, end: int, width: int) -> Run:
    timeline = pictures.reader.timeline
    frames = list(pictures.reader.frames(start, end))
    if len(frames) < 2:
        raise UnreadableError(f"fewer than 2 of the frames {start} to {end - 1} can be decoded")
    (first, one), (last, other) = frames[0], frames[-1]
    return Run(
        start_frame=first,
        luma=np.stack([pictures.luma(frame, width) for frame in (one, other)]),
        seconds=float(timeline.span(first, last).duration),
    )
