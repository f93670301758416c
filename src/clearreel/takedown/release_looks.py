"""Which sources of a release look or sound like a file, asked of the clips that it holds."""

from __future__ import annotations

import hashlib
import os
import tarfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from clearreel.core.errors import ClearreelError, SourceError
from clearreel.core.version import __version__
from clearreel.lookalike.fingerprint import NOTHING_TELLING, VERSION, Fingerprint
from clearreel.lookalike.index import Index
from clearreel.lookalike.matching import LEAST_PICTURES, LEAST_WORDS
from clearreel.pinned.files import sha256_of
from clearreel.proofs.layout import MANIFEST
from clearreel.proofs.look_up import LookUp
from clearreel.proofs.proving import Release
from clearreel.stores.clock import now
from clearreel.takedown.members import FORMATS, clip_files, footage
from clearreel.visit.denying import evidence
from clearreel.visit.stored_looks import of_file, of_named

_BATCH = 8
"""Clips that lie in memory at once, for each core."""
Progress = Callable[[int, int], None]
"""Called with how many clips were looked at, and how many there are."""


def look_up(
    release: Release, file: Path | None, progress: Progress = lambda done, total: None
) -> LookUp:
    """Compare a file by looks and sound with every clip that a release holds.

    A clip whose bytes are not the signed ones counts as one that could not be read. What cannot be
    compared is no error: the look-up says why. Raises `VerificationError` when the release does not
    have the clips that were signed.
    """
    if file is None:
        return _told(not_compared="no file was given to be looked at")
    try:
        sha256 = sha256_of(file)
    except OSError as error:
        return _told(not_compared=f"the file cannot be read: {error.strerror}")
    try:
        looks = of_named(file)
    except ClearreelError as error:
        return _told(not_compared=error.message, file_sha256=sha256)
    if not looks.telling:
        return _told(not_compared=NOTHING_TELLING, file_sha256=sha256)
    if why := _out_of_reach(release):
        return _told(not_compared=why, file_sha256=sha256)
    found = _compared(release, looks, progress)
    if not found["compared"]:
        plain, unread = found["plain"], found["unread"]
        why = f"no clip can be: {plain} too short or plain, {unread} not readable"
        return _told(not_compared=why, plain=plain, unread=unread, file_sha256=sha256)
    seen = {"looks": len(looks.video), "sound": len(looks.audio)}
    return _told(**found, file_sha256=sha256, by=[name for name, count in seen.items() if count])


def _told(not_compared: str = "", **said: Any) -> LookUp:
    # What a decoder says may hold anything, and a verifier's terminal is to obey none of it.
    said["not_compared"] = "".join(one if one.isprintable() else " " for one in not_compared)
    return LookUp(now(), f"clearreel {__version__}", VERSION, **said)


def _out_of_reach(release: Release) -> str:
    """Why the clips of a release cannot be found in its files; empty where they can."""
    if release.statement.format not in FORMATS:
        return f"the clips of a release of the format {release.statement.format!r} are not known"
    try:
        manifest = (release.folder / MANIFEST).read_bytes()
    except OSError:
        return f"its {MANIFEST} cannot be read"
    if hashlib.sha256(manifest).hexdigest() != release.statement.subjects[MANIFEST]:
        return f"its {MANIFEST} is not the one that was signed"
    return ""


def _compared(release: Release, looks: Fingerprint, progress: Progress) -> dict[str, Any]:
    """The part of a look-up that clips tell."""
    index, total = Index({"": looks}), release.statement.clips.count
    same: dict[str, str] = {}
    near: dict[str, str] = {}
    compared = plain = 0
    for clip, source, seen in _prints(release):
        if isinstance(seen, SourceError):
            continue
        if len(seen.video) < LEAST_PICTURES and len(seen.audio) < LEAST_WORDS:
            plain += 1
            continue
        compared += 1
        progress(compared + plain, total)
        for match in index.search(seen):
            verdicts = same if match.comparison.verdict == "same" else near
            verdicts.setdefault(source, f"clip {clip}: {evidence(match.comparison)}")
    near = {name: why for name, why in near.items() if name not in same}
    counts = {"compared": compared, "plain": plain, "unread": total - compared - plain}
    return {**counts, "same": same, "near": near}


def _prints(release: Release) -> Iterator[tuple[str, str, Fingerprint | SourceError]]:
    """Id, source and fingerprint of every clip that lies there with the bytes that were signed."""
    signed = release.clips()
    there = _footage(release)
    with TemporaryDirectory() as scratch, ThreadPoolExecutor(os.cpu_count()) as pool:
        while batch := list(islice(there, _BATCH * (os.cpu_count() or 1))):
            known: list[tuple[str, str]] = []
            contents: list[bytes] = []
            for clip, content in batch:
                source, sha256 = signed.get(clip, ("", ""))
                if hashlib.sha256(content).hexdigest() == sha256:
                    del signed[clip]  # each once
                    known.append((clip, source))
                    contents.append(content)
            prints = pool.map(partial(_print, Path(scratch)), contents)
            for (clip, source), seen in zip(known, prints, strict=True):
                yield clip, source, seen


def _footage(release: Release) -> Iterator[tuple[str, bytes]]:
    """Every clip that can be read, each file for itself: what is damaged hides no other."""
    form = release.statement.format
    for name in clip_files(release.folder, form):
        try:
            yield from footage(release.folder, form, name)
        except (OSError, ValueError, KeyError, TypeError, AssertionError, tarfile.TarError):
            continue


def _print(scratch: Path, content: bytes) -> Fingerprint | SourceError:
    path = scratch / hashlib.sha256(content).hexdigest()
    try:
        path.write_bytes(content)
        return of_file(path)
    except SourceError as error:
        return error
    except OSError as error:
        return SourceError(f"{path} cannot be written: {error.strerror}")
    finally:
        path.unlink(missing_ok=True)
