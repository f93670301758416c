from __future__ import annotations

import hashlib
from pathlib import Path

import license_expression
import pytest

from clearreel.core.errors import FetchError, UsageError
from clearreel.models import catalog
from clearreel.models.catalog import WEIGHTS, default_set, fetch, weight
from clearreel.models.conversion import CONVERSIONS, EIGHT_BITS
from clearreel.pinned import Cache

SPDX = license_expression.get_spdx_licensing()


@pytest.mark.parametrize("known", WEIGHTS.values(), ids=lambda known: known.name)
def test_every_weight_says_where_it_comes_from(known):
    assert SPDX.validate(known.license).errors == []
    assert known.training_data
    assert known.stated


def test_what_is_converted_is_in_the_table():
    assert set(CONVERSIONS) | set(EIGHT_BITS) <= set(WEIGHTS)


def test_no_two_files_share_a_place_in_the_cache():
    places = [file.cached_as for known in WEIGHTS.values() for file in known.files]
    assert len(set(places)) == len(places)


def test_the_hash_is_known_without_a_download():
    assert weight("silero-vad").sha256 == weight("silero-vad").files[0].sha256
    svm, ranges = weight("brisque").files
    expected = hashlib.sha256((svm.sha256 + ranges.sha256).encode()).hexdigest()
    assert weight("brisque").sha256 == expected


def test_the_default_set_is_in_the_table_and_leaves_extras_out():
    assert set(default_set()) < set(WEIGHTS)
    assert "minilm" not in default_set()


def test_an_unknown_weight_is_a_wrong_call():
    with pytest.raises(UsageError, match="transnetv2") as caught:
        weight("resnet")
    assert caught.value.hint == "clearreel models list"


def test_offline_names_the_missing_weights(tmp_path):
    with pytest.raises(FetchError) as caught:
        fetch(["silero-vad", "opennsfw"], offline=True, cache=Cache(tmp_path))
    assert caught.value.hint == "clearreel models fetch silero-vad opennsfw"


def test_a_file_in_the_folder_of_models_must_be_the_pinned_one(monkeypatch, tmp_path):
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "silero_vad.onnx").write_bytes(b"another model")
    monkeypatch.setenv("CLEARREEL_MODELS_DIR", str(folder))
    with pytest.raises(FetchError):
        catalog.path("silero-vad", offline=True, cache=Cache(tmp_path / "cache"))


@pytest.mark.weights
def test_a_folder_of_models_serves_a_machine_without_network(weights, tmp_path):
    published = Cache.default().root / weight("brisque").files[0].cached_as
    assert weights("brisque").is_file()
    cache = Cache(tmp_path / "cache")
    found = fetch(["brisque"], offline=True, folder=published.parent, cache=cache)["brisque"]
    assert Path(found).is_relative_to(cache.root)
