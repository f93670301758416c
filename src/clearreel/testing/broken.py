"""Bad inputs: files that are damaged, that are no footage, or that point at other files.

`make(name, folder)` writes a file once and gives it again from then on. Where a file points at
another one, that one is a clip whose frames carry the numbers `SECRET_NUMBERS`: whoever sees them
has followed the pointer.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame

from clearreel.testing import boxes
from clearreel.testing.encode import Video, write
from clearreel.testing.numbering import stamp
from clearreel.testing.scenes import reel

SECRET_NUMBERS = range(60_000, 60_012)

ADDRESSES = (
    "http://127.0.0.1:9/clip.mp4",
    "https://127.0.0.1:9/clip.mp4",
    "rtsp://127.0.0.1:9/clip",
    "ftp://127.0.0.1:9/clip.mp4",
    "concat:secret.mp4|secret.mp4",
    "concatf:list.txt",
    "subfile,,start,0,end,0,,:secret.mp4",
    "cache:secret.mp4",
    "async:secret.mp4",
    "crypto:secret.mp4",
    "file:secret.mp4",
    "data:video/mp4;base64,AAAA",
    "pipe:0",
    "fd:0",
    "unix:/socket",
    "tcp://127.0.0.1:9",
    "udp://127.0.0.1:9",
    "lavfi:testsrc",
)
"""Inputs with a protocol in them, none of which may be opened."""

_FILM = reel(24, 24)


@dataclass(frozen=True, slots=True)
class Broken:
    """One bad input."""

    name: str
    path: Path
    description: str
    secret: Path | None
    """The file that it points at, if it does."""
    decodes: bool
    """Whether some of its frames can be had in spite of all."""


@dataclass(frozen=True, slots=True)
class _Entry:
    description: str
    file: str
    write: Callable[[Path], None]
    secret: str | None = None
    decodes: bool = False


def flip_bits(data: bytes, *, seed: int, flips: int, start: int = 0) -> bytes:
    """`data` with `flips` random bits turned over, none of them before byte `start`."""
    damaged = bytearray(data)
    random = np.random.default_rng(seed)
    for position in random.choice((len(data) - start) * 8, size=flips, replace=False):
        damaged[start + int(position) // 8] ^= 1 << int(position) % 8
    return bytes(damaged)


def permissions_are_enforced(folder: Path) -> bool:
    """Whether this user is kept from reading a file without permissions; root is not."""
    path = folder / f".{os.getpid()}.forbidden"
    path.touch(mode=0o000)
    try:
        path.open("rb").close()
    except PermissionError:
        return True
    finally:
        path.unlink()
    return False


# ---- damaged ------------------------------------------------------------------------------------


def _text(path: Path) -> None:
    path.write_text("This is a shopping list, not footage.\n" * 40)


def _html(path: Path) -> None:
    path.write_text("<!doctype html><title>404</title><p>The file is gone.</p>\n" * 40)


def _truncated_with_moov(path: Path) -> None:
    write(path, _FILM, options={"movflags": "faststart"})
    data = path.read_bytes()
    start, end = boxes.find(data, "mdat")
    path.write_bytes(data[: start + (end - start) * 6 // 10])


def _truncated_without_moov(path: Path) -> None:
    write(path, _FILM)
    data = path.read_bytes()
    path.write_bytes(data[: boxes.find(data, "moov")[0]])


def _bit_flips(path: Path) -> None:
    write(path, _FILM, options={"movflags": "faststart"})
    data = path.read_bytes()
    start, end = boxes.find(data, "mdat")
    path.write_bytes(flip_bits(data, seed=1, flips=100, start=(start + end) // 2))


def _bit_flips_in_moov(path: Path) -> None:
    write(path, _FILM)
    data = path.read_bytes()
    path.write_bytes(flip_bits(data, seed=2, flips=60, start=boxes.find(data, "moov")[0] + 8))


def _zeroed_payload(path: Path) -> None:
    write(path, _FILM)
    path.write_bytes(_without_samples(path.read_bytes()))


def _without_samples(data: bytes) -> bytes:
    start, end = boxes.find(data, "mdat")
    return data[: start + 8] + bytes(end - start - 8) + data[end:]


def _zero_frames(path: Path) -> None:
    # A plain MP4 leaves out a track without samples; one in fragments announces it beforehand.
    with av.open(str(path), "w", options={"movflags": "empty_moov"}) as container:
        container.add_stream("libx264", rate=25, width=160, height=90)
        container.start_encoding()


def _huge_picture(path: Path) -> None:
    picture = np.full((2, 100_000, 3), 128, np.uint8)
    write(path, [picture], video=Video(codec="ffv1", gop=1))


def _no_permission(path: Path) -> None:
    write(path, _FILM)
    path.chmod(0o000)


def _image(path: Path) -> None:
    VideoFrame.from_ndarray(_FILM.frame(0), "rgb24").save(path.with_suffix(".png"))
    path.with_suffix(".png").rename(path)


# ---- pointing at other files --------------------------------------------------------------------


def _ffconcat(path: Path) -> None:
    path.write_text("ffconcat version 1.0\nfile secret.mp4\n")


def _ffconcat_absolute(path: Path) -> None:
    path.write_text(f"ffconcat version 1.0\nfile '{path.parent / 'secret.mp4'}'\n")


def _hls(path: Path) -> None:
    path.write_text(
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n"
        "#EXTINF:0.48,\nsecret.ts\n#EXT-X-ENDLIST\n"
    )


def _dash(path: Path) -> None:
    path.write_text(
        '<?xml version="1.0"?>\n'
        '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" minBufferTime="PT1S"\n'
        '  mediaPresentationDuration="PT0.48S"><Period><AdaptationSet mimeType="video/mp4">\n'
        '  <Representation id="1" bandwidth="1000" codecs="avc1.64000a" width="160" height="90">\n'
        "  <BaseURL>secret.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>\n"
    )


def _sdp(path: Path) -> None:
    path.write_text(
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=a stream\nc=IN IP4 127.0.0.1\nt=0 0\n"
        "m=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n"
    )


def _rtsp_text(path: Path) -> None:
    path.write_text("RTSPtext\nrtsp://127.0.0.1:9/clip\n")


def _image_pattern(path: Path) -> None:
    for index in range(1, 4):
        picture = stamp(_FILM.frame(0), SECRET_NUMBERS[index])
        VideoFrame.from_ndarray(picture, "rgb24").save(path.with_name(f"img{index:03d}.png"))
    _text(path)


def _protocol_name(path: Path) -> None:
    _text(path)


def _external_url(path: Path) -> None:
    target = (path.parent / "secret.mp4").as_uri().encode()
    _refer(path, boxes.box("url ", bytes(4) + target + b"\0"))


def _external_alias(path: Path) -> None:
    """A Macintosh alias record, the reference that FFmpeg's demuxer understands."""
    disk, name = b"disk", b"secret.mp4"
    target = (disk.decode() + str(path.parent / "secret.mp4").replace("/", ":")).encode()
    record = bytes(10) + bytes([len(disk)]) + disk.ljust(27, b"\0") + bytes(12)
    record += bytes([len(name)]) + name.ljust(63, b"\0") + bytes(16)
    record += b"\0\1\0\1" + bytes(16)  # both files are one level below a common folder
    record += (2).to_bytes(2, "big") + len(target).to_bytes(2, "big")
    record += target + b"\0" * (len(target) % 2) + b"\xff\xff\0\0"
    _refer(path, boxes.box("alis", bytes(4) + record))


