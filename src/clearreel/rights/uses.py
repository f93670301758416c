"""The uses that a data set can declare, and what each demands of a licence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Literal

from clearreel.core.errors import UsageError

Act = Literal["adapt", "commercial"]
"""What a licence may permit or not, beyond copying and passing on:

`adapt`: to make more of the work than a pure trim or a change of format;
`commercial`: to do so for commercial advantage.
"""


@dataclass(frozen=True, slots=True)
class Use:
    """What a data set is for. A data set declares one use."""

    name: str
    demands: frozenset[Act]
    """What a licence has to permit."""
    description: str

    def to_json(self) -> dict[str, Any]:
        """All of it in JSON types."""
        return {
            "name": self.name,
            "demands": sorted(self.demands),
            "description": self.description,
        }


_ALL = (
    Use(
        "commercial-training",
        frozenset({"adapt", "commercial"}),
        "training models that may be sold, or put to any other commercial use",
    ),
    Use(
        "research-training",
        frozenset({"adapt"}),
        "training models in non-commercial research; the models stay within it",
    ),
    Use(
        "evaluation",
        # It does not say whose models are measured, and what is not determined is a no.
        frozenset({"adapt", "commercial"}),
        "measuring models and methods, commercial ones too; nothing is trained",
    ),
)

USES: Mapping[str, Use] = MappingProxyType({use.name: use for use in _ALL})
"""Every use, by name. All adapt: clips are scaled, captioned, and shown as thumbnails."""

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
