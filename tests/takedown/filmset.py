"""The films that data sets of these tests are made of, and what is held of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clearreel.proofs.keys import SigningKey
from clearreel.stores.catalog import Catalog
from clearreel.testing.scenes import Reel, Shot


def caption(name: str) -> str:
    """One that no other film has a part of."""
    return " ".join(hashlib.sha256(name.encode()).hexdigest()[i : i + 7] for i in range(0, 56, 7))


def film(seed: int, frames: int = 100) -> Reel:
    """Four seconds of one shot that moves."""
    return Reel((Shot(frames, 70 + seed, "pan"),), numbered=False)


@dataclass(frozen=True)
class Held:
    """What a data set has of a source, before it goes."""

    source: str
    clips: tuple[str, ...]
    bytes: dict[str, bytes]
    """What must not be found any more, by what it is."""


def source_named(catalog: Catalog, name: str) -> str:
    """The id of the source that lies in NAME.mp4."""
    [found] = [r for r in catalog.rows("places") if r["relative"].endswith(f"{name}.mp4")]
    return str(found["source_id"])


def held(catalog: Catalog, source: str) -> Held:
    """All that there is of a source."""
    found: dict[str, bytes] = {}
    rows = catalog.rows("clips", where=f"source_id = '{source}'")
    for row in rows:
        for kind in ("media", "thumbnail"):
            if row[f"{kind}_pack"]:
                place = (row[f"{kind}_pack"], row[f"{kind}_offset"], row[f"{kind}_bytes"])
                found[f"{kind} {row['clip_id']}"] = catalog.packs.stored(*place)
        if row["caption"]:
            found["caption"] = row["caption"].encode()
    names, vectors = catalog.vectors("embedding")
    for name, vector in zip(names, vectors, strict=True):
        if name in {row["clip_id"] for row in rows}:
            found[f"embedding {name}"] = vector.tobytes()
    return Held(source, tuple(row["clip_id"] for row in rows), found)


def grep(what: Held, *folders: Path) -> dict[str, list[str]]:
    """What is found in which files: whole, or a quarter of it from its middle."""
    found: dict[str, list[str]] = {}
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    for path in files:
        content = path.read_bytes()
        for name, piece in what.bytes.items():
            middle = piece[len(piece) // 2 :][: max(16, len(piece) // 4)]
            if piece in content or middle in content:
                found.setdefault(name, []).append(str(path))
    return found


def hashes(folder: Path) -> dict[str, str]:
    """Every file below a folder and the SHA-256 of its bytes."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def believed(key: SigningKey) -> Any:
    """Trusts one key."""
    return {key.public.id: key.public}.__getitem__
