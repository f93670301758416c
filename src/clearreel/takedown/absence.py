"""What a source has in a data set before it goes, and whether anything of that is left after."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from clearreel.stores.catalog import Catalog
from clearreel.stores.packs import Packs
from clearreel.stores.schema import path_text
from clearreel.takedown.needles import Needles, samples

_COLUMNS = (
    *("clip_id", "media_pack", "media_offset", "media_bytes"),
    *("thumbnail_pack", "thumbnail_offset", "thumbnail_bytes"),
)


def inventory(
    catalog: Catalog, source_id: str, places: list[str]
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """What there is of a source: a count for the receipt, and samples to search for, in hex.

    The count has `status`, empty for a source that is not in the data set, `clips`, `stored` and
    `places`: where its footage lies outside of the data set.
    """
    rows = catalog.rows("sources", columns=["status"], where=f"source_id = '{source_id}'")
    clips = catalog.rows("clips", columns=_COLUMNS, where=f"source_id = '{source_id}'")
    pieces: dict[str, list[str]] = {}
    for clip in clips:
        for kind in ("media", "thumbnail"):
            content = _member(catalog.packs, clip, kind)
            if found := samples(content):
                pieces[f"{kind} of clip {clip['clip_id']}"] = [one.hex() for one in found]
    ids = {clip["clip_id"] for clip in clips}
    # Those of a sealed data set have no bytes of their own to look for.
    for name in catalog.vector_names() if ids and catalog.seal is None else ():
        names, vectors = catalog.vectors(name)
        for place in np.flatnonzero([clip in ids for clip in names]):
            if found := samples(vectors[place].tobytes()):
                pieces[f"{name} of clip {names[place]}"] = [one.hex() for one in found]
    had = {
        "status": rows[0]["status"] if rows else "",
        "clips": len(clips),
        "stored": sum(bool(clip["media_pack"]) for clip in clips),
        "places": places,
    }
    return had, pieces


def duplicates(catalog: Catalog, sources: Collection[str]) -> dict[str, str]:
    """Other sources with a clip that is, or has, a duplicate among the clips of these: id → why."""
    if not sources:
        return {}
    rows = catalog.rows("clips", columns=["clip_id", "source_id", "duplicate_of"])
    owner = {row["clip_id"]: row["source_id"] for row in rows}
    found: dict[str, str] = {}
    for row in rows:
        other = owner.get(row["duplicate_of"] or "")
        for one, its in ((row["source_id"], other), (other, row["source_id"])):
            if one in sources and its is not None and its not in sources:
                why = f"clip {row['clip_id']} was dropped as a duplicate of {row['duplicate_of']}"
                found.setdefault(its, why)
    return found


def search(
    pieces: Mapping[str, Iterable[str]], folders: Iterable[Path], leave_out: Path
) -> dict[str, Any]:
    """Read every file below `folders`, but those in one folder, and tell what was found.

    `files` and `bytes` that were read, `pieces` that were looked for, and `found`: file → pieces.
    """
    needles = Needles({name: map(bytes.fromhex, found) for name, found in pieces.items()})
    files = size = 0
    found: dict[str, list[str]] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_symlink() or not path.is_file() or leave_out in path.parents:
                continue
            files += 1
            size += path.stat().st_size
            if names := needles.found_in(path):
                found[path_text(path)] = sorted(names)
    return {"files": files, "bytes": size, "pieces": len(needles), "found": found}


def _member(packs: Packs, clip: Mapping[str, Any], kind: str) -> bytes:
    """A clip's bytes as they lie there; none where they are not stored, or went before a crash."""
    pack = clip[f"{kind}_pack"]
    if not pack or not (packs.folder / pack).is_file():
        return b""
    return packs.stored(pack, clip[f"{kind}_offset"], clip[f"{kind}_bytes"])
