"""Where keys of sealed data sets lie, and what is wrong with those that do not fit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clearreel.core.errors import UsageError
from clearreel.stores.data_keys import DataKey, DataKeys, rings_folder

USE = "research-training"
DATA_SET = "d" * 32


@pytest.fixture
def ring(tmp_path: Path) -> DataKeys:
    return DataKeys(tmp_path / "keys", USE)


@pytest.fixture
def key(ring: DataKeys) -> DataKey:
    made = DataKey.new(USE, DATA_SET)
    ring.add(made)
    return made


def test_a_key_is_found_again_and_is_for_its_owner_alone(ring: DataKeys, key: DataKey) -> None:
    assert ring.find(key.id, DATA_SET) == key and ring.keys() == [key]
    assert ring.add(key) == ring.path(key.id)
    assert ring.path(key.id).stat().st_mode & 0o777 == 0o600
    assert ring.folder.stat().st_mode & 0o777 == ring.folder.parent.stat().st_mode & 0o777 == 0o700
    assert len(key.secret) == 32 and key.secret != DataKey.new(USE, DATA_SET).secret


def test_a_missing_key_is_named_with_its_place_and_whom_to_ask(
    ring: DataKeys, key: DataKey
) -> None:
    ring.path(key.id).unlink()
    with pytest.raises(UsageError) as caught:
        ring.find(key.id, DATA_SET)
    assert key.id in caught.value.message and str(ring.path(key.id)) in caught.value.message
    assert "whoever made the data set" in caught.value.hint
    assert "clearreel data-keys import" in caught.value.hint


def test_each_use_has_a_ring_of_its_own(ring: DataKeys, key: DataKey) -> None:
    with pytest.raises(UsageError, match="is not here"):
        DataKeys(ring.folder.parent, "evaluation").find(key.id, DATA_SET)
    with pytest.raises(UsageError, match="no place in the ring of evaluation"):
        DataKeys(ring.folder.parent, "evaluation").add(key)


@pytest.mark.parametrize(
    "change", [{"secret": "00" * 32}, {"use": "evaluation"}, {"data_set": "e" * 32}]
)
def test_another_key_in_its_place_is_found(ring: DataKeys, key: DataKey, change: object) -> None:
    path = ring.path(key.id)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(UsageError, match="holds another key"):
        ring.find(key.id, DATA_SET)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kind": "x"}', "\udcff"])
def test_what_is_no_key_is_told(ring: DataKeys, key: DataKey, text: str) -> None:
    ring.path(key.id).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(UsageError, match="no data key can be read"):
        ring.find(key.id, DATA_SET)


def test_a_short_secret_is_no_key(ring: DataKeys, key: DataKey) -> None:
    path = ring.path(key.id)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"secret": "00" * 31}))
    with pytest.raises(UsageError, match="has 32 bytes, not 31"):
        ring.find(key.id, DATA_SET)


def test_a_key_that_others_can_read_is_refused(ring: DataKeys, key: DataKey) -> None:
    ring.path(key.id).chmod(0o640)
    with pytest.raises(UsageError, match="can be read by others"):
        ring.find(key.id, DATA_SET)


def test_a_file_is_never_written_over(tmp_path: Path, key: DataKey) -> None:
    (tmp_path / "mine").write_text("something else")
    with pytest.raises(UsageError, match="never written over"):
        key.write(tmp_path / "mine")


@pytest.mark.parametrize("name", ["../keys", "", "a/b", ".", "Research"])
def test_a_use_names_no_other_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="no name of a use"):
        DataKeys(tmp_path, name)


@pytest.mark.parametrize("id", ["../../etc/passwd", "", "abc", "A" * 32])
def test_an_id_names_no_other_file(ring: DataKeys, id: str) -> None:
    with pytest.raises(UsageError, match="no id of a data key"):
        ring.find(id, DATA_SET)


def test_where_the_rings_lie() -> None:
    assert rings_folder({"CLEARREEL_DATA_KEYS": "/k"}) == Path("/k")
    assert rings_folder({"XDG_DATA_HOME": "/d"}) == Path("/d/clearreel/data-keys")
    assert rings_folder({}) == Path.home() / ".local/share/clearreel/data-keys"
