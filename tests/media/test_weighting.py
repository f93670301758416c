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

from clearreel.media.bits import Bits
from clearreel.media.weighting import READERS, UNTOLD
from clearreel.media.weighting.hevc_sets import read_references
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
X265 = "weightp=1:scenecut=0"
HEVC = {
    "usual": (".mp4", "yuv420p", {"preset": "medium"}, X265),
    "start codes": (".ts", "yuv420p", {}, X265),
    "10 bits": (".mp4", "yuv420p10le", {}, X265),
    "full chroma": (".mkv", "yuv444p", {}, X265),
    "grey": (".mp4", "gray", {}, X265),
    "many references": (".mp4", "yuv420p", {}, f"{X265}:ref=5:bframes=4:b-pyramid=1"),
    "scaling lists": (".mp4", "yuv420p", {}, f"{X265}:scaling-list=default"),
    "sets told once": (".mp4", "yuv420p", {}, f"{X265}:multi-pass-opt-rps=1:ref=4"),
    "many slices": (".mp4", "yuv420p", {}, f"{X265}:slices=2"),
    "layers": (".mp4", "yuv420p", {}, f"{X265}:temporal-layers=1:bframes=4"),
    "B frames too": (".mp4", "yuv420p", {}, f"{X265}:weightb=1:bframes=4"),
    "no filters": (".mp4", "yuv420p", {}, f"{X265}:sao=0:deblock=0:temporal-mvp=0"),
    "groups that lead on": (".mp4", "yuv420p", {}, f"{X265}:open-gop=1:keyint=20:bframes=4"),
}
"""Of x265: container, pixels, and settings."""
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
        if "Slice Header" in line or "Slice Segment Header" in line:
            if inside:
                break
            inside = True
        elif inside and (told := SYNTAX.search(line.rstrip())):
            found[told[1]] = int(told[2])
    return found


def expected_of_hevc(told: dict[str, int]) -> int:
    if "luma_log2_weight_denom" not in told or told["slice_type"] != 1:
        return UNTOLD
    factor, added = told.get("delta_luma_weight_l0[0]", 0), told.get("luma_offset_l0[0]", 0)
    tint = [
        told.get(f"{what}_l0[0][{plane}]", 0)
        for what in ("delta_chroma_weight", "delta_chroma_offset")
        for plane in (0, 1)
    ]
    if not any((factor, added, *tint)):
        return 0
    return min(127, max(1, (128 * abs(factor)) >> told["luma_log2_weight_denom"], abs(added)))


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


def agreement(path: Path, codec: str = "h264") -> list[int]:
    packets = traced(path)
    reader = READERS[codec](next(packets)[0])
    due = expected if codec == "h264" else expected_of_hevc
    level, repeated = av.logging.get_level(), av.logging.get_skip_repeated()
    av.logging.set_level(av.logging.INFO)  # at which headers are traced
    av.logging.set_skip_repeated(False)
    try:
        read = []
        for packet, told in packets:
            read.append(reader.read(packet))
            assert read[-1] == due(told), told
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


@pytest.mark.parametrize("encoding", HEVC)
def test_weights_of_hevc_too(encoding: str, tmp_path: Path) -> None:
    suffix, pixels, options, asked = HEVC[encoding]
    video = Video(
        codec="libx265",
        pixel_format=pixels,
        gop=250,
        b_frames=3,
        options=options | {"x265-params": asked},
    )
    read = agreement(write(tmp_path / f"film{suffix}", FADING, video=video), "hevc")
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


@given(st.sampled_from(sorted(READERS)), st.binary(max_size=200), st.binary(max_size=60))
def test_no_damage_raises_anything(codec: str, packet: bytes, extradata: bytes) -> None:
    reader = READERS[codec](extradata)
    assert reader.read(packet) in range(UNTOLD, 128)


@pytest.fixture(scope="module")
def fading_hevc(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[bytes]]:
    """The extradata and the packets of a file that tells weights."""
    video = Video(codec="libx265", gop=250, b_frames=3, options={"x265-params": X265})
    path = write(tmp_path_factory.mktemp("hevc") / "film.mp4", FADING, video=video)
    with av.open(str(path)) as opened:
        stream = opened.streams.video[0]
        packets = [bytes(packet) for packet in opened.demux(stream) if packet.size]
        return stream.codec_context.extradata or b"", packets


