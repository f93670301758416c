from __future__ import annotations

from pathlib import Path

import pytest

from clearreel.core.errors import SourceError, UnreadableError, UnsupportedError
from clearreel.media.formats import CONTAINERS, HEAD_BYTES, sniff
from clearreel.testing import gallery
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import reel

DEMUXERS = {
    ".mp4": "mov",
    ".mov": "mov",
    ".mkv": "matroska",
    ".webm": "matroska",
    ".ts": "mpegts",
    ".mpg": "mpeg",
    ".avi": "avi",
    ".mxf": "mxf",
    ".flv": "flv",
    ".wmv": "asf",
}


@pytest.mark.parametrize("name", gallery.FOOTAGE)
def test_the_gallery_is_known_by_its_first_bytes(name: str, gallery_folder: Path) -> None:
    path = gallery.make(name, gallery_folder).path
    assert sniff(path.read_bytes()[:HEAD_BYTES]).demuxer == DEMUXERS[path.suffix]


@pytest.mark.parametrize(
    ("head", "demuxer"),
    [
        (b"\x00\x00\x00\x08wide\x00\x00\x00\x10mdat", "mov"),
        (b"\x00\x00\x00\x08free\x00\x00\x00\x14ftypqt  ", "mov"),
        (b"\x00\x00\x00\x08skip", "mov"),
        (b"OggS\x00\x02", "ogg"),
        (b"DKIF\x00\x00", "ivf"),
        (b"YUV4MPEG2 W16 H16\n", "yuv4mpegpipe"),
        (b".RMF\x00\x00", "rm"),
        (b"\x1f\x07\x00\x3f", "dv"),
        (b"\x00\x00\x01\xb3\x01", "mpegvideo"),
        ((bytes(4) + b"\x47" + bytes(187)) * 3, "mpegts"),
        ((b"\x47" + bytes(203)) * 3, "mpegts"),
        (bytes(3000) + bytes.fromhex("060e2b34020501010d010201") + bytes(9), "mxf"),
        (b"\x99" * 150 + (b"\x47" + bytes(187)) * 9, "mpegts"),
        (b"\x99" * 7000 + (b"\x47" + bytes(191)) * 9, "mpegts"),
        (b"\x99" * 99 + b"\0\0\1\xba\x44" + bytes(8) + b"\xf8\0\0\1\xe0", "mpeg"),
    ],
)
def test_signatures(head: bytes, demuxer: str) -> None:
    container = sniff(head)
    assert container.demuxer == demuxer
    assert container in CONTAINERS


@pytest.mark.parametrize(
    ("head", "kind", "says"),
    [
        (b"", UnreadableError, "empty"),
        (b"#EXTM3U\n#EXT", UnsupportedError, "HLS"),
        (b"\xef\xbb\xbf \n#extm3u\n", UnsupportedError, "HLS"),
        (b"ffconcat version 1.0\nfile a.mp4\n", UnsupportedError, "concat"),
        (b"file 'a.mp4'\n", UnsupportedError, "concat"),
        (b'<?xml version="1.0"?>\n<!-- x -->\n<MPD xmlns', UnsupportedError, "DASH"),
        (b"v=0\no=- 0 0 IN", UnsupportedError, "SDP"),
        (b"[playlist]\nFile1=", UnsupportedError, "playlist"),
        (b"<smil>", UnsupportedError, "SMIL"),
        (b"<ASX version", UnsupportedError, "ASX"),
        (b"ID3\x04\x00", UnsupportedError, "MP3"),
        (b"fLaC\x00", UnsupportedError, "FLAC"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", UnsupportedError, "WAV"),
        (b"\x89PNG\r\n\x1a\n", UnsupportedError, "PNG"),
        (b"\xff\xd8\xff\xe0", UnsupportedError, "JPEG"),
        (b"GIF89a", UnsupportedError, "GIF"),
        (b"\x00\x00\x00\x01\x67\x64", UnsupportedError, "bare H.264"),
        (b"\x00\x00\x00\x01\x40\x01\x0c", UnsupportedError, "bare HEVC"),
        (b"RTSPtext\nrtsp://x", UnreadableError, "52 54 53 50"),
        (b"G" * 10 + b" plain text\n" * 800, UnreadableError, "no container"),
        (b"\x99" * 90 + b"\0\0\1\xba" + bytes(90), UnreadableError, "no container"),
        (bytes(HEAD_BYTES), UnreadableError, "no container"),
    ],
)
def test_what_is_refused(head: bytes, kind: type[SourceError], says: str) -> None:
    with pytest.raises(kind, match=says) as caught:
        sniff(head)
    assert type(caught.value) is kind
    if kind is UnreadableError and head:
        assert "MP4/QuickTime" in caught.value.hint


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_a_bare_stream_is_refused_with_the_way_out(codec: str, tmp_path: Path) -> None:
    suffix = ".h264" if codec == "libx264" else ".hevc"
    path = write(tmp_path / f"film{suffix}", reel(3), video=Video(codec=codec))
    with pytest.raises(UnsupportedError, match="holds no times") as caught:
        sniff(path.read_bytes()[:HEAD_BYTES])
    assert "ffmpeg -r 25" in caught.value.hint
