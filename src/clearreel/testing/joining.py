"""Join files that are coded in different ways, as recorders do that were stopped and set anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import av
from av.packet import PacketSideData, packet_sidedata_type_from_literal


def join(path: Path, first: Path, second: Path) -> Path:
    """Write the video of two files one after the other to `path`, packets as they are.

    An MP4 describes both codings, and says of each sample which is its own. Both files must have
    the same time base, and neither may have B frames or sound.
    """
    with av.open(str(path), "w") as out, av.open(str(first)) as start, av.open(str(second)) as end:
        stream = out.add_stream_from_template(start.streams.video[0], opaque=True)
        offset = 0
        for source in (start, end):
            coding = source.streams.video[0].codec_context.extradata or b""
            reached = offset
            for packet in source.demux(video=0):
                if packet.pts is None or packet.dts is None:
                    continue  # the flush
                if source is end and packet.pts == 0:
                    # PyAV's type stubs leave out how such data is made.
                    made: Any = cast(Any, PacketSideData)
                    told = made(packet_sidedata_type_from_literal("new_extradata"), len(coding))
                    told.update(coding)
                    packet.set_sidedata(told)
                reached = offset + packet.pts + (packet.duration or 0)
                packet.pts, packet.dts = packet.pts + offset, packet.dts + offset
                packet.stream = stream
                out.mux(packet)
            offset = reached
    return path
