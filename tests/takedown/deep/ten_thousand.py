"""One source of five hundred is taken out of 10,000 clips: nothing else is touched. `make deep`.

Rows and packs are made up, and nothing is decoded: what is stored is random bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from filmset import believed, grep, hashes, held

from clearreel.core.errors import UnreadableError
from clearreel.core.identity import fingerprint, source_id
from clearreel.exports import exporting
from clearreel.exports import webdataset as shards
from clearreel.exports.exporting import export
from clearreel.exports.media import Media
from clearreel.production.rights import decide_everywhere, policy_of, rights_columns
from clearreel.proofs.keys import SigningKey
from clearreel.proofs.layout import CLIPS, MANIFEST, SOURCES, STATEMENT
from clearreel.proofs.verifying import verify_release
from clearreel.rights.grants import grant_from_flags
from clearreel.stores.catalog import Catalog
from clearreel.stores.clock import now
from clearreel.stores.packs import Packs, PackWriter
from clearreel.takedown.carrying_out import take_down
from clearreel.takedown.demand import Demand
from clearreel.takedown.receipts import problems
from clearreel.visit import stored_looks

SOURCES_MADE, CLIPS_EACH = 500, 20
REGENERATED = {MANIFEST, STATEMENT, CLIPS, SOURCES, "README.md"}
REGENERATED |= {"ATTRIBUTION.csv", "ATTRIBUTION.md"}

pytestmark = pytest.mark.timeout(600)


def clip_rows(catalog: Catalog, source: str, path: str, rng: np.random.Generator) -> list[Any]:
    rows = []
    with PackWriter(catalog.packs, source) as pack:
        for number in range(CLIPS_EACH):
            name = fingerprint(source, number)
            media = pack.add(f"{name}.mp4", rng.bytes(600))
            picture = pack.add(f"{name}.jpg", rng.bytes(300))
            rows.append(
                {"clip_id": name, "source_id": source, "path": path, "kept": True}
                | {"measured": True, "start_tick": 25 * number, "end_tick": 25 * number + 25}
                | {"time_base": "1/25", "start_frame": 25 * number, "frames": 25, "fps": "25"}
                | {"cut_start_frame": 25 * number, "cut_frames": 25, "cut": "copy"}
                | {"caption": rng.bytes(20).hex(), "license": "CC0-1.0", "media_name": media.name}
                | {"media_offset": media.offset, "media_bytes": media.bytes}
                | {"media_sha256": media.sha256, "thumbnail_offset": picture.offset}
                | {"thumbnail_bytes": picture.bytes}
            )
        placed = pack.commit()
    return [row | {"media_pack": placed, "thumbnail_pack": placed} for row in rows]


@pytest.fixture
def many(tmp_path: Path) -> Catalog:
    catalog = Catalog.create(tmp_path / "set", "commercial-training")
    rng = np.random.default_rng(3)
    grants = [grant_from_flags("CC0-1.0", "Ada", "her own")]
    policy = policy_of(catalog.folder)
    clips, sources, places, vectors = [], [], [], {}
    for number in range(SOURCES_MADE):
        sha256 = hashlib.sha256(b"footage %d" % number).hexdigest()
        path = f"/footage/{number}.mp4"
        decision = decide_everywhere([path], grants, catalog.use, datetime.now(UTC), policy)
        source = source_id(sha256)
        rights = rights_columns(decision, grants, None)
        sources.append(
            {"source_id": source, "sha256": sha256, "path": path, "status": "done"}
            | {"reason": "", "visited": now(), **rights}
        )
        places.append(
            {"path": path, "relative": path[1:], "source_id": source, "sha256": sha256}
            | {"bytes": 1, "mtime_ns": 1, "inode": 1}
        )
        mine = clip_rows(catalog, source, path, rng)
        clips += mine
        vectors |= {row["clip_id"]: (source, rng.random(64, np.float32)) for row in mine}
    # In several batches, as runs write them: several files a table.
    for first in range(0, len(clips), 2000):
        batch = clips[first : first + 2000]
        catalog.put_clips(sorted({row["source_id"] for row in batch}), batch)
        catalog.put_vectors("embedding", {r["clip_id"]: vectors[r["clip_id"]] for r in batch})
    catalog.put_places(places)
    catalog.put_sources(sources)
    return catalog


def stored_as_it_is(packs: Packs, clip: Mapping[str, Any], work: Path) -> Media:
    content = packs.stored(clip["media_pack"], clip["media_offset"], clip["media_bytes"])
    path = work / clip["media_name"]
    path.write_bytes(content)
    return Media(
        *(path, ".mp4", clip["media_sha256"], len(content), "h264", "copy", ""),
        *(clip["start_frame"], clip["start_frame"] + 25, Fraction(0), Fraction(1), 0, "none"),
    )


def no_footage(path: Path) -> None:
    raise UnreadableError("these are random bytes")


def test_one_source_of_many(
    many: Catalog, key: SigningKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "visible_media", stored_as_it_is)
    monkeypatch.setattr(stored_looks, "of_file", no_footage)
    monkeypatch.setattr(shards.WebDataset.__init__, "__defaults__", (1 << 30, 500))
    release = export(many, "webdataset", tmp_path / "release", key=key).folder
    source = sorted(row["source_id"] for row in many.rows("sources"))[200]
    what = held(many, source)
    assert len(what.clips) == CLIPS_EACH and len(grep(what, many.folder, release)) >= 60
    before, shipped = hashes(many.folder), hashes(release)

    receipt = take_down(many, Demand("source", source), "a letter", key=key)
    assert [p for p in problems(receipt) if "could be looked at" not in p] == []
    assert grep(what, many.folder, release) == {}
    assert many.table("clips").num_rows == (SOURCES_MADE - 1) * CLIPS_EACH

    after, left = hashes(many.folder), hashes(release)
    changed = {name for name in before if after.get(name) != before[name]}
    changed |= after.keys() - before.keys()
    written = (
        "ledger.jsonl",
        "ledger.checkpoint",
        "people.json",
        "takedowns/",
        "policy.toml",
        ".lock",
    )
    others = {n for n in changed if not n.startswith(written) and ".lance/" not in n}
    assert {name.split("/")[-1].partition("-")[0] for name in others} == {source}
    assert len(others) == 1 and next(iter(others)) not in after
    tables = {name.partition(".lance/")[0] for name in changed if ".lance/" in name}
    assert tables <= {"clips", "sources", "places", "events", "vectors/embedding"}

    shards_changed = {n for n in shipped if left.get(n) != shipped[n]} - REGENERATED
    assert shards_changed == set(receipt["releases"][0]["touched"]) and len(shards_changed) <= 2
    assert len([name for name in shipped if name.endswith(".tar")]) >= 20
    assert left.keys() == shipped.keys()
    verified = verify_release(release, believed(key)).statement
    assert verified.clips.count == (SOURCES_MADE - 1) * CLIPS_EACH
    [told] = json.loads((release / MANIFEST).read_text())["taken_out"]
    assert (told["clips"], told["takedown"]) == (CLIPS_EACH, receipt["id"])
