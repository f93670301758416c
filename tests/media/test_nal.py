"""NAL units come apart and together without a change."""

from __future__ import annotations

from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearreel.media.nal import (
    Configuration,
    exp_golomb,
    h264_set_id,
    join_units,
    nal_type,
    split_units,
)
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import reel

# A unit never ends in a zero byte, nor holds a start code: emulation prevention sees to it.
UNITS = st.lists(
    st.binary(min_size=1, max_size=40).map(lambda b: b.replace(b"\0", b"\1")), max_size=6
)


@given(UNITS, st.sampled_from([0, 2, 4]))
def test_split_undoes_join(units: list[bytes], length_size: int) -> None:
    assert list(split_units(join_units(units, length_size), length_size)) == units


def test_a_truncated_length_ends_the_packet() -> None:
    assert list(split_units(b"\0\0\0\2ab\0\0", 4)) == [b"ab"]


@given(st.integers(0, 2**16 - 2))
def test_exp_golomb(number: int) -> None:
    code = f"{number + 1:b}"
    bits = ("0" * (len(code) - 1) + code).ljust(72, "1")
    assert exp_golomb(int(bits, 2).to_bytes(9, "big")) == number


def extradata(path: Path, **settings: str) -> bytes | None:
    write(path, reel(13, width=64, height=64), video=Video(**settings))
    with av.open(str(path)) as opened:
        return opened.streams.video[0].codec_context.extradata


@pytest.mark.parametrize(
    ("suffix", "codec", "kinds", "length_size"),
    [
        (".mp4", "h264", [7, 8], 4),
        (".ts", "h264", [7, 8], 0),
        (".mp4", "hevc", [32, 33, 34], 4),
        (".ts", "hevc", [32, 33, 34], 0),
    ],
)
def test_configurations_hold_parameter_sets(
    tmp_path: Path, suffix: str, codec: str, kinds: list[int], length_size: int
) -> None:
    encoder = {"h264": "libx264", "hevc": "libx265"}[codec]
    configuration = Configuration(codec, extradata(tmp_path / f"film{suffix}", codec=encoder))
    assert configuration.length_size == length_size
    assert [k for u in configuration.units if (k := nal_type(codec, u)) in kinds] == kinds


@pytest.mark.parametrize(
    ("suffix", "pixels"), [(".mp4", "yuv420p"), (".mp4", "yuv420p10le"), (".ts", "yuv420p")]
)
def test_one_more_pair_of_sets(tmp_path: Path, suffix: str, pixels: str) -> None:
    before = Configuration("h264", extradata(tmp_path / f"film{suffix}", pixel_format=pixels))
    sps, pps = b"\x67\x64\x00\x0a\x04\x10", b"\x68\x04\x20"
    after = Configuration("h264", before.with_h264(sps, pps))
    assert sorted(after.units) == sorted([*before.units, sps, pps])


def test_set_numbers() -> None:
    assert h264_set_id(bytes([0x67, 0x64, 0x00, 0x0A, 0b0000_0100, 0b0000_1000])) == 31
    assert h264_set_id(bytes([0x68, 0b1000_0000])) == 0
