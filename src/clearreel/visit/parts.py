"""The parts of a visit: what each has found, where the next one goes on, and how it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from clearreel.core.shots import START, Transition
from clearreel.stores.journal import Entry
from clearreel.visit.examining import Row, Vectors

_PICTURE = ".jpg"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a visit has come. What follows depends on this, the source and the recipe alone."""

    segment: int = 0
    """The one to look through next."""
    before: Transition = START
    """How the shot begins that is not over yet."""
    shots: int = 0
    """How many are."""
    measured: int = 0
    """Clips measured of those that had to wait."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one part of a visit gave."""

    after: Standing
    """Where the next one goes on."""
    clips: list[Row]
    """Rows of clips that are through."""
    waiting: list[Row] = field(default_factory=list)
    """Rows of clips that were found but begin in earlier segments, to be measured later."""
    vectors: Vectors = field(default_factory=dict)
    thumbnails: Mapping[str, bytes] = field(default_factory=dict)
    """Clip id → JPEG."""
    decoded: int = 0
    """Frames."""

    def to_entry(self) -> tuple[dict[str, Any], dict[str, bytes]]:
        """What a journal keeps of it."""
        about = {
            "after": asdict(self.after),
            "clips": self.clips,
            "waiting": self.waiting,
            "vectors": {name: list(found) for name, found in self.vectors.items()},
            "decoded": self.decoded,
        }
        files = {clip + _PICTURE: content for clip, content in self.thumbnails.items()}
        files |= {
            name: np.stack(list(found.values())).astype("<f4").tobytes()
            for name, found in self.vectors.items()
        }
        return about, files

    @classmethod
    def from_entry(cls, entry: Entry) -> Part:
        """The same again; thumbnails stay on disk until they are asked for."""
        about = entry.about
        after = about["after"]
        vectors: Vectors = {}
        for name, clips in about["vectors"].items():
            table = np.frombuffer(entry.files[name], "<f4").reshape(len(clips), -1)
            vectors[name] = dict(zip(clips, table.astype(np.float32), strict=True))
        return cls(
            after=Standing(**after | {"before": Transition(**after["before"])}),
            clips=about["clips"],
            waiting=about["waiting"],
            vectors=vectors,
            thumbnails=_Thumbnails(entry.files),
            decoded=about["decoded"],
        )


class Together(Mapping[str, bytes]):
    """The thumbnails of several parts, by clip."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self._part = {clip: part for part in parts for clip in part.thumbnails}

    def __getitem__(self, clip: str) -> bytes:
        return self._part[clip].thumbnails[clip]

    def __iter__(self) -> Iterator[str]:
        return iter(self._part)

    def __len__(self) -> int:
        return len(self._part)


class _Thumbnails(Mapping[str, bytes]):
    """The pictures among an entry's files, by clip."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._clips = [n.removesuffix(_PICTURE) for n in files if n.endswith(_PICTURE)]

    def __getitem__(self, clip: str) -> bytes:
        return self._files[clip + _PICTURE]

    def __iter__(self) -> Iterator[str]:
        return iter(self._clips)

    def __len__(self) -> int:
        return len(self._clips)
