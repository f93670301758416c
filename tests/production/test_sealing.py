"""A data set for research from end to end: to whoever has its key it is as any other, and a
commercial one gets nothing out of it, even with every check of uses and rights taken away."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar

import lance
import pytest

import clearreel
from clearreel.core.errors import DatasetError, NothingProducedError, UsageError
from clearreel.core.facts import Fact
from clearreel.exports import export, selection
from clearreel.production.producing import open_or_create
from clearreel.recipes.reading import parse
from clearreel.recipes.recipe import Duplicates
from clearreel.report.page import render_page, write_report
from clearreel.stages.contract import Measure
from clearreel.stages.scout import Scout
from clearreel.stores.catalog import Catalog
from clearreel.testing.encode import Video, write
from clearreel.testing.scenes import reel

USE = "research-training"
CAPTION = "a heron stands in shallow water"
RECIPE = """
name = "sealing"
shots = { stage = "scout" }
clips = { min_seconds = 0.2, max_seconds = 0.6 }
[measures.light]
[[rules]]
fact = "brightness"
min_quantile = 0.3
"""
WINDOW = 24
"""Bytes of content that are searched for; no two contents share so many by chance."""


@dataclass(frozen=True)
class Tint(Measure):
    """A vector without a model."""

    name: ClassVar[str] = "tint"
    needs: ClassVar[tuple[str, ...]] = ("stills",)
    adds: ClassVar[tuple[Fact, ...]] = (Fact("tint", "vector", "1", "Colours."),)

    def measure(self, clip: Any) -> dict[str, Any]:
        """Colours here and there, less their mean, of length 1."""
        colours = clip.stills[0].rgb[::16, ::16].ravel().astype(float)
        colours -= colours.mean()
        return {"tint": (colours / (colours**2).sum() ** 0.5).tolist()}


class Short(Scout):
    """Segments of a second, so that every source is visited in parts."""

    segment_seconds: ClassVar[Fraction] = Fraction(1)


def recipe(text: str = RECIPE) -> Any:
    made = parse(text, "test")
    return replace(
        made,
        detector=Short(),
        measures=(*made.measures, Tint()),
        duplicates=Duplicates("tint", cosine=0.99999),
    )


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    for seed in range(3):
        frames = reel(25, 20, width=96, height=64, seed=seed)
        write(folder / f"{seed}.mp4", frames, video=Video(gop=15))
        (folder / f"{seed}.txt").write_text(f"{CAPTION}, the {seed}th")
    return folder


def make(bench_type: Any, into: Path, use: str, sources: Path) -> Any:
    open_or_create(into, use)
    bench = bench_type(into)
    bench.run(sources, recipe=recipe())
    return bench


@pytest.fixture(scope="module")
def pair(
    tmp_path_factory: pytest.TempPathFactory, sources: Path, bench_type: Any
) -> tuple[Any, Any]:
    """The same footage in a data set for research and in a commercial one. Not to be changed."""
    folder = tmp_path_factory.mktemp("pair")
    return (
        make(bench_type, folder / "research", USE, sources),
        make(bench_type, folder / "commercial", "commercial-training", sources),
    )


def contents(bench: Any) -> Iterator[bytes]:
    """All that a plain data set says of its footage."""
    for pack in bench.into.rglob("*.tar"):
        with tarfile.open(pack) as tar:
            for info in tar:
                yield tar.extractfile(info).read()
    for row in bench.rows("clips"):
        yield row["caption"].encode()
    for vector in bench.catalog.vectors("tint")[1]:
        yield vector.tobytes()


def pieces(bench: Any) -> set[bytes]:
    """Short pieces of them: beginnings, such as the marks of JPEG and MP4, middles and ends."""
    return {
        content[place : place + WINDOW]
        for content in contents(bench)
        for place in (0, len(content) // 3, len(content) // 2, len(content) - WINDOW)
    }


def found(folder: Path, wanted: set[bytes]) -> set[bytes]:
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return {piece for piece in wanted if any(piece in content for content in files)}


def test_no_file_of_it_has_anything_of_the_footage(pair: tuple[Any, Any]) -> None:
    research, commercial = pair
    wanted = pieces(commercial)
    assert len(wanted) > 50 and found(commercial.into, wanted) == wanted  # the search can find it
    write_report(research.catalog, research.into / "report.html")
    assert found(research.into, wanted) == set()


OWN = ("media_pack", "media_offset", "thumbnail_pack", "thumbnail_offset")


def test_to_whoever_has_the_key_it_is_as_any_other(pair: tuple[Any, Any]) -> None:
    research, commercial = pair
    one, other = (
        [{k: v for k, v in row.items() if k not in OWN} for row in bench.rows("clips")]
        for bench in pair
    )
    assert one == other and any(row["kept"] for row in one) and not all(r["kept"] for r in one)
    for catalog, rows in ((bench.catalog, bench.rows("clips")) for bench in pair):
        for row in rows:
            if row["media_pack"]:
                place = (row["media_pack"], row["media_name"], row["media_offset"])
                content = catalog.packs.read(*place, row["media_bytes"])
                assert hashlib.sha256(content).hexdigest() == row["media_sha256"]
    tables = [bench.catalog.vectors("tint") for bench in pair]
    one, other = (dict(zip(ids, table.tolist(), strict=True)) for ids, table in tables)
    assert one == other and len(one) == len(research.rows("clips"))
    assert found(research.into, {b".sealed"}) and not found(commercial.into, {b".sealed"})


def test_running_again_does_nothing_and_packing_anew_opens_old_packs(
    pair: tuple[Any, Any], sources: Path, tmp_path: Path
) -> None:
    shutil.copytree(pair[0].into, tmp_path / "set")
    bench = type(pair[0])(tmp_path / "set")
    packs = bench.packs()
    assert bench.run(sources, recipe=recipe()).unchanged == 3
    assert bench.packs() == packs
    bench.run(sources, recipe=recipe(RECIPE.replace("0.3", "0.6")))
    kept, before = (sum(row["kept"] for row in b.rows("clips")) for b in (bench, pair[0]))
    assert 0 < kept < before and bench.packs() != packs
    for row in bench.rows("clips", "media_pack != ''"):
        place = (row["media_pack"], row["media_name"], row["media_offset"], row["media_bytes"])
        content = bench.catalog.packs.read(*place)
        assert hashlib.sha256(content).hexdigest() == row["media_sha256"]


def test_exports_and_reports_outside_of_it_are_as_any_other(
    pair: tuple[Any, Any], tmp_path: Path
) -> None:
    made = [export(b.catalog, "folder", tmp_path / b.into.name, use=USE) for b in pair]
    files = [
        {str(p.relative_to(e.folder)): p.read_bytes() for p in e.folder.rglob("*.mp4")}
        for e in made
    ]
    assert files[0] == files[1] != {}
    captions = [line for e in made for line in e.folder.rglob("metadata.jsonl")]
    assert all(CAPTION in path.read_text() for path in captions)
    one, other = (write_report(b.catalog, tmp_path / f"{b.into.name}.html") for b in pair)
    assert one.read_text().count("data:image") == other.read_text().count("data:image") > 0
    assert CAPTION in one.read_text()


def test_nothing_in_the_plain_is_written_into_it(pair: tuple[Any, Any]) -> None:
    catalog = pair[0].catalog
    with pytest.raises(UsageError, match="an export is not sealed"):
        export(catalog, "folder", catalog.folder / "export")
    page = write_report(catalog, catalog.folder / "below" / "page.html").read_text()
    assert "data:image" not in page and CAPTION not in page and "are sealed" in page
    assert "are sealed" not in render_page(pair[1].catalog)


def test_a_changed_pack_is_found_and_made_anew_once_it_is_removed(
    pair: tuple[Any, Any], sources: Path, tmp_path: Path
) -> None:
    shutil.copytree(pair[0].into, tmp_path / "set")
    bench = type(pair[0])(tmp_path / "set")
    row = next(row for row in bench.rows("clips") if row["media_pack"])
    pack = bench.into / "packs" / row["media_pack"]
    content = bytearray(pack.read_bytes())
    for offset in (row["media_offset"] + 100, row["thumbnail_offset"] + 100):
        content[offset] ^= 1
    pack.write_bytes(content)
    with pytest.raises(DatasetError, match=f"{row['media_name']} does not open"):
        clearreel.open(bench.into).media(row["clip_id"])
    with pytest.raises(DatasetError, match="does not open"):
        export(bench.catalog, "folder", tmp_path / "out")
    shown = [write_report(b.catalog, tmp_path / "page.html").read_text() for b in (bench, pair[0])]
    assert shown[0].count("data:image") == shown[1].count("data:image") - 1
    before = pack.read_bytes()
    pack.unlink()
    more = replace(recipe(), cut=replace(recipe().cut, mode="exact"))
    bench.run(sources, recipe=more)
    assert clearreel.open(bench.into).media(row["clip_id"]) and before not in bench.packs().values()


# ---- the filter removed --------------------------------------------------------------------------


@pytest.fixture
def no_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every check of rights and uses says yes."""
    monkeypatch.setattr(selection, "_is_permitted", lambda source, use: True)
    monkeypatch.setattr(selection, "lapsed", lambda *about: {})
    monkeypatch.setattr("clearreel.exports.exporting.declared_use", lambda c, use: use or c.use)


