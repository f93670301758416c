"""Decode a file's first video stream on one thread: decode_all.py FILE."""

import sys

import av

with av.open(sys.argv[1]) as container:
    stream = container.streams.video[0]
    stream.codec_context.thread_count = 1
    frames = sum(1 for _ in container.decode(stream))
sys.stdout.write(f"{frames}\n")
