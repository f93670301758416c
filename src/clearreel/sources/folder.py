"""Inputs of a run: files, folders and patterns, expanded into places on this machine."""

from __future__ import annotations

import glob
import os
import re
import stat
from collections.abc import Collection, Iterator, Sequence
from itertools import takewhile
from pathlib import Path

from clearreel.core.errors import UsageError
from clearreel.sources.place import Listing, Place, Unlisted
from clearreel.sources.skipped import is_skipped_file, is_skipped_folder
from clearreel.sources.walk import walk

_PROTOCOL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")


def expand(inputs: Sequence[str], exclude: Collection[Path] = ()) -> Listing:
    """The places that `inputs` stand for: files, folders with all below, and glob patterns.

    Below a folder, and among what a pattern matches, hidden files and those that are no footage by
    their name are left out (`sources.skipped`); a file that is named is always in. What the files
    really are is told later, from their bytes. Playlists are listed, so that they are set aside
    with a reason.

    `exclude` are folders that are not entered, as the data set that is being written.

    Raises `UsageError` for an input that is missing, matches nothing, names a protocol, has `..`
    after a wildcard, or is neither file nor folder.
    """
    found: dict[Path, Place] = {}
    unlisted: list[Unlisted] = []
    excluded = frozenset(path.absolute().resolve() for path in exclude)
    for text in inputs:
        for item in _expand_one(text, excluded):
            if isinstance(item, Unlisted):
                unlisted.append(item)
            else:
                found.setdefault(item.path, item)
    return Listing(tuple(found.values()), tuple(unlisted))


def _expand_one(text: str, excluded: frozenset[Path]) -> Iterator[Place | Unlisted]:
    if os.path.lexists(text):
        return _named(Path(text), excluded)
    if _PROTOCOL.match(text):
        raise UsageError(
            f"{text!r} names a protocol; inputs are files and folders of this machine",
            hint="nothing is downloaded here: get the footage from its owner first, as a file",
        )
    if not _has_wildcard(text):
        raise UsageError(
            f"there is no file or folder {text!r}",
            hint=f"ls {str(Path(text).parent)!r} shows what is there",
        )
    matches = sorted(glob.glob(text, recursive=True))  # noqa: PTH207 (leaves hidden files out)
    if not matches:
        raise UsageError(
            f"no file matches {text!r}",
            hint="** stands for folders at any depth; hidden files are left out",
        )
    return _matched(matches, text, excluded)


def _named(path: Path, excluded: frozenset[Path]) -> Iterator[Place | Unlisted]:
    """The file that was given, or all below the folder that was given."""
    try:
        status = path.stat()
    except OSError as error:
        raise UsageError(
            f"the input {str(path)!r} cannot be looked at: {error.strerror}",
            hint="a link has to point to a file, and every folder above has to be readable",
        ) from error
    if stat.S_ISDIR(status.st_mode):
        root = path.resolve()
        yield from walk(root, root, excluded)
    elif stat.S_ISREG(status.st_mode):
        root = path.absolute().parent.resolve()
        yield Place.of(root / path.name, root, status)
    else:
        raise UsageError(
            f"the input {str(path)!r} is neither a file nor a folder",
            hint="pipes and devices cannot be read twice; write the footage to a file first",
        )


def _matched(
    matches: list[str], pattern: str, excluded: frozenset[Path]
) -> Iterator[Place | Unlisted]:
    """What `pattern` matches, folders with all below. The root is the part without wildcards."""
    parts = takewhile(lambda part: not _has_wildcard(part), Path(pattern).parts[:-1])
    fixed = Path(*parts)
    if ".." in Path(pattern).parts[len(fixed.parts) :]:
        raise UsageError(f"{pattern!r} has .. after a wildcard", hint="begin with the folder above")
    root = fixed.absolute().resolve()
    walked: set[Path] = set()
    for match in matches:
        path = root / Path(match).relative_to(fixed)
        if walked and not walked.isdisjoint(path.parents):
            continue
        try:
            status = path.stat()
        except OSError as error:
            yield Unlisted.because(path, error)
            continue
        if stat.S_ISREG(status.st_mode) and not is_skipped_file(path.name):
            yield Place.of(path, root, status)
        elif stat.S_ISDIR(status.st_mode):
            walked.add(path)
            if not is_skipped_folder(path.name) and path.resolve() not in excluded:
                yield from walk(path, root, excluded)


def _has_wildcard(text: str) -> bool:
    return any(character in text for character in "*?[")
