"""Write one clip: pictures and sound interleaved, then the edit lists."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from operator import itemgetter
from pathlib import Path

from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from clearreel.media.cut.edits import Edit, write_edits
from clearreel.media.cut.sound import Sound
from clearreel.media.cut.target import Timed, has_edits, muxing, nanoseconds, partial


def write_clip(
    path: Path,
    *,
    time_base: Fraction,
    duration: Fraction,
    add_stream: Callable[[OutputContainer], VideoStream],
    pictures: Callable[[VideoStream], Iterable[Packet[Stream]]],
    sound: Sound | None,
) -> None:
    """Write video packets timed from the clip's first shown frame, and the sound, to `path`.

    The packets are in ticks of `time_base`; `duration` what is shown, in seconds. Packets that
    present before 0 or after the end are hidden where the container can do so.
    """
    with partial(path) as unfinished:
        first: list[int] = []
        with muxing(unfinished, path.suffix, time_base) as out:
            stream = add_stream(out)
            if sound is not None:
                sound.add_stream(out)
            timed = _by_decoding(pictures(stream), time_base, first)
            heard = sound.packets() if sound is not None else ()
            for _, packet in heapq.merge(timed, heard, key=itemgetter(0)):
                out.mux(packet)
        if has_edits(path.suffix):
            edits = [Edit(-first[0] * time_base, Fraction(0), duration)]
            if sound is not None and sound.edit is not None:
                edits.append(sound.edit)
            write_edits(unfinished, edits)


def _by_decoding(
    packets: Iterable[Packet[Stream]], time_base: Fraction, first: list[int]
) -> Iterator[Timed]:
    """Each packet with its decoding time; the tick of the first goes into `first`."""
    for packet in packets:
        assert packet.dts is not None
        if not first:
            first.append(packet.dts)
        yield nanoseconds(packet.dts, time_base), packet
