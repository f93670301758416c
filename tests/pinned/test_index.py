from __future__ import annotations

from pathlib import Path

import pytest

from clearreel.core.errors import FetchError, UsageError
from clearreel.pinned import index
from clearreel.pinned.index import download
from clearreel.pinned.settings import IndexSettings


@pytest.fixture
def archive(package, package_index):
    package_index.packages.append(package)
    return package.archive


@pytest.fixture
def configured() -> IndexSettings:
    return IndexSettings.from_environment()


@pytest.fixture
def target(tmp_path) -> Path:
    return tmp_path / "archive"


def test_a_busy_index_is_asked_again(archive, package, package_index, target):
    package_index.failures = [500, 503]
    download(archive, target, IndexSettings.from_environment())
    assert target.read_bytes() == package.data


def test_an_index_that_stays_busy_is_named(archive, package_index, target):
    package_index.failures = [503] * 20
    with pytest.raises(FetchError, match="answered 503") as caught:
        download(archive, target, IndexSettings.from_environment())
    assert package_index.url in caught.value.message
    assert package_index.requests.total() == 1 + len(index.PAUSES)


def test_a_download_that_breaks_off_is_begun_again(archive, package, package_index, target):
    package_index.truncate = 1
    download(archive, target, IndexSettings.from_environment())
    assert target.read_bytes() == package.data
    assert package_index.requests[f"/files/{package.filename}"] == 2


def test_a_download_that_always_breaks_off_leaves_nothing(archive, package_index, target):
    package_index.truncate = 100
    with pytest.raises(FetchError, match="broke off"):
        download(archive, target, IndexSettings.from_environment())
    assert not target.exists()


def test_the_error_names_every_place(archive, package_index, tmp_path, target):
    package_index.packages.clear()
    empty = tmp_path / "empty"
    empty.mkdir()
    settings = IndexSettings(
        indexes=(package_index.url, "http://127.0.0.1:9/simple"),
        find_links=(str(empty),),
        default_index=False,
    )
    with pytest.raises(FetchError) as caught:
        download(archive, target, settings)
    for place in (package_index.url, "http://127.0.0.1:9/simple", str(empty)):
        assert place in caught.value.message


def test_a_dead_index_does_not_hide_a_live_one(archive, package, package_index, target):
    settings = IndexSettings(
        indexes=("http://127.0.0.1:9/simple", package_index.url), default_index=False
    )
    download(archive, target, settings)
    assert target.read_bytes() == package.data


def test_credentials_are_not_in_errors(archive, package_index, target):
    package_index.packages.clear()
    secret = package_index.url.replace("http://", "http://user:hunter2@")
    with pytest.raises(FetchError) as caught:
        download(archive, target, IndexSettings(indexes=(secret,), default_index=False))
    assert "hunter2" not in caught.value.message


def test_a_folder_of_archives_needs_no_network(package, tmp_path, target):
    (tmp_path / package.filename).write_bytes(package.data)
    download(
        package.archive,
        target,
        IndexSettings(find_links=(str(tmp_path),), default_index=False),
    )
    assert target.read_bytes() == package.data


def test_an_index_on_disk(package, tmp_path, target):
    (tmp_path / package.filename).write_bytes(package.data)
    folder = tmp_path / "simple" / "fake-weights"
    folder.mkdir(parents=True)
    link = f'<a href="../../{package.filename}">{package.filename}</a>'
    (folder / "index.html").write_text(f"<html><body>{link}</body></html>")
    address = (tmp_path / "simple").as_uri()
    download(package.archive, target, IndexSettings(indexes=(address,), default_index=False))
    assert target.read_bytes() == package.data


def test_no_index_at_all_is_said(package, target):
    with pytest.raises(FetchError, match="no package index is configured"):
        download(package.archive, target, IndexSettings(default_index=False))


def test_certificates_that_are_not_there_are_named(package, target, tmp_path):
    missing = tmp_path / "company.pem"
    with pytest.raises(UsageError, match=r"company\.pem"):
        download(package.archive, target, IndexSettings(certificates=missing))
