"""The audio of a clip: copied where the container takes the codec, else encoded as AAC."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream

from clearreel.media.cut.cursor import AnyPacket, SoundCursor, finish
from clearreel.media.cut.edits import Edit
from clearreel.media.cut.request import SoundMode
from clearreel.media.cut.samples import fitted
from clearreel.media.cut.target import Timed, has_edits, nanoseconds, takes_sound

# Packets that a decoder needs before the first one it gets right: the overlap of the transforms,
# MP3's bit reservoir, and Opus's 80 ms (RFC 7845, 4.6).
LEAD = {
    "aac": 1,
    "mp3": 3,
    "mp2": 1,
    "ac3": 1,
    "eac3": 1,
    "opus": 4,
    "vorbis": 1,
    "wmav1": 2,
    "wmav2": 2,
}
_BIT_RATE = 96_000
"""Bits a second for each channel of encoded audio."""


@dataclass(frozen=True, slots=True)
class Window:
    """The time of the source that a clip's audio covers, in seconds."""

    start: Fraction
    end: Fraction
    earliest: Fraction
    """Where what is hidden before `start` may begin."""


def shown_sound(first: int, end: int, base: Fraction, window: Window) -> Edit:
    """What is shown of packets that sound from tick `first` to `end` of the clip."""
    delay = max(first * base, Fraction(0))
    length = min(end * base, window.end - window.start)
    return Edit(max(-first * base, Fraction(0)), delay, max(length, delay) - delay)


class Sound:
    """The audio that goes into one clip. It is made before the streams, and then asked for them.

    Where it is copied its packets are whole, so that it reaches past the span by less than one
    packet at the end. At the start an MP4 or MOV hides the surplus to the tick; a Matroska clip
    begins with the first packet that begins inside the span, so that it is silent for less than
    two packets, and never out of sync. Packets that the decoder needs before the
    first heard one are put in front, hidden, as far as `Window.earliest` allows.
    """

    def __init__(self, cursor: SoundCursor, codec: str, window: Window, suffix: str) -> None:
        self._cursor = cursor
        self._window = window
        self._edits = has_edits(suffix)
        self._copied = takes_sound(suffix, codec)
        # Ticks of the audio stream; what begins inside a tick counts as beginning with it.
        base = cursor.time_base
        self._zero = round(window.start / base)
        earliest = ceil(window.earliest / base)
        found = cursor.between(self._zero, ceil(window.end / base), LEAD.get(codec, 0))
        self._packets: Sequence[AnyPacket] = [
            packet for packet in found if finish(packet) > self._zero or _at(packet) >= earliest
        ]
        self._edit: Edit | None = None
        self._stream: AudioStream | None = None

    @property
    def mode(self) -> SoundMode:
        """What becomes of it."""
        if not self._packets:
            return "none"
        return "copied" if self._copied else "encoded"

    @property
    def edit(self) -> Edit | None:
        """What of the track is shown, once its packets were given."""
        return self._edit

    def add_stream(self, out: OutputContainer) -> None:
        """Add the stream that the packets belong to, if there are any."""
        source = self._cursor.stream
        assert isinstance(source, AudioStream)
        if self.mode == "copied":
            self._stream = out.add_stream_from_template(source, opaque=True)
        elif self.mode == "encoded":
            self._stream = out.add_stream("aac", rate=source.rate, layout=_layout(source))
            self._stream.bit_rate = _BIT_RATE * min(2, source.channels)
            self._stream.codec_context.options = {"flags": "+bitexact"}

    def packets(self) -> Iterator[Timed]:
        """Each packet with its time from the start of the clip."""
        if self._stream is None:
            return
        base = self._cursor.time_base if self._copied else Fraction(1, self._stream.rate)
        make = self._copies if self._copied else self._encoded
        first: int | None = None
        end = 0
        for packet in make(self._stream):
            time = _at(packet)
            first = time if first is None else first
            end = max(end, finish(packet))
            yield nanoseconds(time, base), packet
        if first is not None:
            self._edit = shown_sound(first, end, base, self._window)

    def _copies(self, stream: AudioStream) -> Iterator[Packet[Stream]]:
        for packet in self._packets:
            time = _at(packet) - self._zero
            if time < 0 and not self._edits:
                continue
            copy: Packet[Stream] = Packet(bytes(packet))
            copy.stream = stream
            copy.time_base = self._cursor.time_base
            copy.pts = copy.dts = time
            copy.duration = packet.duration
            copy.is_keyframe = True
            yield copy

    def _encoded(self, stream: AudioStream) -> Iterator[Packet[Stream]]:
        source = self._cursor.stream
        assert isinstance(source, AudioStream)
        context = stream.codec_context
        resampler = AudioResampler("fltp", context.layout, context.rate, context.frame_size or 1024)
        for frame in fitted(_decoded(source, self._packets), self._window.start, self._window.end):
            for converted in resampler.resample(frame):
                yield from stream.encode(converted)
        for converted in resampler.resample(None):
            yield from stream.encode(converted)
        yield from stream.encode(None)


def _at(packet: Packet[Stream]) -> int:
    assert packet.pts is not None
    return packet.pts


def _decoded(source: AudioStream, packets: Sequence[AnyPacket]) -> Iterator[AudioFrame]:
    context = source.codec_context
    context.flush_buffers()
    for packet in [*packets, None]:
        try:
            frames = context.decode(packet)
        except FFmpegError:
            continue  # a damaged packet is a gap, and gaps are filled
        yield from frames
    context.flush_buffers()


def _layout(source: AudioStream) -> str:
    return "mono" if source.channels == 1 else "stereo"
