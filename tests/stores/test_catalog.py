from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import lance
import numpy as np
import pytest

from clearreel.core.errors import DatasetError, StorageError, UsageError
from clearreel.core.facts import Fact
from clearreel.stores.catalog import Catalog

MakeClip = Callable[..., dict[str, Any]]
SHARPNESS = Fact("sharpness", "float", "1", "How sharp it is.")
LOOK = Fact("look", "vector", "1", "What it looks like.")


def ids(catalog: Catalog, table: str = "clips", column: str = "clip_id") -> set[str]:
    return {row[column] for row in catalog.rows(table)}


# ---- made and opened ----------------------------------------------------------------------------


def test_a_new_data_set_is_empty_and_says_what_it_is_for(tmp_path: Path) -> None:
    catalog = Catalog.create(tmp_path / "set", "evaluation")
    assert Catalog(tmp_path / "set").use == "evaluation"
    assert all(not catalog.rows(table) for table in ("places", "sources", "clips", "events"))


def test_an_empty_folder_becomes_a_data_set(tmp_path: Path) -> None:
    Catalog.create(tmp_path, "evaluation")
    assert Catalog(tmp_path).use == "evaluation"


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "holiday.txt").write_text("mine")
    with pytest.raises(DatasetError, match="not an empty folder"):
        Catalog.create(tmp_path, "evaluation")
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.txt"]


