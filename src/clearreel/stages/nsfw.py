"""NSFW: how likely a clip is to show sexually explicit pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from clearreel.core.facts import Fact, FactValue
from clearreel.models import catalog
from clearreel.models.opennsfw import OpenNSFW
from clearreel.stages.contract import ClipView, Measure


@dataclass(frozen=True)
class Nsfw(Measure):
    """Score of open_nsfw. Its authors: below 0.2 is safe, above 0.8 very likely explicit."""

    name: ClassVar[str] = "nsfw"
    version: ClassVar[int] = 2
    needs: ClassVar[tuple[str, ...]] = ("stills",)
    weights: ClassVar[tuple[str, ...]] = ("opennsfw",)
    adds: ClassVar[tuple[Fact, ...]] = (
        Fact(
            "nsfw",
            "float",
            "probability",
            "How likely the most suspect still is to be sexually explicit, 0 safe to 1 explicit; "
            "under 0.1 a rough figure.",
        ),
    )

    def measure(self, clip: ClipView) -> Mapping[str, FactValue]:
        """One number; None when nothing could be seen."""
        scores = [float(self._model.score(still.rgb[None])[0]) for still in clip.stills]
        return {"nsfw": max(scores, default=None)}

    @cached_property
    def _model(self) -> OpenNSFW:
        path = catalog.path("opennsfw", offline=True)
        return OpenNSFW(path, quick=catalog.quick_path("opennsfw"))
