"""A sealed data set's tables: the same to whoever has the key, and nothing to anybody else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import lance
import numpy as np
import pytest

from clearreel.core.errors import DatasetError, UsageError
from clearreel.core.facts import Fact
from clearreel.stores.catalog import Catalog

USE = "research-training"
CAPTION = "a heron stands in shallow water"
SCENE = '{"scene": "the reed bed at dawn"}'
WORDS = ["EXIT", "platform nine"]
VECTOR = np.linspace(0.1, 0.9, 8, dtype=np.float32)


def clip(name: str, caption: str | None = CAPTION, **more: Any) -> dict[str, Any]:
    row = {"clip_id": name, "source_id": "s", "caption": caption, "columns": SCENE, "kept": True}
    return row | {"words": WORDS, "language": "Finnish", "brightness": 0.5} | more


def fill(catalog: Catalog) -> Catalog:
    text = [Fact("words", "texts", "1", ""), Fact("language", "text", "1", "")]
    catalog.add_fact_columns([*text, Fact("brightness", "float", "1", "")])
    catalog.put_clips(["s"], [clip("one"), clip("two", "an empty road"), clip("none", None)])
    catalog.put_vectors("look", {"one": ("s", VECTOR), "two": ("s", -VECTOR)})
    return catalog


@pytest.fixture
def sealed(tmp_path: Path) -> Catalog:
    return fill(Catalog.create(tmp_path / "sealed", USE, sealed=True))


@pytest.fixture
def plain(tmp_path: Path) -> Catalog:
    return fill(Catalog.create(tmp_path / "plain", "commercial-training"))


def bytes_of(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_what_is_in_the_footage_is_on_disk_in_no_file(sealed: Catalog, plain: Catalog) -> None:
    known = [CAPTION, "an empty road", "reed bed", "platform nine", "EXIT", "Finnish"]
    found = [text.encode() for text in known] + [VECTOR.tobytes(), VECTOR[:4].tobytes()]
    on_disk = bytes_of(plain.folder)
    assert all(content in on_disk for content in found)  # or the search would find nothing anyway
    on_disk = bytes_of(sealed.folder)
    assert not [content for content in found if content in on_disk]


CONDITIONS = (
    None,
    "kept",
    "brightness < 1 and clip_id != 'two'",
    "caption = 'an empty road'",
    "caption like '%heron%' and clip_id != 'none'",
    "caption is null",
    "language = 'Finnish'",
)
COLUMNS = (None, ["caption"], ["clip_id", "columns"], ["brightness"], ["words", "kept"])


@pytest.mark.parametrize("where", CONDITIONS)
@pytest.mark.parametrize("columns", COLUMNS)
def test_rows_are_what_they_are_without_a_seal(
    sealed: Catalog, plain: Catalog, columns: list[str] | None, where: str | None
) -> None:
    catalogs = Catalog(sealed.folder), plain
    one, other = (catalog.table("clips", columns=columns, where=where) for catalog in catalogs)
    assert one.schema == other.schema
    assert sorted(map(str, one.to_pylist())) == sorted(map(str, other.to_pylist()))


def test_a_condition_that_does_not_fit_is_told_as_ever(sealed: Catalog) -> None:
    for where in ("nothing = 1", "caption < nothing"):
        with pytest.raises(UsageError, match="does not fit"):
            sealed.rows("clips", where=where)


def test_vectors_are_what_they_are_without_a_seal(sealed: Catalog) -> None:
    names, vectors = Catalog(sealed.folder).vectors("look")
    assert vectors.dtype == np.float32
    found = dict(zip(names, vectors, strict=True))
    assert (found["one"] == VECTOR).all() and (found["two"] == -VECTOR).all()
    sealed.put_vectors("look", {"one": ("s", VECTOR * 2)})
    names, vectors = sealed.vectors("look")
    assert (vectors[names.index("one")] == VECTOR * 2).all()
    assert sealed.vectors("other")[0] == []


def test_rows_that_are_read_changed_and_written_keep_their_content(sealed: Catalog) -> None:
    rows = sealed.rows("clips")
    sealed.update_clips([row | {"kept": False} for row in rows])
    assert [r["kept"] for r in sealed.rows("clips")] == [False] * 3
    assert [r | {"kept": True} for r in sealed.rows("clips")] == rows


def raw(catalog: Catalog, table: str = "clips") -> Any:
    return lance.dataset(catalog.folder / f"{table}.lance")


def test_cells_of_two_rows_that_change_places_are_found(sealed: Catalog) -> None:
    table = raw(sealed)
    captions = {row["clip_id"]: row["caption"] for row in table.to_table().to_pylist()}
    table.update({"caption": f"'{captions['two']}'"}, where="clip_id = 'one'")
    with pytest.raises(DatasetError, match="a cell of row one does not open"):
        Catalog(sealed.folder).rows("clips")


@pytest.mark.parametrize("text", ["in the plain", "sealed:", "sealed:?", "sealed:AAAA", ""])
def test_cells_that_were_not_sealed_are_found(sealed: Catalog, text: str) -> None:
    raw(sealed).update({"caption": f"'{text}'"}, where="clip_id = 'one'")
    with pytest.raises(DatasetError, match=r"clip one is not sealed|row one does not open"):
        Catalog(sealed.folder).rows("clips", columns=["caption"])


def test_vectors_of_two_clips_that_change_places_are_found(sealed: Catalog) -> None:
    table = raw(sealed, "vectors/look")
    table.update({"clip_id": "'three'"}, where="clip_id = 'one'")
    table.update({"clip_id": "'one'"}, where="clip_id = 'two'")
    with pytest.raises(DatasetError, match=r"does not open, in vectors\.look"):
        sealed.vectors("look")


# ---- the key, and the use that it is bound to ----------------------------------------------------


def key_file(catalog: Catalog, keys: Path) -> Path:
    assert catalog.seal is not None
    return keys / USE / f"{catalog.seal.key.id}.key"


def rename(catalog: Catalog, use: str) -> None:
    about = json.loads((catalog.folder / "dataset.json").read_text())
    (catalog.folder / "dataset.json").write_text(json.dumps(about | {"use": use}))


def test_without_its_key_it_does_not_open(sealed: Catalog, data_keys: Path) -> None:
    key_file(sealed, data_keys).unlink()
    with pytest.raises(UsageError, match=rf"sealed for {USE}, and its key [0-9a-f]{{32}} is not"):
        Catalog(sealed.folder)


@pytest.mark.parametrize("use", ["commercial-training", "evaluation"])
def test_under_another_use_it_does_not_open(sealed: Catalog, data_keys: Path, use: str) -> None:
    key = key_file(sealed, data_keys)
    rename(sealed, use)
    with pytest.raises(UsageError, match=f"sealed for {use}, and its key"):
        Catalog(sealed.folder)
    (data_keys / use).mkdir(exist_ok=True)  # somebody carries the key over
    carried = data_keys / use / key.name
    shutil.copy(key, carried)
    with pytest.raises(UsageError, match="holds another key"):
        Catalog(sealed.folder)
    carried.write_text(carried.read_text().replace(USE, use))  # and changes what it says
    opened = Catalog(sealed.folder)
    with pytest.raises(DatasetError, match="does not open"):
        opened.rows("clips")
    with pytest.raises(DatasetError, match="does not open"):
        opened.vectors("look")


@pytest.mark.parametrize("said", [None, {}, {"key": "k"}, "yes"])
def test_a_mark_that_names_no_key_is_damaged(sealed: Catalog, said: object) -> None:
    about = json.loads((sealed.folder / "dataset.json").read_text())
    (sealed.folder / "dataset.json").write_text(json.dumps(about | {"sealed": said}))
    with pytest.raises(DatasetError, match="does not say what the data set is sealed with"):
        Catalog(sealed.folder)


def test_versions_that_know_no_seals_refuse_it(sealed: Catalog, plain: Catalog) -> None:
    assert (sealed.about["format"], plain.about["format"]) == (2, 1)


def test_a_plain_data_set_asks_for_no_ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_ring(use: str) -> None:
        raise AssertionError("a ring was opened")

    monkeypatch.setattr("clearreel.stores.seal.DataKeys.default", no_ring)
    for use in ("commercial-training", USE):  # as all were made before there were seals
        catalog = fill(Catalog.create(tmp_path / use, use))
        assert catalog.seal is None
        assert CAPTION in [row["caption"] for row in Catalog(catalog.folder).rows("clips")]
    assert (tmp_path / USE / "dataset.json").read_text().count("sealed") == 0
