"""Thousands of damaged files, in minutes. Not collected by default; to run it:

    pytest tests/deep/media_damage.py

Nothing but `ClearreelError` may come out of the media floor. A decoder that crashes takes pytest
down with it, and the last seed is found as the file that is left in the folder.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from clearreel.core.errors import ClearreelError
from clearreel.media.decoding import FrameReader
from clearreel.media.opening import open_media
from clearreel.media.packets import read_packets
from clearreel.media.pictures import luma, rgb
from clearreel.media.probe import probe
from clearreel.media.sound import SoundReader
from clearreel.media.timeline import read_timeline
from clearreel.testing import gallery
from clearreel.testing.broken import flip_bits

NAMES = (
    *("cfr_h264", "fragmented_mp4", "start_offset_mp4", "open_gop_hevc", "prores_mov", "dnxhd_mxf"),
    *("vp8_webm", "vp9_webm", "ffv1_mkv", "mpeg2_ts", "mpeg2_ps", "mpeg4_avi", "flv", "wmv"),
)
SEEDS = range(500)


@pytest.mark.parametrize("name", NAMES)
def test_damage_is_an_error_of_ours(name: str, gallery_folder: Path, tmp_path: Path) -> None:
    assert damage_and_read(name, SEEDS, gallery_folder, tmp_path).total() == len(SEEDS)


def damage_and_read(name: str, seeds: range, gallery_folder: Path, folder: Path) -> Counter[str]:
    """How many of the damaged copies of `name` were read, and how many refused."""
    whole = gallery.make(name, gallery_folder).path
    data = whole.read_bytes()
    outcomes: Counter[str] = Counter()
    for seed in seeds:
        path = folder / f"seed{seed}{whole.suffix}"
        path.write_bytes(damaged(data, seed))
        try:
            read(path)
        except ClearreelError as error:
            assert error.message
            outcomes["refused"] += 1
        else:
            outcomes["read"] += 1
        path.unlink()
    return outcomes


def damaged(data: bytes, seed: int) -> bytes:
    """`data` with bits turned over anywhere, at its start or at its end; or cut short."""
    random = np.random.default_rng(seed)
    kind = ("anywhere", "start", "end", "cut")[seed % 4]
    edge = min(len(data), 3000)
    few = int(random.integers(1, 12))
    if kind == "start":
        return flip_bits(data[:edge], seed=seed, flips=few) + data[edge:]
    if kind == "end":
        return data[:-edge] + flip_bits(data[-edge:], seed=seed, flips=few)
    if kind == "cut":
        return data[: int(random.integers(len(data)))]
    return flip_bits(data, seed=seed, flips=int(random.integers(1, 200)))


def read(path: Path) -> None:
    """Everything that a worker asks of a file."""
    reel = probe(path)
    with open_media(path)[0] as opened:
        packets = read_packets(opened, reel.video)
        timeline = read_timeline(opened, reel, packets)
    count = len(timeline)
    assert count > 0
    assert (np.diff(timeline.ticks) > 0).all()
    assert timeline.rate > 0
    with FrameReader(reel, packets, timeline) as reader, SoundReader(reel) as sounds:
        last = -1
        for number, frame in reader.frames(0, count):
            assert last < number < count
            last = number
            if number % 8 == 0:
                rgb(frame, reel, 90)
                luma(frame, reel, 64)
        for key in np.flatnonzero(timeline.key)[:4].tolist():
            reader.key_frame(key)
        for start in (count // 2, count // 3):
            list(reader.frames(start, min(count, start + 3)))
        sounds.read(timeline.span(0, max(1, count // 2)))
        if count > 2:
            sounds.read(timeline.span(count // 2, count))
