"""Technical quality: blur, noise and compression, judged without a reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from clearreel.core.facts import Fact, FactValue
from clearreel.models import catalog
from clearreel.models.brisque import Brisque
from clearreel.stages.contract import ClipView, Measure


@dataclass(frozen=True)
class Quality(Measure):
    """BRISQUE, turned so that high is good; it says nothing about taste.

    Published thresholds for DOVER or an aesthetic score do not apply to it; "the lowest 15 %"
    does.
    """

    name: ClassVar[str] = "quality"
    version: ClassVar[int] = 2
    needs: ClassVar[tuple[str, ...]] = ("stills",)
    weights: ClassVar[tuple[str, ...]] = ("brisque",)
    adds: ClassVar[tuple[Fact, ...]] = (
        Fact(
            "technical_quality",
            "float",
            "points",
            "BRISQUE turned round, 0 worst to 100 best, the median over the stills; "
            "none (null) when all of them are flat.",
        ),
    )

    def measure(self, clip: ClipView) -> Mapping[str, FactValue]:
        """One number; None when no still has any structure."""
        scores = [self._model.score(still.rgb) for still in clip.stills]
        found = [100 - score for score in scores if score is not None]
        return {"technical_quality": float(np.median(found)) if found else None}

    @cached_property
    def _model(self) -> Brisque:
        return Brisque(catalog.path("brisque", offline=True))
