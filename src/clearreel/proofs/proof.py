"""A proof: one small file that shows, without the release, what is in it or is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clearreel.proofs.envelope import Envelope
from clearreel.proofs.leaf import Leaf, from_hex
from clearreel.proofs.look_up import LookUp
from clearreel.proofs.merkle import leaf_hash, root_from_inclusion
from clearreel.proofs.sorted_map import Entry
from clearreel.stores.canonical import canonical, from_canonical

PROOF_TYPE = "urn:x-clearreel:proof:v1"


@dataclass(frozen=True, slots=True)
class Place:
    """A leaf with its content, and where it is in its tree."""

    leaf: Leaf
    index: int
    path: tuple[bytes, ...]

    def clip_root(self, size: int) -> bytes:
        """The root of the tree of `size` clips that has it. `ValueError` if none can."""
        return root_from_inclusion(leaf_hash(self.leaf.commitment), self.index, size, self.path)

    def entry(self, key: bytes) -> Entry:
        """The same as an entry of the map of sources, under a hashed key."""
        return Entry(key, self.leaf.commitment, self.index, self.path)

    def to_json(self) -> dict[str, Any]:
        """All of it in JSON types."""
        return self.leaf.to_json() | {"index": self.index, "path": [h.hex() for h in self.path]}

    @classmethod
    def from_json(cls, value: Any) -> Place:
        """The place that was written as `value`. Raises `ValueError` if it has another form."""
        _has_keys(value, "salt", "value", "index", "path")
        leaf = Leaf.from_json({"salt": value["salt"], "value": value["value"]})
        return cls(leaf, _index(value["index"]), _path(value["path"]))


@dataclass(frozen=True, slots=True)
class Absence:
    """A source that is not there, and its neighbours in the map of sources."""

    source_id: str
    before: Entry | None
    after: Entry | None

    def to_json(self) -> dict[str, Any]:
        """All of it in JSON types."""
        return {
            "source_id": self.source_id,
            "before": _entry_to_json(self.before),
            "after": _entry_to_json(self.after),
        }

    @classmethod
    def from_json(cls, value: Any) -> Absence:
        """The absence that was written as `value`. Raises `ValueError` if it has another form."""
        _has_keys(value, "source_id", "before", "after")
        if not isinstance(value["source_id"], str):
            raise ValueError("a source's id is text")
        before, after = _entry_from_json(value["before"]), _entry_from_json(value["after"])
        return cls(value["source_id"], before, after)


@dataclass(frozen=True, slots=True)
class Proof:
    """The release's envelope with what is shown of it: a clip, a source, or an absence."""

    envelope: Envelope
    clip: Place | None = None
    """Comes with its source."""
    source: Place | None = None
    absent: Absence | None = None
    look_up: LookUp | None = None
    """Of an absence: what the prover says of looks and sound. The envelope does not cover it."""

    @property
    def source_id(self) -> str:
        """The source that it speaks of, or that the clip is from."""
        if self.absent is not None:
            return self.absent.source_id
        assert self.source is not None
        return str(self.source.leaf.value["source_id"])

    def written(self) -> bytes:
        """What its file holds: one line of canonical JSON."""
        parts: dict[str, Place | Absence | LookUp | None] = {
            "clip": self.clip,
            "source": self.source,
            "absent": self.absent,
            "look_up": self.look_up,
        }
        shown = {name: part.to_json() for name, part in parts.items() if part is not None}
        head = {"type": PROOF_TYPE, "envelope": self.envelope.to_json()}
        return canonical(head | shown) + b"\n"

    @classmethod
    def read(cls, content: bytes) -> Proof:
        """The proof in a file. Raises `ValueError` if it has another form."""
        value = from_canonical(content.removesuffix(b"\n"))
        if not isinstance(value, dict) or value.get("type") != PROOF_TYPE:
            raise ValueError("it is no proof")
        shown = set(value) - {"type", "envelope"}
        if shown not in ({"source"}, {"clip", "source"}, {"absent"}, {"absent", "look_up"}):
            raise ValueError(f"it shows {', '.join(sorted(shown)) or 'nothing'}")
        made = cls(
            Envelope.from_json(value.get("envelope")),
            Place.from_json(value["clip"]) if "clip" in value else None,
            Place.from_json(value["source"]) if "source" in value else None,
            Absence.from_json(value["absent"]) if "absent" in value else None,
            LookUp.from_json(value["look_up"]) if "look_up" in value else None,
        )
        if made.written() != content:
            raise ValueError("it is not written in its one form")
        return made


def _entry_to_json(entry: Entry | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    path = [sibling.hex() for sibling in entry.path]
    return {
        "key": entry.key.hex(),
        "value": entry.value.hex(),
        "index": entry.index,
        "path": path,
    }


def _entry_from_json(value: Any) -> Entry | None:
    if value is None:
        return None
    _has_keys(value, "key", "value", "index", "path")
    key, commitment = from_hex(value["key"]), from_hex(value["value"])
    return Entry(key, commitment, _index(value["index"]), _path(value["path"]))


def _has_keys(value: Any, *keys: str) -> None:
    if not isinstance(value, dict) or set(value) != set(keys):
        raise ValueError(f"it should have {', '.join(keys)}, and nothing else")


def _index(value: Any) -> int:
    if type(value) is not int:
        raise ValueError(f"{value!r:.80} is no place in a tree")
    return value


def _path(value: Any) -> tuple[bytes, ...]:
    if not isinstance(value, list):
        raise ValueError("a path is a list of hashes")
    return tuple(from_hex(item) for item in value)
