from __future__ import annotations

import license_expression
import pytest

from clearreel.core.errors import FetchError, UsageError
from clearreel.pinned import fetch_sample, sample, samples, sha256_of

SPDX = license_expression.get_spdx_licensing()


def test_every_licence_is_an_spdx_identifier():
    for found in samples():
        if found.license is not None and not found.license.startswith("LicenseRef-"):
            assert SPDX.validate(found.license).errors == [], found.name


def test_licences_that_ask_for_attribution_have_one_and_a_holder():
    for found in samples():
        if found.license and found.license.startswith("CC-BY"):
            assert found.attribution
            assert found.holder


def test_what_has_no_licence_has_no_holder_either_and_says_why():
    unlicensed = [found for found in samples() if not found.documented]
    assert "bikes" in {found.name for found in unlicensed}
    assert all(found.stated and found.holder is None for found in unlicensed)


def test_file_names_are_unique_and_keep_the_extension():
    places = [found.file.cached_as for found in samples()]
    assert len(set(places)) == len(places)
    assert sample("bbb-trailer").file.cached_as == "samples/bbb-trailer.mp4"


def test_an_unknown_sample_is_a_wrong_call():
    with pytest.raises(UsageError, match="bbb-trailer"):
        sample("nothing")


def test_offline_says_what_to_type():
    with pytest.raises(FetchError) as caught:
        fetch_sample("bikes", offline=True)
    assert caught.value.hint == "clearreel samples fetch bikes"


def test_a_folder_of_clips_is_named_by_a_variable(monkeypatch, tmp_path):
    monkeypatch.setenv("CLEARREEL_SAMPLES_DIR", str(tmp_path))
    (tmp_path / "bikes.mp4").write_bytes(b"not the clip")
    with pytest.raises(FetchError):
        fetch_sample("bikes", offline=True)


@pytest.mark.footage
def test_the_pinned_clips_are_still_published():
    path = fetch_sample("bikes")
    assert path.name == "bikes.mp4"
    assert sha256_of(path) == sample("bikes").file.sha256
