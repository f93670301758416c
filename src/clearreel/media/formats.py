"""Which containers and codecs are let in, decided from a file's first bytes and never its name.

FFmpeg picks a demuxer by probing, and some demuxers open other files: a playlist or concat list
under the name `holiday.mp4` would be followed. So the demuxer is named by us, from a signature,
and whatever has no signature in the table is refused before FFmpeg sees it. Transport and program
streams are looked for a little behind the start too, because recordings begin anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from clearreel.core.errors import UnreadableError, UnsupportedError

HEAD_BYTES = 64 * 1024  # MXF allows this much run-in before its first key
_RUN_IN = 8 * 1024  # how far behind the start a cut-off recording's first whole unit is looked for

VIDEO_CODECS = frozenset(
    """
    av1 avs2 cavs cfhd cinepak dnxhd dvvideo ffv1 ffvhuff flv1 gif h261 h263 h264 hevc hq_hqa hqx
    huffyuv jpeg2000 mjpeg mpeg1video mpeg2video mpeg4 msmpeg4v1 msmpeg4v2 msmpeg4v3 png prores
    rawvideo rv30 rv40 sorenson svq1 svq3 theora utvideo v210 v308 v408 v410 vc1 vp6 vp6f vp8 vp9
    vvc wmv1 wmv2 wmv3 yuv4 libdav1d libvpx libvpx-vp9 libaom-av1
    """.split()
)
"""Decoders (FFmpeg's names) that may be opened for a video stream."""

_FTYP_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"uuid"})

_PACK = b"\x00\x00\x01\xba"  # a program stream's pack header

_PREFIXES: tuple[tuple[bytes, str], ...] = (
    (b"\x1a\x45\xdf\xa3", "matroska"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (b"FLV\x01", "flv"),
    (b"OggS", "ogg"),
    (b"DKIF", "ivf"),
    (b"YUV4MPEG2 ", "yuv4mpegpipe"),
    (b"nut/multimedia container\x00", "nut"),
    (b".RMF", "rm"),
    (b"\x00\x00\x00\x00\x01\xbc", "gxf"),
    (b"\x1f\x07\x00", "dv"),
    (_PACK, "mpeg"),
    (b"\x00\x00\x01\xb3", "mpegvideo"),
)

_MXF_KEY = bytes.fromhex("060e2b34020501010d010201")

# (what the text begins with, what it is). All of them are lists of other files.
_LISTS: tuple[tuple[bytes, str], ...] = (
    (b"#extm3u", "an HLS playlist"),
    (b"ffconcat", "a concat list"),
    (b"<mpd", "a DASH manifest"),
    (b"v=0", "an SDP session description"),
    (b"[playlist]", "a playlist"),
    (b"#extinf", "a playlist"),
    (b"file ", "a concat list"),
    (b"<smil", "a SMIL presentation"),
    (b"<asx", "an ASX playlist"),
)

# Bare H.264 and HEVC say nowhere how fast they play, so no frame has a time.
_UNTIMED: tuple[tuple[bytes, str], ...] = (
    (b"\x00\x00\x00\x01\x67", "H.264"),
    (b"\x00\x00\x01\x67", "H.264"),
    (b"\x00\x00\x00\x01\x09", "H.264"),
    (b"\x00\x00\x01\x09", "H.264"),
    (b"\x00\x00\x00\x01\x40\x01", "HEVC"),
    (b"\x00\x00\x01\x40\x01", "HEVC"),
    (b"\x00\x00\x00\x01\x46\x01", "HEVC"),
    (b"\x00\x00\x01\x46\x01", "HEVC"),
)

_SOUND: tuple[tuple[bytes, str], ...] = (
    (b"ID3", "MP3 audio"),
    (b"fLaC", "FLAC audio"),
    (b"\xff\xfb", "MP3 audio"),
    (b"\xff\xf1", "AAC audio"),
    (b"\xff\xf9", "AAC audio"),
)

_SOUND_ALONE: tuple[tuple[bytes, str, str], ...] = (
    (b"ID3", "mp3", "MP3"),
    (b"\xff\xfb", "mp3", "MP3"),
    (b"\xff\xfa", "mp3", "MP3"),
    (b"\xff\xf3", "mp3", "MP3"),
    (b"\xff\xf1", "aac", "AAC"),
    (b"\xff\xf9", "aac", "AAC"),
    (b"fLaC", "flac", "FLAC"),
)

_PICTURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
)


@dataclass(frozen=True, slots=True)
class Container:
    """A container format that is let in."""

    demuxer: str
    """FFmpeg's name of the demuxer."""
    name: str
    """What people call it."""