def merged(research: Any, into: Path) -> Catalog:
    """A commercial data set with all that lies in the folder of the one for research."""
    catalog = Catalog.create(into, "commercial-training")
    catalog.add_fact_columns([Fact("brightness", "float", "1", "")])
    shutil.copytree(research.into / "packs", into / "packs", dirs_exist_ok=True)
    tables = {
        name: lance.dataset(research.into / f"{name}.lance").to_table().to_pylist()
        for name in ("sources", "places", "clips")
    }
    known = set(catalog.columns("clips"))
    rows = [{k: v for k, v in row.items() if k in known} for row in tables["clips"]]
    catalog.put_clips([row["source_id"] for row in tables["sources"]], rows)
    catalog.put_places(tables["places"])
    catalog.put_sources(tables["sources"])
    return catalog


@pytest.mark.usefixtures("no_checks")
def test_a_merge_without_any_check_brings_nothing_but_sealed_bytes(
    pair: tuple[Any, Any], tmp_path: Path, data_keys: Path
) -> None:
    research, commercial = pair
    assert list((data_keys / USE).iterdir())  # the key lies on this very machine
    catalog = merged(research, tmp_path / "merged")
    rows = [row for row in catalog.rows("clips") if row["media_pack"]]
    assert rows and all(row["caption"].startswith("sealed:") for row in rows)
    with pytest.raises(DatasetError, match="do not match their hash"):
        export(catalog, "folder", tmp_path / "out")
    for row in rows:  # the hashes made to fit, as whoever takes checks away would
        place = (row["media_pack"], row["media_name"], row["media_offset"], row["media_bytes"])
        row["media_sha256"] = hashlib.sha256(catalog.packs.read(*place)).hexdigest()
    catalog.update_clips(rows)
    with pytest.raises(NothingProducedError, match="can be exported"):
        export(catalog, "folder", tmp_path / "out")
    write_report(catalog, tmp_path / "merged.html")
    assert found(tmp_path, pieces(commercial)) == set()


