"""Text: how much of a clip's picture is covered by titles, captions, signs and logos."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from clearreel.core.facts import Fact, FactValue
from clearreel.models import catalog
from clearreel.models.text import TextDetector
from clearreel.stages.contract import ClipView, Measure


@dataclass(frozen=True)
class Text(Measure):
    """Area that text covers, in any script, whether laid over the footage or part of the scene.

    Shares as published: SVD drops clips over 0.07, Goku over 0.01 or 0.02.
    """

    longest: int = 416
    """Stills are shrunk until no side has more pixels. Larger sizes find smaller print, and take
    more blots and patterns for text."""

    name: ClassVar[str] = "text"
    version: ClassVar[int] = 2
    needs: ClassVar[tuple[str, ...]] = ("stills",)
    weights: ClassVar[tuple[str, ...]] = ("text-detector",)
    adds: ClassVar[tuple[Fact, ...]] = (
        Fact(
            "text_area",
            "float",
            "share",
            "Share of the picture inside of boxes around text, 0 to 1, in the still that has most.",
        ),
    )

    def measure(self, clip: ClipView) -> Mapping[str, FactValue]:
        """One number; None when nothing could be seen."""
        areas = [self._model.text_area(still.rgb) for still in clip.stills]
        return {"text_area": max(areas, default=None)}

    @cached_property
    def _model(self) -> TextDetector:
        path, quick = (
            catalog.path("text-detector", offline=True),
            catalog.quick_path("text-detector"),
        )
        return TextDetector(path, quick=quick, longest=self.longest)
