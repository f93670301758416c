"""What a worker is told to do with one source, and what it gives back. Both are small: they hold
references, spans and facts, never frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from clearreel.recipes.recipe import Recipe
from clearreel.rights.clearance import Clearance
from clearreel.sources.sidecars import Sidecar
from clearreel.stores.packs import Packs

Store = Literal["kept", "all", "none"]
"""Which clips are stored in packs."""


@dataclass(frozen=True)
class Previous:
    """What the catalog already has of a source."""

    source: Mapping[str, Any]
    """Its row."""
    clips: tuple[Mapping[str, Any], ...]
    """The rows of its clips."""


@dataclass(frozen=True)
class Lists:
    """Screening lists."""

    paths: tuple[Path, ...]
    fingerprint: str
    """Of their content."""


@dataclass(frozen=True)
class Assignment:
    """One source to visit."""

    source_id: str
    sha256: str
    path: Path
    size: int
    mtime_ns: int
    """Of the file when it was hashed."""
    recipe: Recipe
    packs: Packs
    """The data set's."""
    store: Store
    rights: Mapping[str, str]
    """The decision: columns of the source's row. Its licence is copied to each clip."""
    clearance: Clearance | None = None
    """What to ask about each clip; None where all of the source may be used."""
    screening: Lists | None = None
    """Those with entries that only decoding can be held against."""
    sidecar: Sidecar | None = None
    previous: Previous | None = None
    examine: bool = True
    """Whether there is anything to find or measure; else its `previous` clips are packed anew."""
    only_screen: bool = False
    """Whether its footage is to be held against the lists, and nothing else."""
    denied: Path | None = None
    """The data set whose takedowns the footage must not look like; None where none tells looks."""


@dataclass(frozen=True)
class Visited:
    """What came of a visit. The packs are in their place; nothing refers to them yet."""

    source: dict[str, Any]
    clips: list[dict[str, Any]]
    vectors: dict[str, dict[str, NDArray[np.float32]]] = field(default_factory=dict)
    """Fact name → clip id → vector, for those measured now."""
    fresh: bool = True
    """Whether its clips were found anew, so that nothing known of old ones holds any more."""
    alike: dict[str, str] = field(default_factory=dict)
    """Takedown id → why this may be what it names; a refused source alone has any."""
