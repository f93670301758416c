"""Make a long file of a short one by repeating its packets: nothing is encoded again."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import av
from av.packet import Packet
from av.stream import Stream


def loop(source: Path, path: Path, times: int) -> Path:
    """`source` `times` in a row at `path`, with all its groups of pictures and its sound.

    A turn lasts as long as the pictures; sound that lasts longer is cut off. Where one turn meets
    the next there is one cut more, at a key frame.
    """
    partial = path.with_name(f".{os.getpid()}.{path.name}")
    with av.open(str(source)) as opened, av.open(str(partial), "w") as written:
        streams: list[Stream] = [opened.streams.video[0], *opened.streams.audio[:1]]
        copies = [written.add_stream_from_template(s, opaque=True) for s in streams]
        packets = [p for p in opened.demux(streams) if p.size and p.pts is not None]
        step = _length([p for p in packets if p.stream_index == streams[0].index])
        reached = dict.fromkeys((s.index for s in streams), -(2**62))
        for turn in range(times):
            for packet in packets:
                place = next(i for i, s in enumerate(streams) if s.index == packet.stream_index)
                shifted = _shifted(packet, turn * step)
                if shifted.dts is None or shifted.dts <= reached[packet.stream_index]:
                    continue  # the end of the sound before, which lasted longer than the pictures
                reached[packet.stream_index] = shifted.dts
                shifted.stream = copies[place]
                written.mux(shifted)
    return partial.rename(path)


def _shifted(packet: Packet, seconds: Fraction) -> Packet:  # type: ignore[type-arg]
    copy = Packet(bytes(packet))
    ticks = round(seconds / packet.time_base)
    copy.time_base = packet.time_base
    copy.pts = packet.pts + ticks  # type: ignore[operator]
    copy.dts = None if packet.dts is None else packet.dts + ticks
    copy.duration = packet.duration
    copy.is_keyframe = packet.is_keyframe
    return copy


def _length(packets: list[Packet]) -> Fraction:  # type: ignore[type-arg]
    """Seconds from the first picture to the end of the last."""
    times = sorted(p.pts for p in packets if p.pts is not None)
    last = times[-1] - times[-2] if len(times) > 1 else packets[0].duration or 1
    return Fraction(times[-1] + last - times[0]) * packets[0].time_base
