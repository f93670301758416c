import json

import numpy as np
import pytest

from clearreel.core.facts import Fact
from clearreel.media.jpeg import encode_jpeg
from clearreel.stores import catalog as catalog_module
from clearreel.stores.catalog import Catalog
from clearreel.stores.packs import PackWriter

RULES = [
    {"fact": "nsfw", "max": 0.5, "safety": True, "reason": "may be explicit", "origin": "ours"},
    {"fact": "short_side", "min": 240, "reason": "too small", "origin": "paper A"},
    {"fact": "motion", "min": 0.1, "max_side": 480, "reason": "nothing moves", "origin": "ours"},
    {"fact": "motion", "min": 0.2, "min_side": 481, "reason": "nothing moves", "origin": "ours"},
]


class Builder:
    """A data set written row by row, as a run would have left it."""

    def __init__(self, folder, use="commercial-training"):
        self.catalog = Catalog.create(folder, use)
        self.catalog.add_fact_columns([Fact(name, "float", "1", "") for name in ("nsfw", "motion")])
        self.packs = folder / "packs"
        self._sources = {}
        self._clips = {}

    def source(self, name, status="done", seconds=60.0, **more):
        grant = {"grant": "g" * 32, "attested_by": "", "holder": "Ada", "reason": "permits"}
        decision = {"reason": "permits", "basis": "a letter", "attested": False}
        self._sources[name] = {
            "source_id": name,
            "path": f"/footage/{name}.mp4",
            "status": status,
            "reason": "",
            "license": "CC-BY-4.0",
            "holder": "Ada",
            "attribution": "Ada, 2026",
            "decision": json.dumps(decision | {"findings": [grant], "duties": ["attribution"]}),
            "bytes": 1000,
            "duration": seconds if status == "done" else None,
        } | more
        self._clips.setdefault(name, [])
        return name

    def clip(self, source, seconds=6.0, rule="", reason="", picture=None, **more):
        number = len(self._clips[source])
        row = {
            "clip_id": f"{source}-{number}",
            "source_id": source,
            "path": self._sources[source]["path"],
            "license": "CC-BY-4.0",
            "start_tick": number * 1000,
            "start": float(number),
            "end": number + seconds,
            "frames": 100,
            "kept": not rule,
            "rule": rule,
            "reason": reason,
            "caption": "",
            "duration": seconds,
            "short_side": 720,
            "motion": 0.5,
            "cut": "",
        }
        if picture is not None:
            with PackWriter(self.catalog.packs, source, f"-{number}.tar") as pack:
                member = pack.add("still.jpg", encode_jpeg(picture, 320))
                row["thumbnail_pack"] = pack.commit()
            row |= {"thumbnail_offset": member.offset, "thumbnail_bytes": member.bytes}
        if not rule:
            row |= {"cut": "copy", "cut_frames": 100, "preroll_frames": 3, "media_bytes": 500}
        self._clips[source].append(row | more)
        return row | more

    def run(self, rules=RULES, **more):
        detail = {"recipe": "default", "description": "d", "origin": "ours", "store": "kept"}
        detail |= {"detector": "scout", "stages": ["motion", "nsfw"], "weights": ["opennsfw"]}
        detail |= {"rules": rules, "not_applied": [], "min_seconds": 2.0, "max_seconds": 60.0}
        self.catalog.log("run", **(detail | more))

    def done(self, visited=2, **more):
        detail = {"visited": visited, "unchanged": 0, "footage_seconds": 3600.0}
        detail |= {"wall_seconds": 60.0, "cpu_seconds": 90.0, "decoded_share": 0.25}
        self.catalog.log("done", **(detail | more))

    def write(self, backwards=False):
        order = list(self._sources)[:: -1 if backwards else 1]
        clips = [row for name in order for row in self._clips[name]]
        self.catalog.put_clips(order, clips[:: -1 if backwards else 1])
        self.catalog.put_sources([self._sources[name] for name in order])
        return self.catalog


@pytest.fixture
def build(tmp_path, monkeypatch):
    """A builder of a data set in a folder of that name. The clock stands still."""
    monkeypatch.setattr(catalog_module, "now", lambda: "2026-11-22T15:43:15Z")
    return lambda name="films", **more: Builder(tmp_path / name, **more)


@pytest.fixture(scope="session")
def picture():
    """A picture with large shapes and fine grain, uint8 (180, 320, 3)."""
    grain = np.random.default_rng(7).integers(0, 60, (180, 320, 3))
    shapes = 90 + 80 * np.sin(np.arange(320) / 30)[None, :, None]
    return np.asarray(np.clip(shapes + grain, 0, 255), np.uint8)