def _refer(path: Path, entry: bytes) -> None:
    """The index of the secret file without its samples, which `entry` says lie elsewhere."""
    data = _without_samples((path.parent / "secret.mp4").read_bytes())
    # The index lies behind the samples, so no offset changes when it grows.
    inside = ("moov", "trak", "mdia", "minf", "dinf", "dref")
    references = boxes.box("dref", bytes(4) + (1).to_bytes(4, "big") + entry)
    path.write_bytes(boxes.replace(data, inside, references))


def _write_secret(path: Path) -> None:
    frames = [stamp(_FILM.frame(0), number) for number in SECRET_NUMBERS]
    write(path, frames)


_ENTRIES: dict[str, _Entry] = {
    "empty": _Entry("a file of 0 bytes", "empty.mp4", lambda path: path.touch()),
    "text_as_mp4": _Entry("text that was renamed", "text.mp4", _text),
    "html_as_mp4": _Entry("the error page of a failed download", "download.mp4", _html),
    "image_as_mp4": _Entry("a still picture that was renamed", "image.mp4", _image, decodes=True),
    "truncated_with_moov": _Entry(
        "the index comes first and the samples end early, as in a broken download",
        "truncated_with_moov.mp4",
        _truncated_with_moov,
        decodes=True,
    ),
    "truncated_without_moov": _Entry(
        "the samples are there and the index is missing, as after a crash of the camera",
        "truncated_without_moov.mp4",
        _truncated_without_moov,
    ),
    "bit_flips": _Entry(
        "100 bits of the samples are wrong", "bit_flips.mp4", _bit_flips, None, True
    ),
    "bit_flips_in_moov": _Entry(
        "60 bits of the index are wrong", "bit_flips_in_moov.mp4", _bit_flips_in_moov
    ),
    "zeroed_payload": _Entry(
        "a good index over samples that are all zeros, as after a failed copy",
        "zeroed_payload.mp4",
        _zeroed_payload,
    ),
    "zero_frames": _Entry("a video stream without a packet", "zero_frames.mp4", _zero_frames),
    "huge_picture": _Entry(
        "a picture of 100000×2 pixels", "huge_picture.mkv", _huge_picture, decodes=True
    ),
    "no_permission": _Entry(
        "good footage that nobody may read", "no_permission.mp4", _no_permission, decodes=True
    ),
    "ffconcat": _Entry("a concat list", "list.ffconcat", _ffconcat, "secret.mp4"),
    "ffconcat_as_mp4": _Entry("a concat list, renamed", "list.mp4", _ffconcat, "secret.mp4"),
    "ffconcat_absolute": _Entry(
        "a concat list with an absolute path", "absolute.mp4", _ffconcat_absolute, "secret.mp4"
    ),
    "hls": _Entry("an HLS playlist", "playlist.m3u8", _hls, "secret.ts"),
    "hls_as_mp4": _Entry("an HLS playlist, renamed", "playlist.mp4", _hls, "secret.ts"),
    "dash": _Entry("a DASH manifest", "manifest.mpd", _dash, "secret.mp4"),
    "dash_as_mp4": _Entry("a DASH manifest, renamed", "manifest.mp4", _dash, "secret.mp4"),
    "sdp": _Entry("the description of an RTP session", "session.sdp", _sdp),
    "rtsp_text": _Entry("a QuickTime file that is an RTSP address", "stream.mov", _rtsp_text),
    "image_pattern": _Entry(
        "a file named as the pattern of an image sequence that exists",
        "img%03d.png",
        _image_pattern,
        "img001.png",
    ),
    "protocol_name": _Entry(
        "a file whose relative name is a protocol and another file",
        "concat:secret.mp4",
        _protocol_name,
        "secret.mp4",
    ),
    "external_url": _Entry(
        "an MP4 whose samples lie in another file, by address",
        "external_url.mp4",
        _external_url,
        "secret.mp4",
    ),
    "external_alias": _Entry(
        "a QuickTime file whose samples lie in another file, by alias record",
        "external_alias.mov",
        _external_alias,
        "secret.mp4",
    ),
}

NAMES = tuple(_ENTRIES)
"""Every name that `make` knows."""

POINTING = tuple(name for name, entry in _ENTRIES.items() if entry.secret)
"""Those that point at another file, which must not be opened."""


def make(name: str, folder: Path) -> Broken:
    """Write the file `name`, and what it points at, into `folder` unless they are there."""
    if name not in _ENTRIES:
        raise ValueError(f"no file is called {name!r}; there are {', '.join(NAMES)}")
    entry = _ENTRIES[name]
    path = folder / entry.file
    secret = folder / entry.secret if entry.secret else None
    if secret is not None and secret.suffix != ".png" and not secret.exists():
        _write_secret(secret)
    if not path.exists():
        entry.write(path)
    return Broken(name, path, entry.description, secret, entry.decodes)
