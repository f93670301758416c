"""The uses that a data set can declare, and what each demands of a licence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Literal

from clearreel.core.errors import UsageError
from clearreel.rights.signals.signal import Activity

Act = Literal["reproduce", "adapt", "distribute", "commercial"]
"""What a licence may permit or not:

`reproduce`: to copy;
`adapt`: to make more of the work than a pure trim or a change of format;
`distribute`: to pass copies on;
`commercial`: to do so for commercial advantage.
"""

Purpose = Literal["research", "commercial"]
"""What for. Research stays research: the models that come of it may not be sold."""


@dataclass(frozen=True, slots=True)
class Use:
    """What a data set is for. A data set declares one use."""

    name: str
    activities: tuple[Activity, ...]
    """What is done. Training says not of which models, so it stands for both kinds."""
    purpose: Purpose
    description: str

    @property
    def demands(self) -> frozenset[Act]:
        """What a licence has to permit."""
        acts: set[Act] = {"reproduce", "adapt"}
        if self.purpose == "commercial":
            acts.add("commercial")
        if "redistribution" in self.activities:
            acts.add("distribute")
        return frozenset(acts)

    @property
    def sealed(self) -> bool:
        """Whether what is stored for it is under a key, so that it cannot serve another use."""
        return self.name != DEFAULT_USE

    @property
    def intents(self) -> tuple[Intent, ...]:
        """The use as the single activities that it stands for, anywhere in the world."""
        return tuple(Intent(activity, self.purpose) for activity in self.activities)


@dataclass(frozen=True, slots=True)
class Intent:
    """One activity for one purpose in one place: what a decision about a clip is asked for."""

    activity: Activity
    purpose: Purpose
    jurisdiction: str = ""
    """ISO 3166-1 alpha-2, as in "DE". Empty: anywhere, which only a grant for anywhere permits."""

    @property
    def use(self) -> Use:
        """The use that a grant has to list for it, if it lists any."""
        training = self.activity.endswith("-training")
        name = f"{self.purpose}-training" if training else self.activity
        return Use(name, (self.activity,), self.purpose, "")

    def to_json(self) -> dict[str, str]:
        """Its three parts."""
        return {
            "activity": self.activity,
            "purpose": self.purpose,
            "jurisdiction": self.jurisdiction,
        }


_ALL = (
    Use(
        "commercial-training",
        ("genai-training", "other-training"),
        "commercial",
        "training models that may be sold, or put to any other commercial use",
    ),
    Use(
        "research-training",
        ("genai-training", "other-training"),
        "research",
        "training models in non-commercial research; the models stay within it",
    ),
    Use(
        "evaluation",
        ("evaluation",),
        "commercial",  # it says not whose models are measured: what is not determined is a no
        "measuring models and methods, commercial ones too; nothing is trained",
    ),
)

USES: Mapping[str, Use] = MappingProxyType({use.name: use for use in _ALL})
"""Every use, by name. All adapt: clips are scaled, captioned, and shown as thumbnails."""

GRANTED_USES = (*USES, "redistribution")
"""What a grant may list: every use of a data set, and passing clips on to others."""

DEFAULT_USE = "commercial-training"
"""The strictest."""


def use_named(name: str) -> Use:
    """The use called `name`. Raises `UsageError` with the names that are allowed."""
    if name in USES:
        return USES[name]
    near = get_close_matches(name, USES, n=1)
    raise UsageError(
        f"{name!r} is not a use; allowed are {', '.join(USES)}",
        hint=f"did you mean {near[0]}?" if near else f"the default is {DEFAULT_USE}",
    )
