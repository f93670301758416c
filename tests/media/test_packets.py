from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from clearreel.core.errors import UnreadableError
from clearreel.media.opening import open_media
from clearreel.media.packets import NO_TICK, read_packets, tail_check
from clearreel.media.probe import probe
from clearreel.media.weighting import UNTOLD
from clearreel.testing import gallery
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import reel


@pytest.mark.parametrize("name", gallery.FOOTAGE)
def test_every_packet_has_its_row(name: str, footage: Any) -> None:
    film = footage(name)
    table = film.packets
    with av.open(str(film.path)) as opened:
        packets = [p for p in opened.demux(opened.streams[film.reel.video.index]) if p.size]
    assert len(table) == len(packets)
    assert table.size.tolist() == [p.size for p in packets]
    assert table.key.tolist() == [p.is_keyframe for p in packets]
    assert table.pts.tolist() == [NO_TICK if p.pts is None else p.pts for p in packets]
    assert table.dts.tolist() == [NO_TICK if p.dts is None else p.dts for p in packets]
    assert table.duration.tolist() == [p.duration or 0 for p in packets]
    assert not table.damaged
    types = {
        "key": "?",
        "hidden": "?",
        "disposable": "?",
        "digest": "u8",
        "tail": "u4",
        "weighting": "i1",
    }
    for name_, dtype in types.items():
        assert getattr(table, name_).dtype == np.dtype(dtype)


@pytest.mark.parametrize(("name", "hidden"), [("edit_list", 10), ("vp8_webm", 8), ("no_audio", 0)])
def test_hidden_packets(name: str, hidden: int, footage: Any) -> None:
    assert footage(name).packets.hidden.sum() == hidden


def test_a_packet_has_one_digest_in_every_container(load: Any, tmp_path: Path) -> None:
    first = load(write(tmp_path / "film.mp4", reel(24)))
    copy = tmp_path / "copy.mkv"
    with av.open(str(first.path)) as source, av.open(str(copy), "w") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = stream
                out.mux(packet)
    second = load(copy)
    assert first.packets.digest.tolist() == second.packets.digest.tolist()
    assert len(set(first.packets.digest.tolist())) == 24


@pytest.mark.parametrize(
    "video", [Video(), Video(codec="libx265", options={"preset": "medium"})], ids=["h264", "hevc"]
)
def test_weights_count_where_an_encoder_tells_any(video: Video, load: Any, tmp_path: Path) -> None:
    fading = [picture // (number + 1) for number, picture in enumerate(reel(12))]
    told = load(write(tmp_path / "told.mp4", fading, video=video)).packets.weighting
    assert (told > 10).any()
    still = load(write(tmp_path / "still.mp4", reel(12), video=video)).packets.weighting
    assert (still == UNTOLD).all()  # by an encoder that was allowed to tell them, too


def test_packets_that_are_not_looked_into(load: Any, tmp_path: Path) -> None:
    film = load(write(tmp_path / "film.mp4", [p // (n + 1) for n, p in enumerate(reel(12))]))
    assert film.packets.digest.all()
    with open_media(film.path)[0] as opened:
        listed = read_packets(opened, film.reel.video, contents=False)
    assert not listed.digest.any()
    assert (listed.weighting == UNTOLD).all()
    for column in ("pts", "dts", "duration", "size", "key", "hidden", "position", "tail"):
        assert getattr(listed, column).tolist() == getattr(film.packets, column).tolist()


def test_the_end_of_a_packet_tells_where_it_lies(footage: Any) -> None:
    film = footage("cfr_h264")
    data = film.path.read_bytes()
    for row in range(len(film.packets)):
        place, size = int(film.packets.position[row]), int(film.packets.size[row])
        assert tail_check(data[place : place + size]) == film.packets.tail[row]
        assert tail_check(data[place + 1 : place + size + 1]) != film.packets.tail[row]


def test_what_comes_before_the_damage_is_kept(tmp_path: Path) -> None:
    path = write(tmp_path / "film.mkv", reel(40), video=Video(codec="ffv1", gop=1))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with open_media(path)[0] as opened:
        table = read_packets(opened, probe(path).video)
    assert 15 <= len(table) < 25


def test_a_stream_without_packets_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "film.y4m", reel(2), video=Video(codec="rawvideo"))
    track = probe(path).video
    path.write_bytes(path.read_bytes().partition(b"\n")[0] + b"\n")
    with open_media(path)[0] as opened, pytest.raises(UnreadableError, match="no frames"):
        read_packets(opened, track)


def test_a_stream_that_turns_up_late(load: Any, tmp_path: Path) -> None:
    """A second programme after the first: the demuxer learns of its stream while reading."""
    one = write(tmp_path / "one.ts", reel(200), video=Video(codec="mpeg2video", quality=2))
    two = write(
        tmp_path / "two.ts",
        reel(30, width=64, height=64),
        video=Video(codec="mpeg2video"),
        second=(reel(30, width=96, height=64), Video(codec="mpeg2video")),
    )
    # Behind what is probed, and before the end, which is looked at for the duration.
    repeated = one.read_bytes() * (1 + 6_000_000 // one.stat().st_size)
    path = tmp_path / "both.ts"
    path.write_bytes(repeated + two.read_bytes() + repeated)
    with open_media(path)[0] as opened:
        streams = len(opened.streams)
        table = read_packets(opened, probe(path).video)
    assert streams == 1
    assert len(table) > 200
    assert not table.damaged


def test_a_change_of_coding_on_the_way_is_known(footage: Any) -> None:
    assert footage("joined_mp4").packets.reconfigured
    assert not footage("cfr_h264").packets.reconfigured
