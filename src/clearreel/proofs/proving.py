"""Make a proof out of a signed release: that a clip or source is in it, or that a source is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from clearreel.core.errors import UsageError, VerificationError
from clearreel.core.identity import ID_DIGITS, source_id
from clearreel.pinned.files import sha256_of
from clearreel.proofs.envelope import Envelope
from clearreel.proofs.layout import CLIPS, SOURCES, STATEMENT
from clearreel.proofs.leaf import Leaf, read_leaves
from clearreel.proofs.merkle import MerkleTree, leaf_hash
from clearreel.proofs.proof import Absence, Place, Proof
from clearreel.proofs.sorted_map import Entry, SortedMap, hashed_key
from clearreel.proofs.statement import Statement


class Release:
    """A signed release folder, read as far as proofs need it.

    Its trees are held to the roots in its statement, because a proof from a damaged release would
    convince nobody. Whether the signature is to be believed is asked by who verifies the proof.
    """

    def __init__(self, folder: Path) -> None:
        """Raises `VerificationError` when it is unsigned or damaged."""
        self.folder = folder
        path = folder / STATEMENT
        if not path.is_file():
            raise VerificationError(
                f"{folder} is no signed release: there is no {STATEMENT} in it",
                hint="sign it when it is made: clearreel export FORMAT DATASET --to DIR --key FILE",
            )
        try:
            self.envelope = Envelope.read(path.read_bytes())
            self.statement = Statement.read(self.envelope.payload)
        except (OSError, ValueError) as error:
            raise _damaged(folder, STATEMENT, error) from error

    def prove_clip(self, clip_id: str) -> Proof:
        """That a clip is in the release, and which source it is from.

        Raises `UsageError` when it is not: only of sources can absence be shown.
        """
        found: tuple[int, Leaf] | None = None

        def look(number: int, leaf: Leaf) -> None:
            nonlocal found
            if leaf.value.get("clip_id") == clip_id:
                found = number, leaf

        tree = self._tree_of_clips(look)
        if found is None:
            raise UsageError(
                f"there is no clip {clip_id!r} in {self.folder}",
                hint="that footage is not in it can be proven by its file: --file FILE",
            )
        index, leaf = found
        source = self.prove_source(str(leaf.value["source_id"])).source
        if source is None:
            raise _damaged(self.folder, SOURCES, "a clip's source is not in it")
        return Proof(self.envelope, Place(leaf, index, tuple(tree.inclusion(index))), source)

    def clips(self) -> dict[str, tuple[str, str]]:
        """Every clip's id with its source's, and the SHA-256 of its footage in hex."""
        found: dict[str, tuple[str, str]] = {}

        def keep(number: int, leaf: Leaf) -> None:
            found[leaf.value["clip_id"]] = leaf.value["source_id"], leaf.value["sha256"]

        self._tree_of_clips(keep)
        return found

    def _tree_of_clips(self, each: Callable[[int, Leaf], None]) -> MerkleTree:
        """The tree, and a call for each leaf. Raises `VerificationError` unless it is the signed
        one."""
        hashes: list[bytes] = []
        try:
            with (self.folder / CLIPS).open("rb") as lines:
                for leaf in read_leaves(lines):
                    each(len(hashes), leaf)
                    hashes.append(leaf_hash(leaf.commitment))
        except (OSError, ValueError, KeyError) as error:
            raise _damaged(self.folder, CLIPS, error) from error
        tree = MerkleTree(hashes)
        if tree.root.hex() != self.statement.clips.root:
            raise _damaged(self.folder, CLIPS, "its root is not the signed one")
        return tree

    def prove_source(self, name: str) -> Proof:
        """That a source is in the release, or that it is not.

        Raises `UsageError` for what is no source's id.
        """
        if len(name) != ID_DIGITS or set(name) - set("0123456789abcdef"):
            raise UsageError(
                f"{name!r} is no source id, which has {ID_DIGITS} lower-case hex digits",
                hint="clearreel sources DATASET shows them; or ask by the file: --file FILE",
            )
        salt = bytes.fromhex(self.statement.sources_salt)
        try:
            with (self.folder / SOURCES).open("rb") as lines:
                leaves = list(read_leaves(lines))
            keys = [hashed_key(salt, leaf.value["source_id"]) for leaf in leaves]
            sources = SortedMap([(k, v.commitment) for k, v in zip(keys, leaves, strict=True)])
        except (OSError, ValueError, KeyError, AttributeError) as error:
            raise _damaged(self.folder, SOURCES, error) from error
        if sources.root.hex() != self.statement.sources.root:
            raise _damaged(self.folder, SOURCES, "its root is not the signed one")
        key = hashed_key(salt, name)
        found: Entry | None = sources.find(key)
        if found is None:
            return Proof(self.envelope, absent=Absence(name, *sources.neighbours(key)))
        return Proof(self.envelope, source=Place(leaves[found.index], found.index, found.path))

    def prove_file(self, file: Path) -> Proof:
        """That a file's bytes are a source of the release, or that they are not."""
        try:
            return self.prove_source(source_id(sha256_of(file)))
        except OSError as error:
            raise UsageError(f"{file} cannot be read: {error.strerror or error}") from error


def _damaged(folder: Path, name: str, reason: object) -> VerificationError:
    return VerificationError(
        f"{folder} is damaged: {name}: {reason}", hint=f"clearreel verify {folder}"
    )