_NAMES = {
    "mov": "MP4/QuickTime",
    "matroska": "Matroska/WebM",
    "avi": "AVI",
    "asf": "ASF/WMV",
    "flv": "FLV",
    "ogg": "Ogg",
    "ivf": "IVF",
    "yuv4mpegpipe": "Y4M",
    "nut": "NUT",
    "rm": "RealMedia",
    "gxf": "GXF",
    "dv": "DV",
    "mpeg": "MPEG program stream",
    "mpegts": "MPEG transport stream",
    "mpegvideo": "MPEG video elementary stream",
    "mxf": "MXF",
}

CONTAINERS = tuple(Container(demuxer, name) for demuxer, name in _NAMES.items())
"""Every container that is let in."""


def sniff(head: bytes) -> Container:
    """The container that begins with `head`, the first `HEAD_BYTES` of a file (or all of it).

    Raises `UnreadableError` for what is no footage, and `UnsupportedError` for what is known and
    refused: playlists, concat lists and manifests (they name other files), sound and pictures.
    """
    if not head:
        raise UnreadableError("the file is empty")
    demuxer = _demuxer(head)
    if demuxer is not None:
        return Container(demuxer, _NAMES[demuxer])
    _refuse_known(head)
    demuxer = _demuxer_behind_a_run_in(head)
    if demuxer is not None:
        return Container(demuxer, _NAMES[demuxer])
    raise UnreadableError(
        f"no container that is known begins with the bytes {head[:8].hex(' ')}",
        hint="allowed are " + ", ".join(container.name for container in CONTAINERS),
    )


def sniff_sound(head: bytes) -> Container:
    """As `sniff`, for who only listens: containers of sound alone are let in as well."""
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return Container("wav", "WAV")
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return Container("aiff", "AIFF")
    for prefix, demuxer, name in _SOUND_ALONE:
        if head.startswith(prefix):
            return Container(demuxer, name)
    return sniff(head)


def _demuxer(head: bytes) -> str | None:
    if head[4:8] in _FTYP_BOXES:
        return "mov"
    if head[:4] == b"RIFF" and head[8:12] in (b"AVI ", b"AVIX"):
        return "avi"
    for prefix, demuxer in _PREFIXES:
        if head.startswith(prefix):
            return demuxer
    # (packet length, offset of the sync byte): plain, Blu-ray's time-stamped, with parity.
    for length, offset in ((188, 0), (192, 4), (204, 0)):
        if _synchronous(head, offset, length, least=2, most=5):
            return "mpegts"
    if _MXF_KEY in head:
        return "mxf"
    return None


def _demuxer_behind_a_run_in(head: bytes) -> str | None:
    if any(
        _synchronous(head, start, length, least=8, most=8)
        for length in (188, 192, 204)
        for start in range(_RUN_IN)
    ):
        return "mpegts"
    pack = head.find(_PACK, 0, _RUN_IN)
    while pack >= 0:
        # ISO/IEC 13818-1, 2.5.3.3: the next start code follows a header of known length.
        after = pack + 14 + (head[pack + 13] & 7) if pack + 13 < len(head) else len(head)
        if head[pack + 4 : pack + 5] >= b"\x40" and head[after : after + 3] == b"\0\0\1":
            return "mpeg"
        pack = head.find(_PACK, pack + 1, _RUN_IN)
    return None


def _synchronous(head: bytes, start: int, length: int, least: int, most: int) -> bool:
    """Whether a transport stream's sync byte comes every `length` bytes from `start` on."""
    places = range(start, min(len(head), start + most * length), length)
    return len(places) >= least and all(head[place] == 0x47 for place in places)


def _refuse_known(head: bytes) -> None:
    text = head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for prefix, what in _LISTS:
        if text.startswith(prefix) or (prefix.startswith(b"<") and prefix in text):
            raise UnsupportedError(
                f"{what}: lists of other files are never followed",
                hint="give the media files themselves",
            )
    for prefix, what in _UNTIMED:
        if head.startswith(prefix):
            raise UnsupportedError(
                f"a bare {what} stream: it holds no times",
                hint="wrap it at its frame rate: ffmpeg -r 25 -i FILE -c copy FILE.mp4",
            )
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        raise UnsupportedError("WAV audio: there is no video in it")
    for prefix, what in _SOUND:
        if head.startswith(prefix):
            raise UnsupportedError(f"{what}: there is no video in it")
    for prefix, what in _PICTURES:
        if head.startswith(prefix):
            raise UnsupportedError(
                f"{what}: image sequences are not footage here",
                hint="join the pictures into a video file first",
            )
