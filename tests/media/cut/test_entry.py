"""Decoding begins where it can, not where a flag says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import pytest

from clearreel.media.cut import CutRequest, cut
from clearreel.media.cut.entry import decodes_alone, starts_sequence
from clearreel.media.nal import Configuration, join_units
from clearreel.testing.encode import Video

from .conftest import Source, decode

AVCC = Configuration("h264", bytes.fromhex("0164000affe100086764000aacd941680100048eebe3cb"))
IDR, SLICE = b"\x65\x88", b"\x41\x9a"


def recovery(count: str) -> bytes:
    """An SEI unit with a recovery point whose recovery_frame_cnt is coded as these bits."""
    bits = f"{count}100".ljust(8, "0")
    return bytes([0x06, 6, 1, int(bits[:8], 2), 0x80])


@pytest.mark.parametrize(
    ("units", "alone", "sequence"),
    [
        ([IDR], True, True),
        ([recovery("1"), SLICE], True, False),
        ([recovery("011"), SLICE], False, False),
        ([SLICE], False, False),
        ([bytes([0x06, 5, 2, 0, 0]) + recovery("1")[1:], SLICE], True, False),
    ],
)
def test_h264_key_pictures(units: list[bytes], alone: bool, sequence: bool) -> None:
    packet = join_units(units, AVCC.length_size)
    assert decodes_alone(packet, AVCC) is alone
    assert starts_sequence(packet, AVCC) is sequence


@pytest.mark.parametrize(("kind", "sequence"), [(1, False), (16, True), (19, True), (21, True)])
def test_hevc_key_pictures(kind: int, sequence: bool) -> None:
    configuration = Configuration("hevc", None)
    assert starts_sequence(join_units([bytes([kind << 1, 1, 0x80])], 0), configuration) is sequence


def test_gradual_refresh_is_no_entry(make: Callable[..., Source], tmp_path: Path) -> None:
    params = "keyint=12:intra-refresh=1:scenecut=0:bframes=0"
    footage = make("refresh", ".ts", Video(options={"x264-params": params}))
    with av.open(str(footage.reel.path)) as opened:
        marked = sum(packet.is_keyframe for packet in opened.demux(video=0))
    found = cut(
        footage.reel,
        footage.packets,
        footage.timeline,
        CutRequest(30, 40, "copy", 0),
        tmp_path,
        "clip",
    )
    assert marked > 1
    assert (found.mode, found.preroll_frames) == ("copy", 30)
    wanted = footage.pictures[30:40]
    assert [p.digest for p in decode(found.path)] == [p.digest for p in wanted]
