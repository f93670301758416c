"""A count of progress, for whoever watches this process for a decoder that hangs.

Whatever loops over packets, frames or clips beats; a worker tells its count to its runner.
"""

from __future__ import annotations

_beats = 0


def beat() -> None:
    """Something moved on."""
    global _beats  # a process has one pulse
    _beats += 1


def beats() -> int:
    """How often something moved on since the process began."""
    return _beats
