"""The weights that slice headers tell, against FFmpeg's own reading of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import av
import av.logging
import pytest
from av.bitstream import BitStreamFilterContext
from hypothesis import given
from hypothesis import strategies as st

from clearreel.media.weighting import UNTOLD, WeightingReader
from clearreel.pinned import fetch_sample
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import Reel, Shot

FADING = Reel(
    (Shot(24, 1, "pan"), Shot(24, 2, "static", "fade", 16), Shot(20, 3, "zoom", "dissolve", 12)),
    160,
    96,
    numbered=False,
)
ENCODINGS = {
    "usual": (".mp4", Video(gop=250, b_frames=3, options={"weightp": "2"})),
    "simple": (".mkv", Video(gop=20, options={"weightp": "1"})),
    "start codes": (".ts", Video(gop=250, b_frames=2, options={"weightp": "2"})),
    "10 bits": (".mp4", Video(pixel_format="yuv420p10le", options={"weightp": "2"})),
    "full chroma": (".mp4", Video(pixel_format="yuv444p", options={"weightp": "2"})),
    "grey": (".mp4", Video(pixel_format="gray", options={"weightp": "2"})),
    "many references": (".mp4", Video(gop=250, b_frames=4, options={"refs": "8", "weightp": "2"})),
    "scaling lists": (
        ".mp4",
        Video(gop=250, options={"weightp": "2", "x264-params": "cqm=jvt:scenecut=0"}),
    ),
    "open groups": (".mp4", Video(b_frames=3, open_gop=True, options={"weightp": "2"})),
}
SYNTAX = re.compile(r"\s(\w+(?:\[\d+\])*)\s+\d+ = (-?\d+)$")


def traced(path: Path) -> Iterator[tuple[bytes, dict[str, int]]]:
    """Each packet, and the syntax elements of its first slice header by FFmpeg's reader."""
    with av.open(str(path)) as opened:
        stream = opened.streams.video[0]
        yield stream.codec_context.extradata or b"", {}
        reader = BitStreamFilterContext("trace_headers", stream)
        for packet in opened.demux(stream):
            if packet.size:
                content = bytes(packet)
                with av.logging.Capture(local=False) as logs:
                    reader.filter(packet)  # which takes what is in it
                yield content, first_slice([text for _, _, text in logs])


def first_slice(lines: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    inside = False
    for line in lines:
        if "Slice Header" in line:
            if inside:
                break
            inside = True
        elif inside and (told := SYNTAX.search(line.rstrip())):
            found[told[1]] = int(told[2])
    return found


def expected(told: dict[str, int]) -> int:
    if "luma_log2_weight_denom" not in told or told["slice_type"] % 5 == 1:
        return UNTOLD
    luma, tint = 1 << told["luma_log2_weight_denom"], 1 << told.get("chroma_log2_weight_denom", 0)
    of_luma = told.get("luma_weight_l0[0]", luma), told.get("luma_offset_l0[0]", 0)
    of_tint = [
        (told.get(f"chroma_weight_l0[0][{n}]", tint), told.get(f"chroma_offset_l0[0][{n}]", 0))
        for n in (0, 1)
    ]
    if of_luma == (luma, 0) and of_tint == [(tint, 0)] * 2:
        return 0
    return min(127, max(1, int(128 * abs(of_luma[0] / luma - 1)), abs(of_luma[1])))


def agreement(path: Path) -> list[int]:
    packets = traced(path)
    reader = WeightingReader(next(packets)[0])
    level, repeated = av.logging.get_level(), av.logging.get_skip_repeated()
    av.logging.set_level(av.logging.INFO)  # at which headers are traced
    av.logging.set_skip_repeated(False)
    try:
        read = []
        for packet, told in packets:
            read.append(reader.read(packet))
            assert read[-1] == expected(told), told
        return read
    finally:
        av.logging.set_level(level)
        av.logging.set_skip_repeated(repeated)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_weights_are_read_as_ffmpeg_reads_them(encoding: str, tmp_path: Path) -> None:
    suffix, video = ENCODINGS[encoding]
    read = agreement(write(tmp_path / f"film{suffix}", FADING, video=video))
    assert 0 in read
    assert max(read) > 10


@pytest.mark.footage
@pytest.mark.parametrize("sample", ["bbb-trailer", "live-band-mkv", "opossum", "drive-highway"])
def test_published_footage_too(sample: str) -> None:
    read = agreement(fetch_sample(sample))
    assert (0 in read) == (sample != "drive-highway")  # whose encoder tells none


def test_an_interlaced_film(tmp_path: Path) -> None:
    read = agreement(write(tmp_path / "film.mp4", FADING, video=Video(interlaced=True)))
    assert set(read) == {UNTOLD}


@given(st.binary(max_size=200), st.binary(max_size=60))
def test_no_damage_raises_anything(packet: bytes, extradata: bytes) -> None:
    reader = WeightingReader(extradata)
    assert reader.read(packet) in range(UNTOLD, 128)


def code(number: int) -> str:
    """ue(v)."""
    bits = f"{number + 1:b}"
    return "0" * (len(bits) - 1) + bits


def unit(head: int, *bits: str) -> bytes:
    content = "".join(bits) + "1"
    content += "0" * (-len(content) % 8)
    return bytes([head]) + int(content, 2).to_bytes(len(content) // 8, "big")


def slice_with(denominator: int) -> bytes:
    """Parameter sets of the baseline profile and a P slice, with start codes."""
    sps = unit(0x67, f"{66:08b}", "0" * 16, *map(code, (0, 0, 2, 1)), "0", code(9), code(5), "1")
    pps = unit(
        *(0x68, code(0), code(0), "00", *map(code, (0, 0, 0)), "100"),
        *(*map(code, (0, 0, 0)), "000"),
    )
    header = unit(0x41, code(0), code(0), code(0), "0000", "00", code(denominator), code(0), "00")
    return b"".join(b"\0\0\1" + one for one in (sps, pps, header))


def test_a_denominator_out_of_range_tells_nothing() -> None:
    assert WeightingReader(b"").read(slice_with(7)) == 0
    # Two to the power of this would be a number that fits into no machine.
    assert WeightingReader(b"").read(slice_with(2**60)) == UNTOLD
