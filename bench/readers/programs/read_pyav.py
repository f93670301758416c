"""PyAV: decode from the beginning; then seek to the key frame before each wanted moment."""

from __future__ import annotations

import av
import numpy as np
from answering import Asked, Seen, answer
from av.container import InputContainer
from av.video.frame import VideoFrame

av.logging.set_level(None)


def read(asked: Asked, seen: Seen) -> None:
    """Through `container.decode`, `container.seek` and what the stream says."""
    with av.open(asked.path) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        seen.count = stream.frames or None
        if stream.duration is not None:
            seen.seconds = float(stream.duration * stream.time_base)
        frames = container.decode(stream)
        seen.numbers = asked.numbers(frame.to_ndarray(format="rgb24") for frame in frames)
    with av.open(asked.path) as container:
        seen.picked = asked.picks(lambda place: _shown_at(container, asked.middles[place]))


def _shown_at(container: InputContainer, moment: float) -> np.ndarray:
    """What is shown at a time in seconds."""
    stream = container.streams.video[0]
    assert stream.time_base is not None
    container.seek(int(moment / stream.time_base), stream=stream)
    shown: VideoFrame | None = None
    for frame in container.decode(stream):
        assert frame.time is not None
        if frame.time > moment:
            break
        shown = frame
    if shown is None:
        raise ValueError("nothing is shown then")
    return shown.to_ndarray(format="rgb24")


answer(av.__version__, read)
