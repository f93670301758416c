"""The open video data factory: raw footage in, training-ready clips out, every second cleared.

import clearreel

clearreel.run("my-videos/", into="my-set", license="owned")
for clip in clearreel.open("my-set").clips(where="kept"):
    print(clip["clip_id"], clip["start"], clip["end"], clip["facts"]["motion"])
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clearreel.core.version import __version__

if TYPE_CHECKING:
    from clearreel.api import DataSet, open, run, shots  # noqa: A004 (clearreel.open)

__all__ = ["DataSet", "__version__", "open", "run", "shots"]


def __dir__() -> list[str]:
    return sorted(__all__)


def __getattr__(name: str) -> Any:
    # Late, so that `clearreel --version` and whoever needs a submodule only don't load all.
    if name in ("DataSet", "open", "run", "shots"):
        from clearreel import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