@given(data=st.data())
def test_no_damage_of_what_was_whole_raises_anything(
    data: st.DataObject, fading_hevc: tuple[bytes, list[bytes]]
) -> None:
    extradata, packets = fading_hevc
    box, packet = bytearray(extradata), bytearray(data.draw(st.sampled_from(packets)))
    for content, first in ((box, 23), (packet, 4)):
        for _ in range(data.draw(st.integers(0, 3))):
            place = data.draw(st.integers(first, min(len(content), first + 160) - 1))
            content[place] = data.draw(st.integers(0, 255))
    assert READERS["hevc"](bytes(box)).read(bytes(packet)) in range(UNTOLD, 128)


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
    assert READERS["h264"](b"").read(slice_with(7)) == 0
    # Two to the power of this would be a number that fits into no machine.
    assert READERS["h264"](b"").read(slice_with(2**60)) == UNTOLD


def references_of(*parts: str) -> Bits:
    content = "".join(parts).ljust(64, "0")
    return Bits(int(content, 2).to_bytes(8, "big"))


def test_a_set_of_references_that_is_told_by_another() -> None:
    """H.265, 7.4.8: each of the other's pictures moves, and that picture itself comes."""
    known = (((-4, True), (-8, False), (4, True)),)
    # Two pictures earlier; of the four that come the first is not used and the second is left out.
    bits = references_of("1", "1", code(1), "01", "00", "1", "1")
    assert read_references(bits, known) == ((-2, True), (-6, False), (2, True))
    # In a slice header the set is named first, here the last; four later: the first is at 0.
    bits = references_of("1", code(0), "0", code(3), "1", "1", "1", "1")
    assert read_references(bits, known, apart=True) == ((-4, True), (4, True), (8, True))


def test_a_set_of_references_that_is_told_by_itself() -> None:
    bits = references_of(code(2), code(1), code(0), "1", code(2), "0", code(3), "1")
    assert read_references(bits, ()) == ((-1, True), (-4, False), (4, True))


def test_a_set_of_references_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="no such set"):
        read_references(references_of("1", code(1), "0", code(0)), (((-1, True),),), apart=True)


def hevc_unit(kind: int, *bits: str) -> bytes:
    whole = unit(kind << 1, "00000001", *bits)
    return b"\0\0\1" + whole


def hevc_slice(kept_for_long: str) -> bytes:
    """Parameter sets that let slices keep pictures for long, and a P slice, with start codes."""
    sps = hevc_unit(
        *(33, "0000", "000", "1", "0" * 96, code(0), code(1), code(64), code(64), "0"),
        *(code(0), code(0), code(4), "1", *map(code, (1, 0, 0, 0, 3, 0, 2, 0, 0))),
        *("0", "0", "0", "0"),  # no lists, no uneven parts, no offsets, no plain samples
        *(code(1), code(1), code(0), code(0), "1"),  # one set: the picture before
        *("1", code(2), f"{5:08b}", "1", f"{9:08b}", "0"),  # two that are kept for long
        "0",
    )
    pps = hevc_unit(
        *(34, code(0), code(0), "00", "000", "00", code(0), code(0), code(0), "00", "0"),
        *(code(0), code(0), "0", "1", "0" * 7, "1", "0"),
    )
    order = f"{7:08b}" + "1" + kept_for_long
    # Two references in an order of their own; the first is 3/64 lighter.
    weights = code(6) + code(0) + "1000" + code(5) + code(0)
    return sps + pps + hevc_unit(1, "1", code(0), code(1), order, "1", code(1), "11001", weights)


def test_pictures_that_are_kept_for_long() -> None:
    """One chosen from the sequence's, and one told by its own order with the bits before that."""
    told = code(1) + code(1) + "0" + "0" + f"{3:08b}" + "1" + "1" + code(6)
    assert READERS["hevc"](b"").read(hevc_slice(told)) == 3 * 128 // 64
    too_many = code(9) + code(9)
    assert READERS["hevc"](b"").read(hevc_slice(too_many)) == UNTOLD
