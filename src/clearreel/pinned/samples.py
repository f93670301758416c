"""Real footage with known licences, for the demo and the tests."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path, PurePosixPath

from clearreel.core.errors import UsageError
from clearreel.pinned.cache import Cache
from clearreel.pinned.fetch import Progress, fetch
from clearreel.pinned.files import PinnedFile, archives_from_table


@dataclass(frozen=True, slots=True)
class Sample:
    """One clip of real footage: where it comes from, and what may be done with it."""

    name: str
    file: PinnedFile
    title: str
    license: str | None
    """An SPDX identifier; None if nobody who could grant a licence is known to have done so."""
    holder: str | None
    """Who holds the rights, or None where that is not known."""
    attribution: str
    """The line that a user of the clip has to show; empty where none is asked for."""
    stated: str
    """Where the licence, or the lack of one, can be read."""
    note: str
    """What is in the picture, and what the clip is good for."""

    @property
    def documented(self) -> bool:
        """Whether the licence comes from somebody who could grant it."""
        return self.license is not None


@cache
def _table() -> dict[str, Sample]:
    text = resources.files(__package__).joinpath("samples.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    archives = archives_from_table(table["archives"])
    return {
        name: Sample(
            name=name,
            file=PinnedFile(
                archive=archives[row["archive"]],
                member=row["member"],
                sha256=row["sha256"],
                size=row["bytes"],
                cached_as=f"samples/{name}{PurePosixPath(row['member']).suffix}",
            ),
            title=row["title"],
            license=row.get("license"),
            holder=row.get("holder"),
            attribution=row.get("attribution", ""),
            stated=row["stated"],
            note=row["note"],
        )
        for name, row in table["samples"].items()
    }


def samples() -> list[Sample]:
    """Every pinned sample, in the order of the table."""
    return list(_table().values())


def sample(name: str) -> Sample:
    """The sample of that name. Raises `UsageError` for a name that is not in the table."""
    try:
        return _table()[name]
    except KeyError:
        raise UsageError(
            f"there is no sample {name!r}; there are {', '.join(_table())}",
            hint="clearreel samples list",
        ) from None


def fetch_sample(
    name: str,
    *,
    offline: bool = False,
    folder: Path | None = None,
    progress: Progress | None = None,
    cache: Cache | None = None,
) -> Path:
    """The path of a sample in the cache, fetched if need be; its file name ends as its format does.

    `folder`, else `$CLEARREEL_SAMPLES_DIR`, may hold the clips or their packages' archives.
    All samples of the archive are taken out at once, so that it is downloaded only once.
    """
    wanted = sample(name)
    if folder is None and (given := os.environ.get("CLEARREEL_SAMPLES_DIR")):
        folder = Path(given).expanduser()
    siblings = [s.file for s in samples() if s.file.archive == wanted.file.archive and s != wanted]
    cache = cache or Cache.default()
    files = [wanted.file]
    if cache.find(wanted.file) is None and folder is None and not offline:
        files += siblings
    return fetch(
        files,
        command=f"clearreel samples fetch {name}",
        folder=folder,
        offline=offline,
        progress=progress,
        cache=cache,
    )[0]
