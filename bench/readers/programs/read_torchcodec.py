"""torchcodec, with a third argument for its `seek_mode`: all frames by number; then by time."""

from __future__ import annotations

import sys

import torchcodec
from answering import Asked, Seen, answer
from torchcodec.decoders import VideoDecoder


def read(asked: Asked, seen: Seen) -> None:
    """Through `VideoDecoder`."""
    decoder, other = (
        VideoDecoder(asked.path, dimension_order="NHWC", seek_mode=sys.argv[3]) for _ in range(2)
    )
    seen.count = len(decoder)
    seen.seconds = decoder.metadata.duration_seconds
    moments = asked.middles
    seen.picked = asked.picks(lambda place: other.get_frame_played_at(moments[place]).data.numpy())
    for place in range(len(decoder)):
        seen.numbers.append(asked.number(decoder[place].numpy()))


answer(torchcodec.__version__.split("+")[0], read)
