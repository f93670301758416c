"""Encodings of truth reels."""

import itertools
from fractions import Fraction
from pathlib import Path

import av
import pytest

from clearreel.testing.reading import frame_numbers, presented
from clearreel.testing.reel_encoding import ENCODINGS, Order, encode_reel
from clearreel.testing.scenes import reel

REEL = reel(20, 25, 22, width=256, height=144)


def key_frames(path: Path) -> list[bool]:
    with av.open(str(path)) as container:
        return [packet.is_keyframe for packet in container.demux(video=0) if packet.size]


def test_one_pass_writes_every_encoding_whole_and_in_order(tmp_path: Path) -> None:
    orders = [Order(tmp_path / (e.name + e.suffix), e) for e in ENCODINGS.values()]
    encode_reel(REEL, orders)
    keys = {}
    for order in orders:
        assert frame_numbers(order.path) == list(range(len(REEL))), order.encoding.name
        keys[order.encoding.name] = sum(key_frames(order.path))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(o.path.name for o in orders)
    assert keys["x264-intra"] == len(REEL)
    assert keys["x264-fixed"] == 2
    assert keys["x264-long"] == 1


def test_the_same_pictures_give_the_same_bytes(tmp_path: Path) -> None:
    paths = [tmp_path / "one.mp4", tmp_path / "two.mp4"]
    for path, threads in zip(paths, (1, 2), strict=True):
        encode_reel(REEL, [Order(path, ENCODINGS["x264"])], threads=threads)
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("fps", [Fraction(30000, 1001), Fraction(60), None])
def test_times_are_exact(tmp_path: Path, fps: Fraction | None) -> None:
    path = tmp_path / "timed.mp4"
    encode_reel(REEL, [Order(path, ENCODINGS["mpeg4"], fps)])
    times = [time for time, _ in presented(path)]
    steps = {two - one for one, two in itertools.pairwise(times)}
    if fps is None:
        assert steps == {Fraction(n, 600) for n in (20, 24, 30, 70)}
    else:
        assert steps == {1 / fps}