def test_vectors_find_no_place_in_a_commercial_data_set(
    pair: tuple[Any, Any], tmp_path: Path
) -> None:
    shutil.copytree(pair[1].into, tmp_path / "set")
    table = lance.dataset(tmp_path / "set" / "vectors" / "tint.lance")
    sealed = lance.dataset(pair[0].into / "vectors" / "tint.lance").to_table()
    with pytest.raises(Exception, match=r"(?i)schema|type|cast"):
        table.insert(sealed)


@pytest.mark.usefixtures("no_checks")
def test_the_folder_declared_for_another_use_does_not_open(
    pair: tuple[Any, Any], tmp_path: Path
) -> None:
    shutil.copytree(pair[0].into, tmp_path / "set")
    mark = tmp_path / "set" / "dataset.json"
    about = json.loads(mark.read_text()) | {"use": "commercial-training"}
    mark.write_text(json.dumps(about))
    with pytest.raises(UsageError, match="sealed for commercial-training, and its key"):
        Catalog(tmp_path / "set")
    del about["sealed"]  # and as if it had never been sealed
    mark.write_text(json.dumps(about | {"format": 1}))
    with pytest.raises(DatasetError, match="do not match their hash"):
        export(Catalog(tmp_path / "set"), "folder", tmp_path / "out")


# ---- killed --------------------------------------------------------------------------------------

KILL = """
import os, sys
from pathlib import Path

from clearreel.stores.journal import Journal
from clearreel.stores.packs import PackWriter
from test_sealing import make
from conftest import Bench

sources, into, method, times = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
kind = Journal if method == "append" else PackWriter
own = getattr(kind, method)

def dying(*about):
    global times
    times -= 1
    if times < 0:
        os._exit(9)
    return own(*about)

setattr(kind, method, dying)
make(Bench, into, "research-training", sources)
"""


@pytest.mark.parametrize(("method", "times"), [("append", 1), ("add_file", 1), ("commit", 3)])
def test_a_killed_run_leaves_nothing_in_the_plain_and_goes_on(
    pair: tuple[Any, Any], sources: Path, tmp_path: Path, method: str, times: int
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (tmp_path / "kill.py").write_text(KILL)
    paths = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[1]), *sys.path])
    environment = {**os.environ, "PYTHONPATH": paths, "TMPDIR": str(scratch)}
    command = [sys.executable, tmp_path / "kill.py", sources, tmp_path / "set", method]
    done = subprocess.run([*command, str(times)], env=environment, capture_output=True, text=True)
    assert done.returncode == 9, done.stderr
    assert found(tmp_path / "set", pieces(pair[1])) == set()
    assert list((tmp_path / "set" / "packs").rglob("*.journal"))
    done = subprocess.run([*command, "1000"], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not list(scratch.iterdir())
    resumed = type(pair[0])(tmp_path / "set")
    assert resumed.rows("clips") == pair[0].rows("clips")
    assert found(tmp_path / "set", pieces(pair[1])) == set()
