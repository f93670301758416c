"""The user's cache folder: files appear in it whole or not at all, whoever else writes to it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clearreel.core.errors import StorageError
from clearreel.pinned.files import PinnedFile, sha256_of


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of fetched and converted files, shared by all processes of a user."""

    root: Path

    @classmethod
    def default(cls, environ: Mapping[str, str] = os.environ) -> Cache:
        """`$CLEARREEL_CACHE`, else `$XDG_CACHE_HOME/clearreel`, else `~/.cache/clearreel`."""
        if own := environ.get("CLEARREEL_CACHE"):
            return cls(Path(own).expanduser())
        if shared := environ.get("XDG_CACHE_HOME"):
            return cls(Path(shared) / "clearreel")
        return cls(Path.home() / ".cache" / "clearreel")

    def find(self, file: PinnedFile) -> Path | None:
        """The cached file, if its bytes still have the pinned hash."""
        path = self.root / file.cached_as
        if path.is_file() and path.stat().st_size == file.size and sha256_of(path) == file.sha256:
            return path
        return None

    def partial(self, name: str) -> Path:
        """Where `name` is written before it is known to be good. Write to it under its lock."""
        return self.root / "partial" / name

    def publish(self, partial: Path, place: str) -> Path:
        """Move a finished file to `place`, replacing in one step what lay there."""
        final = self.root / place
        with storage_errors(final):
            final.parent.mkdir(parents=True, exist_ok=True)
            partial.replace(final)
        return final

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold the only right to write `name`; waits while another process holds it."""
        path = self.root / "locks" / f"{name}.lock"
        with storage_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            (self.root / "partial").mkdir(exist_ok=True)
            file = path.open("w")
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Report what the file system refuses as a `StorageError` that names the way out."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"cannot write {path}: {error.strerror or error}",
            hint="free some space, or set CLEARREEL_CACHE to a folder that can be written to",
        ) from error