def test_a_file_is_no_data_set(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(DatasetError):
        Catalog.create(file, "evaluation")


@pytest.mark.parametrize("written", [(), ("clips.lance",), ("packs", "vectors", "events.lance")])
def test_making_goes_on_where_it_was_killed(tmp_path: Path, written: tuple[str, ...]) -> None:
    (tmp_path / "dataset.json.partial").write_text('{"form')
    for name in written:
        (tmp_path / name).mkdir()
    with pytest.raises(DatasetError, match="is not a data set"):
        Catalog(tmp_path)
    catalog = Catalog.create(tmp_path, "evaluation")
    assert catalog.rows("clips") == []
    assert not list(tmp_path.glob("*.partial"))


@pytest.mark.parametrize(
    ("about", "message"), [("{", "is damaged"), ('{"format": 99}', "has format 99")]
)
def test_what_cannot_be_read_is_told(catalog: Catalog, about: str, message: str) -> None:
    (catalog.folder / "dataset.json").write_text(about)
    with pytest.raises(DatasetError, match=message):
        Catalog(catalog.folder)


def test_a_lost_table_is_told(catalog: Catalog) -> None:
    (catalog.folder / "clips.lance").rename(catalog.folder / "gone")
    with pytest.raises(DatasetError, match="lacks the table clips"):
        catalog.rows("clips")


# ---- read ---------------------------------------------------------------------------------------


def test_a_condition_selects(catalog: Catalog, clip: MakeClip) -> None:
    catalog.put_clips(["s"], [clip("a", "s", duration=1.0), clip("b", "s", duration=3.0)])
    assert [row["clip_id"] for row in catalog.rows("clips", where="kept AND duration > 2")] == ["b"]


@pytest.mark.parametrize(
    "condition", ["kept AND", "nosuch > 1", "duration", "duration > 'long'", "shout(path)", "'", ""]
)
def test_a_condition_that_does_not_fit_is_told_with_the_columns(
    catalog: Catalog, condition: str
) -> None:
    with pytest.raises(UsageError, match="does not fit") as caught:
        catalog.rows("clips", where=condition)
    assert "duration" in caught.value.hint
    assert "/rust/" not in caught.value.message


def test_duckdb_reads_the_clips(catalog: Catalog, clip: MakeClip) -> None:
    rows = [clip(str(n), "s", duration=float(n), license="CC0-1.0") for n in range(1, 4)]
    catalog.put_clips(["s"], rows)
    clips = lance.dataset(catalog.folder / "clips.lance")
    query = "select license, count(*), sum(duration) from clips where duration > 1 group by license"
    assert clips is not None
    assert duckdb.sql(query).fetchall() == [("CC0-1.0", 2, 5.0)]


# ---- written ------------------------------------------------------------------------------------


def test_the_clips_of_a_source_are_replaced_in_one_step(catalog: Catalog, clip: MakeClip) -> None:
    catalog.put_clips(["s", "t"], [clip("a", "s"), clip("b", "s"), clip("c", "t")])
    table = lance.dataset(catalog.folder / "clips.lance")
    catalog.put_clips(["s"], [clip("b", "s", caption="new"), clip("d", "s")])
    assert ids(catalog) == {"b", "c", "d"}
    assert [row["caption"] for row in catalog.rows("clips", where="clip_id = 'b'")] == ["new"]
    after = lance.dataset(catalog.folder / "clips.lance")
    assert after.version == table.version + 1, "a kill between two commits would lose clips"


def test_a_source_without_clips_loses_those_it_had(catalog: Catalog, clip: MakeClip) -> None:
    catalog.put_clips(["s", "t"], [clip("a", "s"), clip("b", "t")])
    catalog.put_clips(["s"], [])
    assert ids(catalog) == {"b"}


def test_clips_are_updated_by_their_id(catalog: Catalog, clip: MakeClip) -> None:
    catalog.put_clips(["s"], [clip("a", "s"), clip("b", "s")])
    catalog.update_clips([{**catalog.rows("clips", where="clip_id = 'a'")[0], "kept": False}])
    assert {row["clip_id"]: row["kept"] for row in catalog.rows("clips")} == {"a": False, "b": True}


def test_sources_and_places_are_replaced_by_what_names_them(catalog: Catalog) -> None:
    catalog.put_sources([{"source_id": "s", "status": "started"}, {"source_id": "t"}])
    catalog.put_sources([{"source_id": "s", "status": "done"}])
    assert {r["source_id"]: r["status"] for r in catalog.rows("sources")} == {
        "s": "done",
        "t": None,
    }
    catalog.put_places([{"path": "/a", "source_id": "s"}, {"path": "/b", "source_id": "s"}])
    catalog.put_places([{"path": "/a", "source_id": "t"}])
    assert {r["path"]: r["source_id"] for r in catalog.rows("places")} == {"/a": "t", "/b": "s"}


def test_vectors_are_added_replaced_and_forgotten(catalog: Catalog) -> None:
    one, two, three = np.eye(3, dtype=np.float32)
    catalog.put_vectors("look", {"a": ("s", one), "b": ("t", one)})
    catalog.put_vectors("look", {"b": ("t", two), "c": ("t", three)})
    names, values = catalog.vectors("look")
    assert dict(zip(names, values.tolist(), strict=True)) == {
        "a": one.tolist(),
        "b": two.tolist(),
        "c": three.tolist(),
    }
    catalog.forget_vectors(["t"])
    assert catalog.vectors("look")[0] == ["a"]


def test_there_are_no_vectors_before_the_first(catalog: Catalog) -> None:
    names, values = catalog.vectors("look")
    assert names == [] and values.shape == (0, 0)


def test_vectors_whose_table_was_begun_only(catalog: Catalog) -> None:
    (catalog.folder / "vectors" / "look.lance" / "data").mkdir(parents=True)
    assert catalog.vectors("look")[0] == []
    catalog.forget_vectors(["s"])
    catalog.tidy()
    catalog.put_vectors("look", {"a": ("s", np.ones(3, np.float32))})
    assert catalog.vectors("look")[0] == ["a"]


def test_a_new_fact_gets_a_column_and_old_rows_nothing_in_it(
    catalog: Catalog, clip: MakeClip
) -> None:
    catalog.put_clips(["s"], [clip("a", "s")])
    assert "sharpness" not in catalog.columns("clips")
    catalog.add_fact_columns([SHARPNESS, LOOK])
    catalog.add_fact_columns([SHARPNESS])
    assert "look" not in catalog.columns("clips"), "vectors are kept apart"
    assert catalog.rows("clips")[0]["sharpness"] is None
    catalog.put_clips(["t"], [clip("b", "t", sharpness=0.5)])
    assert catalog.rows("clips", where="sharpness > 0.4")[0]["clip_id"] == "b"
    assert catalog.fact_columns()[-1] == "sharpness"


def test_events_are_kept_in_their_order(catalog: Catalog) -> None:
    catalog.log("run", recipe="fast")
    catalog.log("done", kept=3)
    rows = catalog.rows("events")
    assert [(row["kind"], row["detail"]) for row in rows] == [
        ("run", '{"recipe": "fast"}'),
        ("done", '{"kept": 3}'),
    ]


def test_tidying_keeps_every_row_and_drops_old_versions(catalog: Catalog, clip: MakeClip) -> None:
    for number in range(5):
        catalog.put_clips([f"s{number}"], [clip(f"c{number}", f"s{number}")])
    catalog.put_clips(["s0"], [])
    catalog.tidy()
    assert ids(catalog) == {"c1", "c2", "c3", "c4"}
    assert len(lance.dataset(catalog.folder / "clips.lance").versions()) == 1
    content = b"".join(p.read_bytes() for p in (catalog.folder / "clips.lance").rglob("*.lance"))
    assert b"s0" not in content, "what was removed is still on disk"


# ---- the lock -----------------------------------------------------------------------------------


def test_a_second_writer_is_kept_out(catalog: Catalog) -> None:
    with catalog.writing():
        with pytest.raises(DatasetError, match="another run is writing"):
            Catalog(catalog.folder).writing().__enter__()
        assert Catalog(catalog.folder).rows("clips") == []
    with Catalog(catalog.folder).writing():
        pass


def test_the_lock_goes_with_its_holder(catalog: Catalog) -> None:
    program = (
        "import sys, time; from pathlib import Path; from clearreel.stores.catalog import Catalog\n"
        "with Catalog(Path(sys.argv[1])).writing(): print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", program, catalog.folder], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None and holder.stdout.readline() == "held\n"
    with pytest.raises(DatasetError):
        catalog.writing().__enter__()
    holder.kill()
    holder.wait()
    holder.stdout.close()
    with catalog.writing():
        pass


# ---- a full disk --------------------------------------------------------------------------------


def test_a_full_disk_is_told_by_every_writer(tiny_disk: Path, clip: MakeClip) -> None:
    catalog = Catalog.create(tiny_disk / "set", "evaluation")
    catalog.put_clips(["s"], [clip("a", "s")])
    with (tiny_disk / "filler").open("wb", buffering=0) as filler:
        with pytest.raises(OSError, match="No space"):
            while True:
                filler.write(bytes(4096))
        for write in (
            lambda: catalog.put_clips(["s"], [clip("b", "s")]),
            lambda: catalog.put_clips(["s"], []),
            lambda: catalog.put_sources([{"source_id": "s"}]),
            lambda: catalog.put_vectors("look", {"a": ("s", np.ones(9, np.float32))}),
            lambda: catalog.add_fact_columns([SHARPNESS]),
            lambda: catalog.log("run"),
        ):
            with pytest.raises(StorageError, match="cannot be written"):
                write()
    assert ids(catalog) == {"a"}
    (tiny_disk / "filler").unlink()
    catalog.put_vectors("look", {"a": ("s", np.ones(9, np.float32))})
    catalog.put_clips(["s"], [clip("b", "s")])
    assert ids(catalog) == {"b"}


def test_a_full_disk_is_told_when_a_data_set_is_made(tiny_disk: Path) -> None:
    filler = tiny_disk / "filler"
    with pytest.raises(OSError, match="No space"):
        filler.write_bytes(bytes(2_000_000))
    with pytest.raises(StorageError):
        Catalog.create(tiny_disk / "set", "evaluation")
    filler.unlink()
    assert Catalog.create(tiny_disk / "set", "evaluation").rows("clips") == []
