"""Speech: for how much of a clip somebody is heard to speak."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from clearreel.core.facts import Fact, FactValue
from clearreel.models import catalog
from clearreel.models.silero import SileroVAD
from clearreel.stages.contract import ClipView, Measure


@dataclass(frozen=True)
class Speech(Measure):
    """Share of the sound that holds speech, by Silero VAD in windows of 32 ms."""

    threshold: float = 0.5
    """Probability from which on a window counts as speech."""

    name: ClassVar[str] = "speech"
    needs: ClassVar[tuple[str, ...]] = ("sound",)
    weights: ClassVar[tuple[str, ...]] = ("silero-vad",)
    adds: ClassVar[tuple[Fact, ...]] = (
        Fact(
            "speech_share",
            "float",
            "share",
            "Share of the time in which somebody speaks, 0 to 1; none (null) without sound.",
        ),
    )

    def measure(self, clip: ClipView) -> Mapping[str, FactValue]:
        """One number; None without sound."""
        if clip.sound is None:
            return {"speech_share": None}
        share = self._model.speech_share(clip.sound.mono_16k, self.threshold)
        return {"speech_share": share}

    @cached_property
    def _model(self) -> SileroVAD:
        return SileroVAD(catalog.path("silero-vad", offline=True))
