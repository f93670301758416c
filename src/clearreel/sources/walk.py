"""All the places below a folder, with links that are safe to follow."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

from clearreel.sources.place import Place, Unlisted
from clearreel.sources.skipped import is_skipped_file, is_skipped_folder

_Identity = tuple[int, int]
"""Device and inode: the same for a folder and for every link to it."""

_Waiting = tuple[Path, "os.DirEntry[str]", tuple[_Identity, ...]]
"""A path, its entry, and the identities of the folders above it."""


def walk(folder: Path, root: Path, exclude: Collection[Path] = ()) -> Iterator[Place | Unlisted]:
    """All below `folder`, folder by folder, sorted by name; `folder` is `root` or lies below it.

    Hidden files and what is no footage by its name are left out. A link to a folder is followed,
    but not back into `root`, where everything is listed under its own name, nor onto its own way.
    Folders in `exclude` (resolved) are not entered.
    """
    try:
        waiting = _entries(folder, ())
    except OSError as error:
        yield Unlisted.because(folder, error)
        return
    while waiting:
        path, entry, above = waiting.pop()
        try:
            status = entry.stat()
        except OSError as error:
            if not is_skipped_file(entry.name):
                yield Unlisted.because(path, error)
            continue
        if stat.S_ISDIR(status.st_mode):
            if not _is_entered(path, entry, root, exclude):
                continue
            if entry.is_symlink() and (status.st_dev, status.st_ino) in above:
                continue
            try:
                waiting += _entries(path, above)
            except OSError as error:
                yield Unlisted.because(path, error)
        elif is_skipped_file(entry.name):
            continue
        elif stat.S_ISREG(status.st_mode):
            yield Place.of(path, root, status)
        else:
            yield Unlisted(path, "it is neither a file nor a folder")


def _entries(folder: Path, above: tuple[_Identity, ...]) -> list[_Waiting]:
    """What is in `folder`, the last name first, as it is taken from the end."""
    status = folder.stat()
    above = (*above, (status.st_dev, status.st_ino))
    with os.scandir(folder) as entries:
        listed = sorted(entries, key=lambda entry: entry.name, reverse=True)
    return [(folder / entry.name, entry, above) for entry in listed]


def _is_entered(path: Path, entry: os.DirEntry[str], root: Path, exclude: Collection[Path]) -> bool:
    if is_skipped_folder(entry.name):
        return False
    if not exclude and not entry.is_symlink():
        return True
    target = path.resolve()
    return target not in exclude and not (entry.is_symlink() and target.is_relative_to(root))
