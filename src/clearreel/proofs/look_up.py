"""What a prover found in a release that looks or sounds like a file whose bytes are not in it.

No proof of bytes tells of a copy that was encoded anew. So a proof of absence carries, beside what
the release's signature covers, what the prover says of looks: an own statement, which nobody has
signed. It names the file by its hash, and accounts for every clip of the release.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from clearreel.core.amounts import counted
from clearreel.core.identity import source_id
from clearreel.proofs.leaf import from_hex

_SHOWN = 3
"""Sources that a line lists."""
_BY: tuple[list[str], ...] = (["looks", "sound"], ["looks"], ["sound"], [])
NOT_TOLD = ", and nothing tells whether anything in it looks or sounds like it"
"""What follows the first words of an absence that carries no look-up, as those of earlier versions
and those in receipts, which have one for all."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """A look-up, or why there was none."""

    at: str
    """RFC 3339, UTC: the prover's word."""
    made_by: str
    """Name and version of the program."""
    fingerprints: int
    """The version of the fingerprints that were compared."""
    file_sha256: str = ""
    """Hex; of what was compared. Empty when no file was given."""
    not_compared: str = ""
    """Why nothing was compared; else empty."""
    by: list[str] = field(default_factory=list)
    """What the file has that can be compared: `looks`, `sound`, or both."""
    compared: int = 0
    """Clips of the release that the file was compared with."""
    plain: int = 0
    """Clips that are too short, or too plain, to be told from others."""
    unread: int = 0
    """Clips that could not be looked at."""
    same: Mapping[str, str] = field(default_factory=dict)
    """Source id → what it has in common with the file, which is the same by that."""
    near: Mapping[str, str] = field(default_factory=dict)
    """Source id → why a person has to look."""

    @property
    def alike(self) -> bool:
        """Whether anything in the release is the same, or near."""
        return bool(self.same or self.near)

    @property
    def whole(self) -> bool:
        """Whether every clip that can be compared at all was."""
        return not self.not_compared and not self.unread

    def to_json(self) -> dict[str, Any]:
        """All of it in JSON types."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Any) -> LookUp:
        """The look-up that was written as `value`. Raises `ValueError` if it has another form."""
        if not isinstance(value, dict) or set(value) != {one.name for one in fields(cls)}:
            raise ValueError("it is no look-up of this version")
        made = cls(**value)
        numbers = (made.fingerprints, made.compared, made.plain, made.unread)
        texts = [made.at, made.made_by, made.file_sha256, made.not_compared]
        for found in (made.same, made.near):
            if not isinstance(found, dict):
                raise ValueError("what a look-up found is an object")
            texts += [*found, *found.values()]
        if any(type(one) is not int or one < 0 for one in numbers):
            raise ValueError("a look-up counts in whole numbers")
        if (
            any(not isinstance(one, str) or not one.isprintable() for one in texts)
            or made.by not in _BY
        ):
            raise ValueError("a look-up tells something in another form")
        if bool(made.by) != bool(made.compared):
            raise ValueError("a look-up has compared by something")
        if bool(made.not_compared) == bool(made.compared) or (made.alike and made.not_compared):
            raise ValueError("a look-up has compared something, or says why not")
        if made.file_sha256 or made.compared:
            from_hex(made.file_sha256)
        return made

    def check(self, absent: str, clips: int) -> None:
        """Raise `ValueError` unless it is about the source that is absent, and all the clips."""
        if self.file_sha256 and source_id(self.file_sha256) != absent:
            raise ValueError("the look-up is of another file")
        if self.compared and self.compared + self.plain + self.unread != clips:
            raise ValueError(f"the look-up does not account for {counted(clips, 'clip')}")

    @property
    def finding(self) -> str:
        """What follows the first words of an absence: "source X is NOT in Y as these bytes"."""
        if self.not_compared:
            return f"; NOT compared by looks or sound: {self.not_compared}"
        if self.alike:
            found = [f"source {name} (same)" for name in sorted(self.same)]
            found += [f"source {name} (near)" for name in sorted(self.near)]
            more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            return f", but {self._like} {', '.join(found[:_SHOWN])}{more}"
        left = f"; {counted(self.unread, 'clip')} could NOT be compared" if self.unread else ""
        return f", and {counted(self.compared, 'clip')} compared: none {self._like} it{left}"

    @property
    def _like(self) -> str:
        verbs = {"looks": "looks", "sound": "sounds"}
        return f"{' or '.join(verbs[one] for one in self.by)} like"

    def lines(self) -> Iterator[str]:
        """The rest, a line each."""
        for verdict, found in (("same", self.same), ("near", self.near)):
            for name, why in sorted(found.items()):
                yield f"{verdict}: source {name}: {why}"
        if self.compared:
            yield (
                f"compared by {' and '.join(self.by)}: {counted(self.compared, 'clip')}; too short "
                f"or plain for it: {self.plain}; not readable: {self.unread}"
            )
        yield (
            f"that is the prover's own word, of {self.at} by {self.made_by} (fingerprints of "
            f"version {self.fingerprints}): no signature covers it"
        )
