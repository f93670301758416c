"""A recipe: the stages, their settings and the rules, as data apart from its execution."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Literal

from clearreel.core.facts import Fact
from clearreel.core.identity import fingerprint
from clearreel.recipes.clipping import ClipRules
from clearreel.recipes.rules import Rule
from clearreel.stages.contract import Look, Measure, ShotDetector
from clearreel.stores.schema import BASE_FACTS

SENSES = frozenset({"stills", "runs", "sound"})


@dataclass(frozen=True, slots=True)
class Duplicates:
    """When two clips show the same, and which one is kept."""

    vector: str = "embedding"
    """The fact that is compared."""
    cosine: float = 0.95
    """At this similarity or more they are duplicates."""
    prefer: tuple[str, ...] = ("short_side", "duration", "bitrate")
    """The best of a group has the largest of the first fact; a tie goes to the next."""


@dataclass(frozen=True, slots=True)
class CutRules:
    """How kept clips are stored."""

    mode: Literal["copy", "exact", "trim", "transcode"] = "copy"
    audio: bool = True


@dataclass(frozen=True)
class Recipe:
    """What is done to every source. Immutable, and picklable to workers."""

    name: str
    description: str
    origin: str
    detector: ShotDetector
    clips: ClipRules = field(default_factory=ClipRules)
    look: Look = field(default_factory=Look)
    measures: tuple[Measure, ...] = ()
    rules: tuple[Rule, ...] = ()
    not_applied: tuple[Rule, ...] = ()
    """Optional rules whose fact no stage of the recipe adds."""
    duplicates: Duplicates | None = None
    cut: CutRules = field(default_factory=CutRules)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Every fact that a clip gets, those of every clip first."""
        return (*BASE_FACTS, *(fact for measure in self.measures for fact in measure.adds))

    @property
    def weights(self) -> tuple[str, ...]:
        """Names of the weight files that it opens."""
        names = [*self.detector.weights]
        names += [name for measure in self.measures for name in measure.weights]
        return tuple(dict.fromkeys(names))

    @property
    def gates(self) -> tuple[Rule, ...]:
        """The rules that can be judged before anything is measured."""
        base = {fact.name for fact in BASE_FACTS}
        return tuple(r for r in self.rules if r.fact in base and r.min_quantile is None)

    def senses(self, measures: Iterable[Measure]) -> set[str]:
        """What must be seen or heard of clips for these measures."""
        return {need for measure in measures for need in measure.needs} & SENSES

    # Fingerprints: what was done is done again only when one of these changes.

    @cached_property
    def clip_fingerprint(self) -> str:
        """Of the shots and of how they become clips."""
        return fingerprint(
            self.detector.fingerprint(self._hashes(self.detector)), _plain(self.clips)
        )

    @cached_property
    def measure_fingerprints(self) -> dict[str, str]:
        """Of each measure, by name, with what it stands on."""
        prints: dict[str, str] = {}
        added_by = {fact.name: m.name for m in self.measures for fact in m.adds}
        for measure in self.measures:
            below = [prints[added_by[need]] for need in measure.needs if need in added_by]
            look = _plain(self.look) if SENSES & set(measure.needs) else ""
            prints[measure.name] = measure.fingerprint(look, self._hashes(measure), below)
        return prints

    @cached_property
    def gate_fingerprint(self) -> str:
        """Of the rules that spare clips the measuring."""
        return fingerprint([_plain(rule) for rule in self.gates])

    @cached_property
    def cut_fingerprint(self) -> str:
        """Of how clips are stored."""
        return fingerprint(_plain(self.cut))

    def _hashes(self, stage: ShotDetector | Measure) -> list[str]:
        from clearreel.models import catalog

        return [catalog.weight(name).sha256 for name in stage.weights]


def _plain(settings: object) -> dict[str, object]:
    return asdict(settings)  # type: ignore[call-overload, no-any-return]
