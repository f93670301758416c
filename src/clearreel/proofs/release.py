"""Sign a release while it is written: the trees over its clips and sources, and the statement."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from clearreel.proofs.envelope import Envelope
from clearreel.proofs.keys import SigningKey
from clearreel.proofs.layout import CLIPS, MANIFEST, SHARD_SUFFIXES, SOURCES
from clearreel.proofs.leaf import SALT_BYTES, Leaf
from clearreel.proofs.merkle import MerkleTree, leaf_hash
from clearreel.proofs.sorted_map import SortedMap, hashed_key
from clearreel.proofs.statement import Root, Statement
from clearreel.proofs.written_by import CAPTIONS, told_of
from clearreel.rights.origins import Origin
from clearreel.stores.checkpoint import Checkpoint

_CLIP = ("clip_id", "source_id", "split", "sha256", "bytes", "time_base", "frames", "license")
_DECISION = ("permitted", "use", "license", "basis", "duties", "attested")
_FINDING = (
    *("permits", "grant", "license", "basis", "duties"),
    *("evidence", "evidence_sha256", "verified_on"),
)


class File(Protocol):
    """What leaves are written to."""

    def write(self, content: bytes, /) -> Any:
        """Append."""

    def close(self) -> None:
        """Nothing more comes."""


class Signing:
    """A release on its way to being signed. Clips and sources are added as they go out."""

    def __init__(self, key: SigningKey, create: Callable[[str], File]) -> None:
        """`create` makes a file of the release by its name; the manifest has to list it."""
        self._key = key
        self._create = create
        self._salt = secrets.token_bytes(SALT_BYTES)
        self._clips = create(CLIPS)
        self._clip_hashes: list[bytes] = []
        self._sources: list[Leaf] = []
        self._roots: tuple[Root, Root] | None = None

    def add_clip(self, record: Mapping[str, Any], origins: Iterable[Origin]) -> None:
        """A clip, as the export tells of it (`clearreel.exports.record`), with who wrote what it
        carries of captions and columns."""
        # Ticks may be beyond the integers that every reader of JSON takes whole.
        ticks = {name: str(record[name]) for name in ("start_tick", "end_tick")}
        said = {CAPTIONS: told_of(origins)}
        self.carry_clip({name: record[name] for name in _CLIP} | ticks | said)

    def add_source(self, source: Mapping[str, Any], clips: int) -> None:
        """A source, as the catalog has it, that `clips` clips come from."""
        value = {
            "source_id": source["source_id"],
            "sha256": source["sha256"],
            "clips": clips,
            "decision": _without_names(json.loads(source["decision"])),
        }
        self._sources.append(Leaf.of(value))

    def carry_clip(self, value: Mapping[str, Any]) -> None:
        """A clip of an earlier release, as its leaf tells of it; the salt is a new one."""
        leaf = Leaf.of(value)
        self._clips.write(leaf.line())
        self._clip_hashes.append(leaf_hash(leaf.commitment))

    def carry_source(self, value: Mapping[str, Any]) -> None:
        """A source of an earlier release, as its leaf tells of it; the salt is a new one."""
        self._sources.append(Leaf.of(value))

    def finish(self) -> None:
        """Write what is pending, before the manifest is made."""
        self._clips.close()
        keyed = sorted(
            ((hashed_key(self._salt, leaf.value["source_id"]), leaf) for leaf in self._sources),
            key=lambda pair: pair[0],
        )
        file = self._create(SOURCES)
        for _, leaf in keyed:
            file.write(leaf.line())
        file.close()
        clips = MerkleTree(self._clip_hashes)
        sources = SortedMap([(key, leaf.commitment) for key, leaf in keyed])
        self._roots = (
            Root(clips.root.hex(), len(clips)),
            Root(sources.root.hex(), len(sources)),
        )

    def sign(
        self,
        manifest: bytes,
        files: Mapping[str, str],
        about: Mapping[str, Any],
        *,
        policy_sha256: str,
        ledger: Checkpoint,
        approvals: Iterable[Mapping[str, Any]] = (),
    ) -> bytes:
        """The content of the statement's file.

        `files`: name → SHA-256 (hex) of every file in the manifest. `about`: what the manifest
        says of the release.
        """
        assert self._roots is not None, "finish comes first"
        shards = {name: sha for name, sha in files.items() if name.endswith(SHARD_SUFFIXES)}
        clips, sources = self._roots
        statement = Statement(
            subjects={MANIFEST: hashlib.sha256(manifest).hexdigest()} | shards,
            name=about["name"],
            format=about["format"],
            use=about["use"],
            licenses=tuple(about["licenses"]),
            made_by=about["made_by"],
            created=about["created"],
            clips=clips,
            sources=sources,
            sources_salt=self._salt.hex(),
            policy_sha256=policy_sha256,
            approvals=tuple(approvals),
            ledger=str(ledger),
        )
        return Envelope.sign(statement.written(), self._key).written()


def _without_names(decision: Mapping[str, Any]) -> dict[str, Any]:
    """The evidence without the people who verified or attested it, who need not be told of.

    Only what is listed goes out, so that a name which is added later does not slip through.
    """
    findings = [
        {name: found[name] for name in _FINDING if name in found}
        | {"attested": bool(found.get("attested_by"))}
        for found in decision.get("findings", ())
    ]
    return {name: decision[name] for name in _DECISION if name in decision} | {"findings": findings}
