"""The folder of an export: every file hashed while it is written, all of it in place at once."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from clearreel.core.errors import DatasetError
from clearreel.proofs.layout import MANIFEST, STATEMENT

_MARK = ".clearreel-export"
"""Lies in a folder from its first moment until it is in place: it may be removed at any time."""
_WORK = ".work"


@dataclass(frozen=True, slots=True)
class Written:
    """A file of the export."""

    sha256: str
    bytes: int


class Output:
    """A folder beside `to` that takes the place of `to` by `commit`.

    As a context manager: without a commit nothing of it remains. Raises `DatasetError` when `to`
    holds anything but an earlier export, and when the folder is gone before it is written.
    """

    def __init__(self, to: Path) -> None:
        self.to = to.resolve()
        self.files: dict[str, Written] = {}
        """What was written, by its name below the folder."""
        self._partial = self.to.with_name(f"{self.to.name}.partial")
        self._replaced = self.to.with_name(f"{self.to.name}.replaced")
        _check_target(self.to)
        for leftover in (self._partial, self._replaced):
            _remove_leftover(leftover)

    def __enter__(self) -> Self:
        self._partial.mkdir(parents=True)
        (self._partial / _MARK).touch()
        self.work.mkdir()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, OSError) and not (self._partial / _MARK).exists():
            shutil.rmtree(self._partial, ignore_errors=True)
            raise DatasetError(
                f"what was written of {self.to} was removed meanwhile, as a takedown does",
                hint="type the same again",
            ) from error
        _remove_leftover(self._partial)

    @property
    def work(self) -> Path:
        """A folder for what is on its way, on the same disk."""
        return self._partial / _WORK

    def write(self, name: str, content: str) -> None:
        """Write a text file, as UTF-8."""
        with self.open(name) as file:
            file.write(content.encode())

    def open(self, name: str) -> HashedFile:
        """A file to write bytes to, from start to end. It counts once it is closed."""
        return HashedFile(self._path(name), name, self.files)

    def move(self, path: Path, name: str, sha256: str, size: int) -> None:
        """Take over a file whose hash is known."""
        path.replace(self._path(name))
        self.files[name] = Written(sha256, size)

    def take_over(self, path: Path, name: str, sha256: str, size: int) -> None:
        """Have the bytes of another export's file, whose hash is known, without a copy if possible.

        They are never written to again, so two names for them do no harm.
        """
        target = self._path(name)
        try:
            os.link(path, target)
        except OSError:  # another disk, or one that knows no links
            shutil.copyfile(path, target)
        self.files[name] = Written(sha256, size)

    def rename(self, name: str, new: str) -> None:
        """Give a file that was written another name."""
        self._path(name).replace(self._path(new))
        self.files[new] = self.files.pop(name)

    def commit(self, about: dict[str, Any], sign: Callable[[bytes], bytes] | None = None) -> None:
        """Write the manifest and put the folder in its place, instead of an earlier export.

        `sign` turns the manifest's content into that of the signed statement beside it.
        """
        files = {
            name: {"sha256": written.sha256, "bytes": written.bytes}
            for name, written in sorted(self.files.items())
        }
        text = json.dumps(about | {"files": files}, indent=2, ensure_ascii=False)
        manifest = f"{text}\n".encode()
        (self._partial / MANIFEST).write_bytes(manifest)
        if sign is not None:
            (self._partial / STATEMENT).write_bytes(sign(manifest))
        shutil.rmtree(self.work)
        if self.to.exists():
            (self.to / _MARK).touch()  # from here on it is a leftover, whatever happens
            self.to.replace(self._replaced)
        self._partial.replace(self.to)
        (self.to / _MARK).unlink()
        _remove_leftover(self._replaced)

    def _path(self, name: str) -> Path:
        path = self._partial / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


class HashedFile(io.RawIOBase):
    """A file that is written once, from start to end, and hashed on the way."""

    def __init__(self, path: Path, name: str, files: dict[str, Written]) -> None:
        self._file = path.open("wb", buffering=0)  # a full disk shows itself at once
        self._name = name
        self._files = files
        self._digest = hashlib.sha256()
        self._size = 0

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, content: Any, /) -> int:
        """Append bytes, or anything that holds them."""
        view = memoryview(content).cast("B")
        written = 0
        while written < len(view):
            written += self._file.write(view[written:])
        self._digest.update(view)
        self._size += written
        return written

    def tell(self) -> int:
        """Bytes written so far."""
        return self._size

    def close(self) -> None:
        """Close the file and list it."""
        if not self.closed:
            self._file.close()
            self._files[self._name] = Written(self._digest.hexdigest(), self._size)
        super().close()


def _check_target(to: Path) -> None:
    """Refuse a folder with anything in it that no export has put there."""
    if not to.exists():
        return
    if not to.is_dir():
        raise DatasetError(f"{to} is a file, not a folder", hint="give --to a new folder")
    if not any(to.iterdir()) or (to / _MARK).exists():
        return
    try:
        listed = {MANIFEST, STATEMENT, *json.loads((to / MANIFEST).read_text("utf-8"))["files"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(
            f"{to} is not empty and no earlier export: there is no {MANIFEST} that can be read",
            hint="give --to a new folder",
        ) from error
    there = {str(path.relative_to(to)) for path in to.rglob("*") if not path.is_dir()}
    strange = sorted(there - listed)
    if strange:
        raise DatasetError(
            f"{to} is an earlier export, and {strange[0]!a} in it is none of its files",
            hint="move it away, or give --to a new folder",
        )


def settle(to: Path) -> None:
    """After a crash within `Output.commit`: one whole export at `to`, and no leftovers near it.

    It is the new one if that had come to its place, else the old one. Raises `DatasetError` when
    something else is in the way.
    """
    to = to.resolve()
    _, replaced, _ = beside = _beside(to)
    if not to.exists() and (replaced / _MARK).exists():
        replaced.replace(to)
    if (to / MANIFEST).exists():
        (to / _MARK).unlink(missing_ok=True)
    for leftover in beside:
        _remove_leftover(leftover)


def leftovers(to: Path) -> list[Path]:
    """What exports to `to` and takedowns have left beside it when they were killed: folders."""
    return [folder for folder in _beside(to.resolve()) if (folder / _MARK).exists()]


def discard(to: Path) -> None:
    """Remove an export, at once. Raises `DatasetError` for a folder with anything else in it."""
    to = to.resolve()
    _check_target(to)
    (to / _MARK).touch()
    discarded = to.with_name(f"{to.name}.discarded")
    to.replace(discarded)  # from here on it is a leftover, whatever happens
    _remove_leftover(discarded)


def _beside(to: Path) -> tuple[Path, Path, Path]:
    partial, replaced, discarded = (
        to.with_name(f"{to.name}.{end}") for end in ("partial", "replaced", "discarded")
    )
    return partial, replaced, discarded


def _remove_leftover(folder: Path) -> None:
    if not folder.exists():
        return
    if not (folder / _MARK).exists() and any(folder.iterdir()):
        raise DatasetError(
            f"{folder} is in the way, and no export has left it there",
            hint="move it away, or give --to another folder",
        )
    for path in folder.iterdir():  # the mark last, or a crash would leave what nobody removes
        if path.name != _MARK:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    (folder / _MARK).unlink(missing_ok=True)
    folder.rmdir()
