"""Write a small file so that after a crash it has either its old content or its new one."""

from __future__ import annotations

import os
from pathlib import Path

from clearreel.core.errors import StorageError


def partial_of(path: Path) -> Path:
    """Where `write_whole` writes, until it is whole: a crash may leave that."""
    return path.with_name(f".{path.name}.partial")


def write_whole(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Put `content` in the place of what is at `path`; on disk when this returns.

    Raises `StorageError`.
    """
    partial = partial_of(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        partial.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written: {error.strerror or error}",
            hint="make room, and type the same again",
        ) from error
