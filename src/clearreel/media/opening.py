"""The one place where a media file is opened for reading."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from clearreel.core.errors import SourceError, UnreadableError
from clearreel.media.formats import HEAD_BYTES, Container, sniff, sniff_sound


def open_media(path: Path) -> tuple[InputContainer, Container]:
    """Open a local file with the demuxer that its own first bytes name.

    Nothing that the file says can make FFmpeg open another one: the demuxer is ours to choose,
    only the `file` protocol is allowed, and MP4's external data references stay off.

    Raises `UnreadableError` or `UnsupportedError`, with the reason.
    """
    return _opened(path, sniff(_head(path)))


def open_sound(path: Path) -> tuple[InputContainer, Container]:
    """As `open_media`, for who only listens: a file of sound alone is opened as well."""
    return _opened(path, sniff_sound(_head(path)))


def _opened(path: Path, container: Container) -> tuple[InputContainer, Container]:
    try:
        opened = av.open(
            f"file:{path.absolute()}",
            mode="r",
            format=container.demuxer,
            options={
                "protocol_whitelist": "file",
                "format_whitelist": container.demuxer if container.demuxer != "mov" else _MOV,
            },
            metadata_errors="replace",
        )
    except (FFmpegError, ValueError) as error:
        raise unreadable(
            error,
            f"{container.name} that cannot be opened",
            hint="it may be cut short or damaged: compare it with the original, copy it again",
        ) from error
    return opened, container


# The whitelist is compared with the demuxer's full list of names.
_MOV = "mov,mp4,m4a,3gp,3g2,mj2"


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except PermissionError as error:
        raise SourceError("no permission to read the file", hint="check its mode") from error
    except FileNotFoundError as error:
        raise SourceError("the file is not there any more") from error
    except OSError as error:
        raise SourceError(f"the file cannot be read: {error.strerror}") from error


def video_stream(opened: InputContainer, index: int) -> VideoStream:
    """The video stream `index`, decoded by one thread: workers share the cores, not decoders."""
    stream: Stream = opened.streams[index]
    assert isinstance(stream, VideoStream)
    if not stream.codec_context.is_open:
        stream.codec_context.thread_count = 1
    return stream


def rewind(opened: InputContainer) -> None:
    """Back to the first packet of every stream.

    Transport and program streams have no index: a seek to their very start lands on the second
    key frame, because decoding of the first begins before it is shown. So the goal lies before
    the start, and just where that is refused it is the start.

    Raises `FFmpegError` where the container cannot seek at all.
    """
    start = opened.start_time or 0
    try:
        opened.seek(start - _REWIND_MICROSECONDS)
    except FFmpegError:
        opened.seek(start)


_REWIND_MICROSECONDS = 10_000_000


def demux(opened: InputContainer, stream: Stream) -> Iterator[Packet[Stream]]:
    """The packets of `stream` that have content, up to the end of the file.

    Raises `FFmpegError` where the demuxer gives up.
    """
    # The empty ones are PyAV's flush, and AVI's "same as before".
    try:
        yield from (packet for packet in opened.demux(stream) if packet.size)
    except IndexError:
        # At the very end PyAV trips over streams that turned up after the file was opened, as
        # they do in transport streams. Every packet has been given by then.
        return


def unreadable(error: Exception, what: str, hint: str = "") -> UnreadableError:
    """An `UnreadableError` that keeps FFmpeg's own word for what went wrong."""
    word = getattr(error, "strerror", None) or str(error)
    return UnreadableError(f"{what}: {word}", hint=hint)
