from __future__ import annotations

from dataclasses import replace

import pytest

from clearreel.core.errors import FetchError, StorageError
from clearreel.models import conversion
from clearreel.models.conversion import Conversion, converted
from clearreel.pinned import Cache

SHA = "ab" * 32


class Writer:
    """Counts how often it was asked to convert."""

    def __init__(self):
        self.calls = 0

    def __call__(self, sources, target):
        self.calls += 1
        target.write_bytes(b"converted " + sources[0].read_bytes())


@pytest.fixture
def writer(monkeypatch):
    writer = Writer()
    monkeypatch.setattr(conversion, "CONVERSIONS", {"fake": Conversion(1, ".onnx", writer)})
    return writer


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "source.pth"
    path.write_bytes(b"weights")
    return path


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache")


def test_a_conversion_is_done_once(writer, source, cache):
    first = converted("fake", SHA, [source], cache)
    assert converted("fake", SHA, [source], cache) == first
    assert first.read_bytes() == b"converted weights"
    assert writer.calls == 1


def test_another_source_or_another_version_is_another_file(writer, source, cache, monkeypatch):
    paths = {converted("fake", SHA, [source], cache), converted("fake", "cd" * 32, [source], cache)}
    newer = replace(conversion.CONVERSIONS["fake"], version=2)
    monkeypatch.setattr(conversion, "CONVERSIONS", {"fake": newer})
    paths.add(converted("fake", SHA, [source], cache))
    assert len(paths) == 3


@pytest.mark.parametrize("damage", ["file", "digest", "digest removed"])
def test_a_damaged_file_is_made_again(writer, source, cache, damage):
    path = converted("fake", SHA, [source], cache)
    beside = path.with_name(path.name + ".sha256")
    if damage == "file":
        path.write_bytes(b"converted weightz")
    elif damage == "digest":
        beside.write_text("0" * 64)
    else:
        beside.unlink()
    assert converted("fake", SHA, [source], cache).read_bytes() == b"converted weights"
    assert writer.calls == 2


def test_a_failed_conversion_leaves_no_file(source, cache, monkeypatch):
    def fail(_sources, target):
        target.write_bytes(b"half")
        raise FetchError("not a checkpoint")

    monkeypatch.setattr(conversion, "CONVERSIONS", {"fake": Conversion(1, ".onnx", fail)})
    with pytest.raises(FetchError):
        converted("fake", SHA, [source], cache)
    assert not list((cache.root / "converted").glob("*"))


def test_a_full_disk_is_a_storage_error(source, cache, monkeypatch):
    def fail(_sources, _target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(conversion, "CONVERSIONS", {"fake": Conversion(1, ".onnx", fail)})
    with pytest.raises(StorageError, match="No space left"):
        converted("fake", SHA, [source], cache)
