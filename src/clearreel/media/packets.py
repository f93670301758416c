"""The packets of a video stream as columns: the cheapest thing to know about footage."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from struct import Struct
from zlib import crc32

import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream
from numpy.typing import NDArray

from clearreel.core.errors import UnreadableError
from clearreel.core.pulse import beat
from clearreel.core.span import MAX_TICK
from clearreel.media.opening import demux, unreadable
from clearreel.media.probe import VideoTrack
from clearreel.media.weighting import READERS, UNTOLD

NO_TICK = np.iinfo(np.int64).min
"""Stands for a time stamp that the container does not give."""


@dataclass(frozen=True, slots=True)
class PacketTable:
    """One row a packet, in decoding order. All arrays have shape (packets,).

    `pts`, `dts` and `duration` are int64 ticks of the stream's time base; `size` is int64 bytes.
    """

    pts: NDArray[np.int64]
    dts: NDArray[np.int64]
    duration: NDArray[np.int64]
    size: NDArray[np.int64]
    key: NDArray[np.bool_]
    disposable: NDArray[np.bool_]
    """No other packet refers to it, as far as the container or parser says."""
    hidden: NDArray[np.bool_]
    """Decoded but never presented: before an edit list's start, or a VP8 alt-ref."""
    digest: NDArray[np.uint64]
    """Hash of the packet's content, the same in every container that stores it unchanged."""
    position: NDArray[np.int64]
    """Byte of the file at which the packet's content lies as it is, or -1 where it is not known."""
    tail: NDArray[np.uint32]
    """What `tail_check` gives of the packet's content."""
    weighting: NDArray[np.int8]
    """What `WeightingReader.read` gives for each; all untold in other codecs than H.264, and where
    no packet of the stream tells any weight: an encoder that does not look for them says nothing by
    telling none."""
    damaged: bool
    """Demuxing ended in an error, so packets may be missing at the end."""
    reconfigured: bool = False
    """Decoders are told to go on in another way somewhere, as where differently coded footage was
    joined in one file: what a packet says depends on what the demuxer gave before it."""

    def __len__(self) -> int:
        return len(self.pts)


def read_packets(
    opened: InputContainer, track: VideoTrack, *, contents: bool = True
) -> PacketTable:
    """Demux the whole of `track` without decoding.

    Without `contents` packets are listed and not looked into, which is all that cutting takes:
    every `digest` is 0, every `weighting` untold.

    An error in the middle ends the table there (`damaged`): what came before it is footage.

    Raises `UnreadableError` when there is not a single packet with content.
    """
    stream = opened.streams[track.index]
    whole = opened.format.name.startswith("mov")  # others wrap what they store
    reader = READERS.get(track.codec) if contents else None
    weighing = reader(stream.codec_context.extradata) if reader else None
    rows = bytearray()  # a table of Python numbers would take ten times as much
    damaged = reconfigured = False
    try:
        for packet in demux(opened, stream):
            beat()
            weighting = weighing.read(memoryview(packet)) if weighing else UNTOLD
            digest = content_digest(packet) if contents else _NO_DIGEST
            rows += _row(packet, track.codec, whole, digest, weighting)
            reconfigured = reconfigured or _reconfigures(packet, stream)
    except FFmpegError as error:
        if not rows:
            raise unreadable(error, "no packet can be read") from error
        damaged = True
    if not rows:
        raise UnreadableError("the video stream holds no frames")
    table = np.frombuffer(rows, _COLUMNS)
    believed = weighing is not None and weighing.told
    return PacketTable(
        pts=table["pts"].astype(np.int64),
        dts=table["dts"].astype(np.int64),
        duration=table["duration"].astype(np.int64),
        size=table["size"].astype(np.int64),
        key=table["key"].copy(),
        disposable=table["disposable"].copy(),
        hidden=table["hidden"].copy(),
        digest=table["digest"].astype(np.uint64),
        position=table["position"].astype(np.int64),
        tail=table["tail"].astype(np.uint32),
        weighting=np.where(believed, table["weighting"], np.int8(UNTOLD)),
        damaged=damaged,
        reconfigured=reconfigured,
    )


_ROW = Struct("<qqqq???8sqIb")
_COLUMNS = np.dtype(
    [
        ("pts", "<i8"),
        ("dts", "<i8"),
        ("duration", "<i8"),
        ("size", "<i8"),
        ("key", "?"),
        ("disposable", "?"),
        ("hidden", "?"),
        ("digest", ">u8"),
        ("position", "<i8"),
        ("tail", "<u4"),
        ("weighting", "i1"),
    ]
)


_NO_DIGEST = bytes(8)


def content_digest(content: Packet[Stream]) -> bytes:
    """The bytes of `PacketTable.digest`."""
    return blake2b(content, digest_size=8).digest()


def tail_check(content: Packet[Stream] | bytes) -> int:
    """CRC-32 of a packet's last 64 bytes: who finds the same at its place found the packet.

    A container that wraps what it stores, or a parser that adds to it, moves the end.
    """
    return crc32(memoryview(content)[-64:])


def _row(packet: Packet[Stream], codec: str, whole: bool, digest: bytes, weighting: int) -> bytes:
    return _ROW.pack(
        _tick(packet.pts),
        _tick(packet.dts),
        max(0, packet.duration or 0),
        packet.size,
        packet.is_keyframe,
        packet.is_disposable,
        packet.is_discard or (codec == "vp8" and not _vp8_shown(packet)),
        digest,
        packet.pos if whole and packet.pos else -1,
        tail_check(packet),
        weighting,
    )


def _reconfigures(packet: Packet[Stream], stream: Stream) -> bool:
    # To look for one kind of side data takes longer than to see that there is none.
    if next(packet.iter_sidedata(), None) is None or not packet.has_sidedata("new_extradata"):
        return False
    return bytes(packet.get_sidedata("new_extradata")) != stream.codec_context.extradata


def _tick(stamp: int | None) -> int:
    # A stamp beyond what a span can hold is damage, and differences of such stamps overflow.
    return NO_TICK if stamp is None or abs(stamp) > MAX_TICK else stamp


def _vp8_shown(packet: Packet[Stream]) -> bool:
    # RFC 6386, 9.1: bit 4 of a frame's first byte is show_frame.
    return bool(memoryview(packet)[0] >> 4 & 1)
