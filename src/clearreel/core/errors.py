"""Every error that clearreel raises on purpose, and the exit code each one ends a command with.

    ClearreelError                 1   never raised itself
    ├── UsageError                 2   the call was wrong: a flag, a recipe, a rights file
    ├── SourceError                3   one source cannot be used; a run sets it aside and goes on
    │   ├── UnreadableError        3   the bytes are not footage that can be decoded
    │   ├── UnsupportedError       3   footage of a kind that is refused on purpose
    │   └── CrashedError           3   the decoder took its worker down, or hung
    ├── NothingProducedError       4   the run ended without a single kept clip
    ├── DatasetError               5   the folder is not a data set, or is damaged or busy
    ├── FetchError                 6   weights or samples cannot be had, or fail their hash
    ├── StorageError               7   the disk is full or not writable
    └── VerificationError          8   a hash, proof or signature does not hold

1 is kept for an internal error: a defect of clearreel, reported with a trace.
"""

from __future__ import annotations


class ClearreelError(Exception):
    """What was received, what is allowed, and what to type next.

    `hint` is one line that says what to do; a command prints it under the message.
    """

    exit_code: int = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    @property
    def again(self) -> str:
        """The hint for where the same can be typed again once its cause is gone."""
        return f"{self.hint}; then type the same again" if self.hint else "type the same again"

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross process borders; keyword-only arguments are lost by the default.
        return _rebuild, (type(self), self.message, self.hint)


def _rebuild(kind: type[ClearreelError], message: str, hint: str) -> ClearreelError:
    return kind(message, hint=hint)


class UsageError(ClearreelError):
    """The call was wrong: a flag, a recipe, a rights file."""

    exit_code = 2


class SourceError(ClearreelError):
    """One source cannot be used. A run sets it aside with this reason and goes on."""

    exit_code = 3


class UnreadableError(SourceError):
    """The bytes are not footage that can be decoded."""


class UnsupportedError(SourceError):
    """Footage, or a list of files, of a kind that is refused on purpose."""


class CrashedError(SourceError):
    """The decoder took its worker process down, or made no progress for too long."""


class NothingProducedError(ClearreelError):
    """The run ended without a single kept clip."""

    exit_code = 4


class DatasetError(ClearreelError):
    """The folder is not a data set, is damaged, or another run is writing to it."""

    exit_code = 5


class FetchError(ClearreelError):
    """Weights or samples cannot be had, or their bytes do not match the pinned hash."""

    exit_code = 6


class StorageError(ClearreelError):
    """The disk is full or cannot be written to."""

    exit_code = 7


class VerificationError(ClearreelError):
    """A hash, proof or signature does not hold, or nobody has said that its key is trusted."""

    exit_code = 8
