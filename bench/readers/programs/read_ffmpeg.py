"""FFmpeg's command line: decode all; then `-ss` for the frame in the middle."""

from __future__ import annotations

import json
import subprocess

import numpy as np
from answering import Asked, Seen, answer


def run(*command: str) -> bytes:
    """Standard output of a command that has to succeed."""
    done = subprocess.run([*command], capture_output=True, check=False)
    if done.returncode:
        raise ValueError(done.stderr.decode(errors="replace").strip().splitlines()[-1])
    return done.stdout


def decoded(path: str, shape: tuple[int, int, int], *seek: str) -> np.ndarray:
    """Pictures, uint8 (frames, height, width, 3)."""
    output = ["-fps_mode", "passthrough", "-pix_fmt", "rgb24", "-f", "rawvideo", "-"]
    if seek:
        output = ["-frames:v", "1", *output]
    data = run("ffmpeg", "-v", "error", "-nostdin", *seek, "-i", path, "-an", *output)
    return np.frombuffer(data, np.uint8).reshape(-1, *shape)


def read(asked: Asked, seen: Seen) -> None:
    """Through `ffmpeg` and `ffprobe`."""
    probe = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_streams", "-of", "json"]
    stream = json.loads(run(*probe, asked.path))["streams"][0]
    if "nb_frames" in stream:
        seen.count = int(stream["nb_frames"])
    if "duration" in stream:
        seen.seconds = float(stream["duration"])
    shape = (int(stream["height"]), int(stream["width"]), 3)
    seen.numbers = asked.numbers(decoded(asked.path, shape))
    middle = len(asked.middles) // 2  # one alone, because a process takes long to start

    def sought(place: int) -> np.ndarray:
        # The first frame after the moment is given.
        moment = (asked.times[place - 1] + asked.times[place]) / 2
        picture: np.ndarray = decoded(asked.path, shape, "-ss", f"{moment:.6f}")[0]
        return picture

    seen.picked = asked.picks(sought, [middle])


said = run("ffmpeg", "-version").decode().split()[2]
answer(said.split("-")[0], read)
